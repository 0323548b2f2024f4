package report

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"sweep/experiment"
	"sweep/experiment/stats"
)

// summary says what the sweep is.
func (f *findings) summary() []string {
	var states []string
	for _, state := range [...]experiment.State{
		experiment.Done, experiment.Diverged, experiment.Failed, experiment.Pruned, experiment.Running, experiment.Waiting,
	} {
		if n := f.count(state); n > 0 {
			states = append(states, fmt.Sprintf("%d %s", n, state))
		}
	}
	summary := []string{fmt.Sprintf("%s, %s", plural(len(f.standings), "configuration"), plural(len(f.Records), "run"))}
	if len(states) > 0 {
		summary = append(summary, strings.Join(states, ", "))
	}
	direction := "highest"
	if f.objective.Minimize {
		direction = "lowest"
	}
	return append(summary, "ranked by the "+direction+" mean "+strings.ToLower(metricOf(f.objective.Metric).short)+" over seeds")
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// facts stand below the verdict: the winner's validation and test figures
// beside each other, so that the optimism of having picked it shows.
func (f *findings) facts() []fact {
	if !f.hasBest {
		return nil
	}
	leader := f.ranked[0]
	facts := []fact{{"Best configuration", "the only one", plural(leader.Done, "seed")}}
	if len(f.varying) > 0 {
		facts[0].Value = f.label(leader)
		facts[0].Note = strings.Join(f.varying, " / ") + "; " + facts[0].Note
	}
	facts = append(facts, fact{metricOf(f.objective.Metric).short, f.figure(leader.Mean), f.spread(leader)})
	test, validation, name := testOf(leader, f.objective)
	facts = append(facts, fact{name, stats.Figure(experiment.ValAccuracy, test), optimism(validation, test)})
	return append(facts,
		fact{"Best model", fmt.Sprintf("run %d", f.best.ID), fmt.Sprintf("seed %d, at iteration %d", f.best.Seed, f.best.Best.Step)},
		fact{"Training time", duration(leader.Seconds), "a run, mean over seeds"})
}

func (f *findings) spread(s stats.Standing) string {
	if math.IsNaN(s.Low) {
		return "one seed: no interval"
	}
	return "95% interval " + f.interval(s.Low, s.High)
}

// testOf returns the mean test figure and the mean validation figure that it
// compares with: of balanced accuracy if that is the objective, else of
// accuracy.
func testOf(s stats.Standing, objective experiment.Objective) (test, validation float64, name string) {
	var values []float64
	balanced := objective.Metric == experiment.ValBalancedAccuracy
	for _, r := range s.Records {
		if r.State != experiment.Done {
			continue
		}
		if balanced {
			values = append(values, r.Best.ValBalancedAccuracy)
		} else {
			values = append(values, r.Best.ValAccuracy)
		}
	}
	validation, _, _ = stats.Summarize(values)
	if balanced {
		return s.TestBalancedAccuracy, validation, "Balanced test accuracy"
	}
	return s.TestAccuracy, validation, "Test accuracy"
}

// optimism is how much better validation looks than test.
func optimism(validation, test float64) string {
	points := 100 * (validation - test)
	switch {
	case !finite(points):
		return "not measured"
	case points > 0:
		return fmt.Sprintf("%.2f points below validation, which picked it", points)
	}
	return fmt.Sprintf("%.2f points above validation", -points)
}

// constants are the settings that all configurations share.
func (f *findings) constants() []fact {
	if len(f.standings) == 0 {
		return nil
	}
	var facts []fact
	for _, name := range slices.Sorted(maps.Keys(f.standings[0].Values)) {
		if !slices.Contains(f.varying, name) {
			facts = append(facts, fact{Name: name, Value: f.standings[0].Values[name]})
		}
	}
	return facts
}

// provenance says what produced the numbers.
func (f *findings) provenance() []fact {
	s := f.Sweep
	facts := []fact{
		{"Sweep", s.ID, ""},
		{"Objective", f.objective.String(), ""},
		{"Data", s.Dataset.Source, fmt.Sprintf("%d names to train, %d to validate, %d to test; %d classes",
			s.Dataset.Train, s.Dataset.Validation, len(s.Dataset.Test), len(s.Dataset.Classes))},
		{"Data SHA-256", s.Dataset.SHA256, ""},
		{"Source revision", cmp.Or(s.Revision, "not built from a checkout"), dirty(s.Dirty)},
		{"Go", s.GoVersion, ""},
		{"Host", s.Host, strings.Trim(s.CPU+", kernel "+s.Kernel, ", ")},
		{"Created", moment(s.CreatedAt), ""},
		{"Last run", moment(s.LastRunAt), ""},
	}
	return slices.DeleteFunc(facts, func(f fact) bool { return f.Value == "" })
}

func dirty(is bool) string {
	if is {
		return "with changes that are not committed"
	}
	return ""
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// commands reproduce the result and go on from it.
func (f *findings) commands() []command {
	database := ""
	if f.DatabaseName != "" && f.DatabaseName != "results.db" {
		database = " --db " + quote(f.DatabaseName)
	}
	run := f.Sweep.Command
	if run == "" {
		run = "sweep run " + quote(f.Sweep.Name) + database
		if source := f.Sweep.Dataset.Source; source != "" && source != "embedded" {
			run += " --data " + quote(source)
		}
	}
	list := []command{{run, "trains the sweep, or what is missing of it"}}
	if f.hasBest {
		id := fmt.Sprint(f.best.ID)
		list = append(list,
			command{"sweep reproduce " + id + database, "trains the best run again and compares its bytes"},
			command{"sweep predict --run " + id + database + " Albert", "asks the best model"},
			command{"sweep show " + id + database, "its settings and curve at the terminal"})
	}
	return list
}

// quote writes an argument as a POSIX shell reads it.
func quote(argument string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_-./:=@%+,", r)
	}
	if argument != "" && strings.IndexFunc(argument, func(r rune) bool { return !plain(r) }) < 0 {
		return argument
	}
	return "'" + strings.ReplaceAll(argument, "'", `'\''`) + "'"
}
