package store

import (
	"fmt"
	"path/filepath"
	"testing"

	"sweep/experiment"
	"sweep/experiment/strategy"
)

// config is what the sweeps of these tests vary.
type config struct {
	HiddenSize   int     `json:"hidden_size"`
	LearningRate float64 `json:"learning_rate"`
	Iterations   int     `json:"iterations"`
	Cell         string  `json:"cell"`
}

var dataset = experiment.Dataset{
	Source: "embedded", SHA256: "5eed", Classes: []string{"Czech", "Irish"}, Train: 8, Validation: 2,
	Test: []experiment.Example{{Name: "Novak", Class: 0}, {Name: "Walsh", Class: 1}},
}

// planOf is a sweep with n widths, from 1 up.
func planOf(t testing.TB, name string, n, seeds int, changes ...func(*experiment.Sweep[config], *experiment.Dataset)) *experiment.Plan {
	t.Helper()
	widths := make([]int, n)
	for i := range widths {
		widths[i] = i + 1
	}
	sweep := experiment.Sweep[config]{
		Name: name, Seeds: seeds, Strategy: strategy.Grid{},
		Base: config{Iterations: 100, LearningRate: 0.005, Cell: "elman"},
		Axes: []experiment.Axis[config]{
			experiment.Vary("hidden_size", widths, func(c *config, v int) { c.HiddenSize = v }),
		},
	}
	data := dataset
	for _, change := range changes {
		change(&sweep, &data)
	}
	plan, err := sweep.Plan(func(c config) (config, error) { return c, nil }, data)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// proposals are all runs of a plan.
func proposals(t testing.TB, plan *experiment.Plan) []experiment.Proposal {
	t.Helper()
	proposals, err := plan.Strategy.Next(plan, nil)
	if err != nil {
		t.Fatal(err)
	}
	return proposals
}

// open opens a ledger that is closed when the test ends.
func open(t testing.TB, path string) *DB {
	t.Helper()
	db, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func openNew(t testing.TB) *DB {
	t.Helper()
	return open(t, filepath.Join(t.TempDir(), "results.db"))
}

// begun registers and schedules a plan.
func begun(t testing.TB, db *DB, plan *experiment.Plan) []experiment.Record {
	t.Helper()
	sweep, err := db.Register(t.Context(), plan, experiment.Provenance{Revision: "abc", Host: "here", Kernel: "generic"})
	must(t, err)
	round, err := db.Schedule(t.Context(), sweep.ID, proposals(t, plan))
	must(t, err)
	return round
}

// train records a whole run whose numbers depend on its seed and width alone.
func train(t testing.TB, db *DB, r experiment.Run) {
	t.Helper()
	must(t, db.Begin(r, 0, 0))
	for step := 10; step <= 30; step += 10 {
		must(t, db.Report(r, pointOf(r, step)))
	}
	must(t, db.Finish(r, experiment.Done, outcomeOf(r), ""))
}

func pointOf(r experiment.Run, step int) experiment.Point {
	loss := 1 / float64(step) / float64(r.Seed)
	return experiment.Point{Step: step, TrainLoss: loss, ValLoss: 2 * loss, ValAccuracy: 1 - loss, ValBalancedAccuracy: 1 - 2*loss}
}

func outcomeOf(r experiment.Run) experiment.Outcome {
	return experiment.Outcome{
		Best: pointOf(r, 30), TestAccuracy: 0.5, TestBalancedAccuracy: 0.25,
		Checkpoint:  fmt.Appendf(nil, "model of %s with seed %d", r.Hash, r.Seed),
		Predictions: []experiment.Prediction{{Class: 1, Confidence: 0.75}, {Class: 0, Confidence: 0.5}},
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
