package report

import (
	"cmp"
	"math"
	"slices"
	"time"

	"sweep/experiment"
	"sweep/experiment/stats"
)

// Input is what a ledger knows of a sweep.
type Input struct {
	Sweep       experiment.SweepRecord
	Records     []experiment.Record
	Curves      map[int64][]experiment.Point      // by run; a run may lack
	Predictions map[int64][]experiment.Prediction // by run, of the best seeds at least; in the order of Dataset.Test

	DatabaseName string // for the commands that the page shows
}

// findings is what the statistics make of an Input. Every part of the report
// reads it and none changes it.
type findings struct {
	Input
	objective   experiment.Objective
	standings   []stats.Standing
	ranked      []stats.Standing // those with a seed done
	comparisons []stats.Comparison
	varying     []string
	verdict     string
	pareto      []stats.Standing

	importance    stats.Decomposition
	hasImportance bool

	best      experiment.Record // the run whose model is the result
	hasBest   bool
	confusion stats.Confusion // of best, if it has predictions
	hasModel  bool

	lines  []line // configurations or, of a single one, its seeds, in the order of their colours
	styles map[string]style
}

func find(in Input) *findings {
	f := &findings{Input: in, objective: in.Sweep.Objective}
	f.standings = stats.Leaderboard(in.Records, f.objective)
	f.ranked = stats.Ranked(f.standings)
	f.comparisons = stats.Compare(f.standings, in.Predictions, in.Sweep.Dataset.Test, f.objective)
	f.varying = stats.Varying(f.standings)
	f.verdict = stats.Verdict(f.standings, f.comparisons, f.objective)
	f.pareto = stats.Pareto(f.standings, f.objective)
	f.importance, f.hasImportance = stats.Importance(f.standings)
	f.best, f.hasBest = stats.BestRun(f.standings)
	if f.hasBest {
		dataset := in.Sweep.Dataset
		f.confusion, f.hasModel = stats.NewConfusion(dataset.Classes, dataset.Test, in.Predictions[f.best.ID])
	}
	f.chooseLines()
	return f
}

// label names a configuration.
func (f *findings) label(s stats.Standing) string { return stats.Label(s, f.varying) }

// value is the objective as plots show it.
func (f *findings) value(v float64) float64 { return v * metricOf(f.objective.Metric).scale }

// figure writes a value of the objective.
func (f *findings) figure(v float64) string { return stats.Figure(f.objective.Metric, v) }

// metric says how a metric is drawn: accuracies in percent.
type metric struct {
	key, axis, short string
	scale            float64
	of               func(experiment.Point) float64
}

var metrics = []metric{
	{experiment.ValAccuracy, "Validation accuracy (%)", "Validation accuracy", 100,
		func(p experiment.Point) float64 { return p.ValAccuracy }},
	{experiment.ValBalancedAccuracy, "Balanced validation accuracy (%)", "Balanced accuracy", 100,
		func(p experiment.Point) float64 { return p.ValBalancedAccuracy }},
	{experiment.ValLoss, "Validation loss (nats)", "Validation loss", 1,
		func(p experiment.Point) float64 { return p.ValLoss }},
	{"train_loss", "Training loss (nats)", "Training loss", 1,
		func(p experiment.Point) float64 { return p.TrainLoss }},
}

func metricOf(key string) metric {
	i := slices.IndexFunc(metrics, func(m metric) bool { return m.key == key })
	return metrics[i]
}

// runs returns the records by ID.
func (f *findings) runs() []experiment.Record {
	return slices.SortedFunc(slices.Values(f.Records), func(a, b experiment.Record) int { return cmp.Compare(a.ID, b.ID) })
}

// begun is when the first run started; false if none did.
func (f *findings) begun() (time.Time, bool) {
	var first time.Time
	for _, r := range f.Records {
		if !r.StartedAt.IsZero() && (first.IsZero() || r.StartedAt.Before(first)) {
			first = r.StartedAt
		}
	}
	return first, !first.IsZero()
}

// count says how many runs are in each of the states.
func (f *findings) count(states ...experiment.State) int {
	n := 0
	for _, r := range f.Records {
		if slices.Contains(states, r.State) {
			n++
		}
	}
	return n
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// figure writes a value of the metric.
func (m metric) figure(v float64) string { return stats.Figure(m.key, v) }
