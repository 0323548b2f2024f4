package main

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"sweep/experiment"
	"sweep/experiment/stats"
)

// What stands side by side, fields of a record: metrics with the interval of
// their mean, and figures of which the mean is enough.
var (
	comparedMetrics = []string{"train_loss", "val_loss", "val_accuracy", "val_balanced_accuracy", "test_accuracy", "test_balanced_accuracy"}
	comparedMeans   = []string{"best_step", "seconds"}
)

// print is the settings that differ, the figures and the verdict.
func (c *comparison) print(p *program) {
	table := newTable(append([]string{""}, c.names...)...)
	for _, name := range c.varying {
		table.row(c.row(name, func(s stats.Standing) string { return orDash(s.Values[name]) })...)
	}
	if c.runs {
		table.row(c.row("sweep", func(s stats.Standing) string { return s.Records[0].Sweep })...)
		table.row(c.row("seed", func(s stats.Standing) string { return fmt.Sprint(s.Records[0].Seed) })...)
		table.row(c.row("state", func(s stats.Standing) string { return string(s.Records[0].State) })...)
	} else {
		table.row(c.row("seeds done", func(s stats.Standing) string { return fmt.Sprintf("%d of %d", s.Done, len(s.Records)) })...)
	}
	for _, name := range comparedMetrics {
		table.row(c.row(name, func(s stats.Standing) string { return summarize(s, name).text() })...)
	}
	for _, name := range comparedMeans {
		table.row(c.row(name, func(s stats.Standing) string { return cell(summarize(s, name).Mean) })...)
	}
	if len(c.varying) == 0 {
		fmt.Fprintln(p.stdout, "The settings are the same.")
	}
	table.print(p.stdout)
	fmt.Fprintf(p.stdout, "\n%s\n", c.verdict())
}

func (c *comparison) row(name string, value func(stats.Standing) string) []any {
	cells := []any{name}
	for _, s := range c.standings {
		cells = append(cells, value(s))
	}
	return cells
}

func orDash(text string) string {
	if text == "" {
		return "–"
	}
	return text
}

// summary is one figure of a run, or its mean over the seeds that are done.
type summary struct {
	Mean float64
	Low  float64 // 95 % interval of the mean; NaN for one value
	High float64
}

func summarize(s stats.Standing, name string) summary {
	at := slices.IndexFunc(recordFields, func(f field) bool { return f.name == name })
	var values []float64
	for _, r := range s.Records {
		if r.State != experiment.Done && len(s.Records) > 1 {
			continue // a mean is over finished seeds, as in the ranking
		}
		v, _ := asNumber(recordFields[at].value(r)) // they all are
		if v == 0 && slices.Contains(comparedMeans, name) {
			continue // no step was the best yet, no time was counted
		}
		values = append(values, v)
	}
	mean, low, high := stats.Summarize(values)
	return summary{mean, low, high}
}

func (s summary) text() string {
	if math.IsNaN(s.Low) {
		return cell(s.Mean)
	}
	return fmt.Sprintf("%s (%s to %s)", cell(s.Mean), cell(s.Low), cell(s.High))
}

// verdict says which is better and whether that can be told, a sentence a line.
func (c *comparison) verdict() string {
	sentences := []string{c.bySeeds()}
	for _, test := range c.tests {
		sentences = append(sentences, c.byNames(test))
	}
	return strings.Join(sentences, "\n")
}

// bySeeds is what replicates say; a run alone has none.
func (c *comparison) bySeeds() string {
	if !c.runs {
		return stats.Verdict(c.ranked, c.tests, c.objective)
	}
	if len(c.tests) == 0 {
		return "Fewer than two of the runs are done, so there is nothing to test."
	}
	leader := c.ranked[0]
	doubt := "whether its configuration is better or it was lucky, one seed cannot say"
	if len(c.varying) == 0 && c.sameData {
		doubt = "the settings are the same, so it was lucky"
	}
	return fmt.Sprintf("Best is %s with %s %s; %s.", c.name(leader), c.objective.Metric, stats.Figure(c.objective.Metric, leader.Mean), doubt)
}

// byNames says what McNemar's test says of two models.
func (c *comparison) byNames(test stats.Comparison) string {
	leader, other := c.name(c.ranked[0]), c.name(test.Other)
	if !c.runs {
		leader, other = "the best model of "+leader, "that of "+other
	}
	if test.Names == 0 {
		return fmt.Sprintf("The models cannot be compared name by name: %s and %s did not answer the same test names.", leader, other)
	}
	outcome := "the two models cannot be told apart"
	if test.McNemarAdjusted < stats.Level {
		better := leader
		if test.OtherOnly > test.LeaderOnly {
			better = other
		}
		outcome = better + " is really better on names like these"
	}
	return fmt.Sprintf("Of %d test names, %s alone gets %d right and %s alone %d: %s (McNemar's test, p %s).",
		test.Names, leader, test.LeaderOnly, other, test.OtherOnly, outcome, probability(test.McNemarAdjusted))
}

func probability(p float64) string {
	if p < 0.001 {
		return "< 0.001"
	}
	return fmt.Sprintf("= %.3f", p)
}

// What `sweep compare --json` prints.
type (
	comparisonJSON struct {
		Objective string         `json:"objective"`
		Varying   []string       `json:"varying"`
		Compared  []comparedJSON `json:"compared"`
		Tests     []testJSON     `json:"tests"`
		Verdict   string         `json:"verdict"`
	}
	comparedJSON struct {
		Name     string                 `json:"name"`
		Config   string                 `json:"config,omitempty"`
		Runs     []int64                `json:"runs"`
		Done     int                    `json:"seeds"`
		Settings map[string]any         `json:"settings"`
		Figures  map[string]summaryJSON `json:"figures"`
	}
	summaryJSON struct {
		Mean *float64 `json:"mean"`
		Low  *float64 `json:"low"`
		High *float64 `json:"high"`
	}
	testJSON struct {
		Leader          string   `json:"leader"`
		Other           string   `json:"other"`
		Seeds           int      `json:"seeds"`
		Difference      *float64 `json:"difference"`
		Low             *float64 `json:"low"`
		High            *float64 `json:"high"`
		P               *float64 `json:"p"`
		PAdjusted       *float64 `json:"p_adjusted"`
		Names           int      `json:"test_names"`
		LeaderOnly      int      `json:"leader_only"`
		OtherOnly       int      `json:"other_only"`
		McNemar         *float64 `json:"mcnemar"`
		McNemarAdjusted *float64 `json:"mcnemar_adjusted"`
	}
)

func (c *comparison) json() comparisonJSON {
	result := comparisonJSON{
		Objective: c.objective.String(), Varying: append([]string{}, c.varying...),
		Compared: []comparedJSON{}, Tests: []testJSON{}, Verdict: c.verdict(),
	}
	for i, s := range c.standings {
		one := comparedJSON{Name: c.names[i], Done: s.Done, Settings: s.Settings.Map(), Figures: map[string]summaryJSON{}}
		if !c.runs {
			one.Config = s.Hash
		}
		for _, r := range s.Records {
			one.Runs = append(one.Runs, r.ID)
		}
		for _, name := range slices.Concat(comparedMetrics, comparedMeans) {
			figure := summarize(s, name)
			one.Figures[name] = summaryJSON{finite(figure.Mean), finite(figure.Low), finite(figure.High)}
		}
		result.Compared = append(result.Compared, one)
	}
	for _, t := range c.tests {
		result.Tests = append(result.Tests, testJSON{
			Leader: c.name(c.ranked[0]), Other: c.name(t.Other),
			Seeds: t.Seeds, Difference: finite(t.Mean), Low: finite(t.Low), High: finite(t.High), P: finite(t.P), PAdjusted: finite(t.Adjusted),
			Names: t.Names, LeaderOnly: t.LeaderOnly, OtherOnly: t.OtherOnly, McNemar: finite(t.McNemar), McNemarAdjusted: finite(t.McNemarAdjusted),
		})
	}
	return result
}
