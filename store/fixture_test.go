package store

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
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

// change alters the sweep that newPlan starts from.
type change func(*experiment.Sweep[config], *experiment.Dataset)

// newPlan is a sweep of so many widths, from 1 up, and seeds.
func newPlan(name string, widths, seeds int, changes ...change) (*experiment.Plan, error) {
	values := make([]int, widths)
	for i := range values {
		values[i] = i + 1
	}
	sweep := experiment.Sweep[config]{
		Name: name, Seeds: seeds, Strategy: strategy.Grid{},
		Base: config{Iterations: 100, LearningRate: 0.005, Cell: "elman"},
		Axes: []experiment.Axis[config]{
			experiment.Vary("hidden_size", values, func(c *config, v int) { c.HiddenSize = v }),
		},
	}
	data := experiment.Dataset{
		Source: "embedded", SHA256: "5eed", Classes: []string{"Czech", "Irish"}, Train: 8, Validation: 2,
		Test: []experiment.Example{{Name: "Novak", Class: 0}, {Name: "Walsh", Class: 1}},
	}
	for _, c := range changes {
		c(&sweep, &data)
	}
	return sweep.Plan(func(c config) (config, error) { return c, nil }, data)
}

func planOf(t testing.TB, name string, widths, seeds int, changes ...change) *experiment.Plan {
	t.Helper()
	plan, err := newPlan(name, widths, seeds, changes...)
	must(t, err)
	return plan
}

// open opens a ledger that is closed when the test ends.
func open(t testing.TB, path string) *DB {
	t.Helper()
	db, err := Open(path)
	must(t, err)
	t.Cleanup(func() { db.Close() })
	return db
}

// newPath is where a test may put a ledger.
func newPath(t testing.TB) string {
	t.Helper()
	return filepath.Join(t.TempDir(), "results.db")
}

func openNew(t testing.TB) *DB {
	t.Helper()
	return open(t, newPath(t))
}

var here = experiment.Provenance{
	Revision: "abc", GoVersion: "go1", Host: "here", CPU: "fast", Kernel: "generic", Command: "sweep run default",
}

// begin registers a plan and schedules all of its grid.
func begin(ctx context.Context, db *DB, plan *experiment.Plan) ([]experiment.Record, error) {
	sweep, err := db.Register(ctx, plan, here)
	if err != nil {
		return nil, err
	}
	proposals, err := plan.Strategy.Next(plan, nil)
	if err != nil {
		return nil, err
	}
	return db.Schedule(ctx, sweep.ID, proposals)
}

func begun(t testing.TB, db *DB, plan *experiment.Plan) []experiment.Record {
	t.Helper()
	round, err := begin(t.Context(), db, plan)
	must(t, err)
	return round
}

// The training of these tests: six steps, a point each, a snapshot every two.
// Its numbers depend on the run alone, those of a step on the step before, as
// a real training's do.
const lastStep = 6

// train takes a run to its end from where it stands, committing every step.
func train(ctx context.Context, db *DB, run experiment.Run) error {
	snapshot, step, err := db.Resume(ctx, run)
	if err != nil {
		return err
	}
	loss := float64(run.Seed)
	if snapshot != nil {
		loss = math.Float64frombits(binary.LittleEndian.Uint64(snapshot))
	}
	if err := db.Begin(run, 0, step); err != nil {
		return err
	}
	for step++; step <= lastStep; step++ {
		loss = (loss + float64(run.Hash[0]%7)) / 2
		if err := db.Report(run, pointAt(step, loss)); err != nil {
			return err
		}
		if step%2 == 0 {
			if err := db.Snapshot(run, step, binary.LittleEndian.AppendUint64(nil, math.Float64bits(loss))); err != nil {
				return err
			}
		}
		if err := db.Flush(ctx); err != nil {
			return err
		}
	}
	return db.Finish(run, experiment.Done, outcomeOf(run, pointAt(lastStep, loss)), "")
}

func pointAt(step int, loss float64) experiment.Point {
	return experiment.Point{Step: step, TrainLoss: loss, ValLoss: 2 * loss, ValAccuracy: 1 / (1 + loss), ValBalancedAccuracy: 0.5}
}

func outcomeOf(run experiment.Run, best experiment.Point) experiment.Outcome {
	return experiment.Outcome{
		Best: best, TestAccuracy: best.ValAccuracy / 2, TestBalancedAccuracy: 0.25,
		Checkpoint:  fmt.Appendf(nil, "model of %s with seed %d: %v", run.Hash, run.Seed, best.TrainLoss),
		Predictions: []experiment.Prediction{{Class: 1, Confidence: 0.75}, {Class: 0, Confidence: best.ValAccuracy}},
	}
}

// trainAll registers a plan and takes every run that is not finished to its
// end.
func trainAll(ctx context.Context, db *DB, plan *experiment.Plan) error {
	round, err := begin(ctx, db, plan)
	if err != nil {
		return err
	}
	for _, r := range round {
		if r.State.Finished() {
			continue
		}
		if err := train(ctx, db, r.Run); err != nil {
			return err
		}
	}
	return db.Flush(ctx)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// mustEqual requires that two ledgers hold the same results.
func mustEqual(t testing.TB, want, got *DB) {
	t.Helper()
	difference, err := Diff(t.Context(), want, got)
	must(t, err)
	if difference != "" {
		t.Error(difference)
	}
}
