package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"sweep/experiment"
	"sweep/experiment/stats"
)

// leaderboard is the table of configurations.
type leaderboard struct {
	Settings  []string // names of the settings that vary
	Objective string
	Unit      string // of a difference
	Rows      []leaderRow
}

type leaderRow struct {
	Rank                         string
	Line                         *swatch
	Values                       []string
	Seeds, Mean, Interval, Std   string
	Best, Worst, Test, Balanced  string
	Time, Behind, PValue, PNames string
	Leads                        bool
}

// swatch is how a configuration's line looks.
type swatch struct {
	Color string
	Dash  string
}

// swatchOf is nil for configurations that have no line of their own.
func swatchOf(s style) *swatch {
	if s.Color == others {
		return nil
	}
	w := &swatch{Color: hexColor(s.Color)}
	if s.Dashed {
		w.Dash = "5 3"
	}
	return w
}

func (f *findings) leaderboard() leaderboard {
	unit := metricOf(f.objective.Metric)
	l := leaderboard{Settings: f.varying, Objective: unit.short, Unit: "nats"}
	if unit.scale != 1 {
		l.Unit = "points"
	}
	for i, s := range f.standings {
		row := leaderRow{
			Rank: "–", Values: valuesOf(s, f.varying), Seeds: seedsCell(s), Line: swatchOf(f.styles[s.Hash]),
			Mean: f.figure(s.Mean), Std: f.figure(s.Std), Interval: f.interval(s.Low, s.High),
			Test: stats.Figure(experiment.ValAccuracy, s.TestAccuracy), Balanced: stats.Figure(experiment.ValAccuracy, s.TestBalancedAccuracy),
			Best: "–", Worst: "–", Time: duration(s.Seconds), Leads: s.Rank == 1,
		}
		if s.Rank > 0 {
			row.Rank = strconv.Itoa(s.Rank)
			row.Best, row.Worst = f.seedCell(s.Best), f.seedCell(s.Worst)
		}
		if i > 0 && i <= len(f.comparisons) {
			f.compareRow(&row, f.comparisons[i-1])
		}
		l.Rows = append(l.Rows, row)
	}
	return l
}

func (f *findings) seedCell(r experiment.Record) string {
	return fmt.Sprintf("%s (seed %d)", f.figure(r.Best.Metric(f.objective.Metric)), r.Seed)
}

func (f *findings) interval(low, high float64) string {
	if math.IsNaN(low) {
		return "–"
	}
	return f.figure(low) + " – " + f.figure(high)
}

// compareRow says how far behind the leader a configuration is and how sure
// one can be of it.
func (f *findings) compareRow(row *leaderRow, c stats.Comparison) {
	behind := -c.Mean // the leader's lead, as the objective's sign has it
	if f.objective.Minimize {
		behind = c.Mean
	}
	if finite(behind) {
		row.Behind = signed(metricOf(f.objective.Metric), behind)
	}
	row.PValue, row.PNames = pValue(c.Adjusted), pValue(c.McNemarAdjusted)
}

// signed writes a difference: of accuracies in percentage points, which are no
// percent.
func signed(m metric, v float64) string {
	if m.scale == 1 {
		return strings.Replace(fmt.Sprintf("%+.4f", v), "-", "−", 1)
	}
	return strings.Replace(fmt.Sprintf("%+.2f", v*m.scale), "-", "−", 1)
}

func pValue(p float64) string {
	switch {
	case math.IsNaN(p):
		return "–"
	case p < 0.001:
		return "< 0.001"
	}
	return strconv.FormatFloat(p, 'f', 3, 64)
}

// seedsCell counts the seeds that are done and says what became of the others.
func seedsCell(s stats.Standing) string {
	text := fmt.Sprintf("%d/%d", s.Done, len(s.Records))
	for _, other := range []struct {
		n    int
		what string
	}{{s.Diverged, "diverged"}, {s.Failed, "failed"}, {s.Pruned, "pruned"}, {s.Unfinished, "to come"}} {
		if other.n > 0 {
			text += fmt.Sprintf(", %d %s", other.n, other.what)
		}
	}
	return text
}

// runTable is the table of runs.
type runTable struct {
	Settings []string
	Rows     []runRow
}

type runRow struct {
	ID, Seed                              string
	Values                                []string
	State                                 experiment.State
	Best, Loss, Accuracy, Balanced        string
	Test, Step, Time, Attempts, Ran, Note string
}

func (f *findings) runTable() runTable {
	t := runTable{Settings: f.varying}
	values := map[string][]string{}
	for _, s := range f.standings {
		values[s.Hash] = valuesOf(s, f.varying)
	}
	for _, r := range f.runs() {
		t.Rows = append(t.Rows, runRow{
			ID: strconv.FormatInt(r.ID, 10), Seed: strconv.Itoa(r.Seed), Values: values[r.Hash], State: r.State,
			Loss:     stats.Figure(experiment.ValLoss, r.Best.ValLoss),
			Accuracy: stats.Figure(experiment.ValAccuracy, r.Best.ValAccuracy),
			Balanced: stats.Figure(experiment.ValAccuracy, r.Best.ValBalancedAccuracy),
			Test:     stats.Figure(experiment.ValAccuracy, known(r.State, r.TestAccuracy)),
			Step:     stepCell(r), Time: duration(known(r.State, r.Seconds)), Attempts: strconv.Itoa(r.Attempts),
			Ran: ranOn(r), Note: noteCell(r),
		})
	}
	return t
}

// known is v once a run has been trained.
func known(state experiment.State, v float64) float64 {
	if state.Finished() {
		return v
	}
	return math.NaN()
}

func stepCell(r experiment.Record) string {
	if r.Best.Step == 0 {
		return "–"
	}
	return strconv.Itoa(r.Best.Step)
}

func ranOn(r experiment.Record) string {
	if !r.State.Finished() && r.State != experiment.Running {
		return "–"
	}
	if r.Host == "" {
		return fmt.Sprintf("worker %d", r.Worker)
	}
	return fmt.Sprintf("%s, worker %d", r.Host, r.Worker)
}

func noteCell(r experiment.Record) string {
	parts := make([]string, 0, len(r.Tags)+1)
	for _, tag := range r.Tags {
		parts = append(parts, "#"+tag)
	}
	if r.Note != "" {
		parts = append(parts, r.Note)
	}
	return strings.Join(parts, " ")
}

// failure is one reason why runs diverged or failed, with these.
type failure struct {
	Reason, Stack string
	State         experiment.State
	Runs          []string
}

const mostFailures = 50

// failures groups runs that went wrong by their reason, in the order of the
// first run of each.
func (f *findings) failures() []failure {
	var list []failure
	at := map[string]int{}
	for _, r := range f.runs() {
		if r.State != experiment.Diverged && r.State != experiment.Failed {
			continue
		}
		key := string(r.State) + "\x00" + r.Error
		i, ok := at[key]
		if !ok {
			if len(list) == mostFailures {
				continue
			}
			i = len(list)
			at[key] = i
			list = append(list, failure{Reason: orUnknown(r.Error), Stack: r.Stack, State: r.State})
		}
		list[i].Runs = append(list[i].Runs, fmt.Sprintf("run %d (%s, seed %d)", r.ID, f.labelOf(r), r.Seed))
	}
	return list
}

func orUnknown(reason string) string {
	if reason == "" {
		return "No reason was recorded."
	}
	return reason
}

// labelOf names the configuration of a record.
func (f *findings) labelOf(r experiment.Record) string {
	return f.label(stats.Standing{Configuration: r.Configuration, Values: r.Settings.Text()})
}
