// Package ledgertest is the conformance suite of ledgers: what every
// [experiment.Ledger] must do, wherever it keeps its records.
package ledgertest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"sweep/experiment"
	"sweep/experiment/strategy"
)

// Ledger is a ledger with what it takes to look at it.
type Ledger interface {
	experiment.Ledger
	// Curve returns the points of a run by step.
	Curve(ctx context.Context, run int64) ([]experiment.Point, error)
	// Close makes durable what is queued and frees the sweeps.
	Close() error
}

// Factory gives a test a ledger of its own, at first empty: open opens it,
// again and again, also while it is open.
type Factory func(t testing.TB) (open func() (Ledger, error))

// Test runs the suite.
func Test(t *testing.T, ledger Factory) {
	for name, test := range map[string]func(*testing.T, *bench){
		"registers a sweep once":                     testRegister,
		"other data or base is another sweep":        testOtherSweep,
		"a new definition takes the old one's place": testDefinition,
		"one process trains a sweep":                 testHeld,
		"two sweeps train together":                  testTwoSweeps,
		"schedules each run once, in order":          testSchedule,
		"records a run's life":                       testLife,
		"keeps what is not a number":                 testNaN,
		"a diverged run has no results":              testDiverged,
		"a failure leaves nothing to go on from":     testFail,
		"an interrupted run goes on":                 testRelease,
		"begin drops what is reported again":         testBegin,
		"a step reported again replaces the first":   testReportAgain,
		"what a dead process left is waiting":        testLeftRunning,
		"a finished run never changes":               testFinished,
		"an error stops what follows":                testStopped,
		"gives up when its context ends":             testContext,
		"many workers at once":                       testWorkers,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := &bench{t: t, open: ledger(t)}
			b.reopen()
			t.Cleanup(func() { b.Ledger.Close() })
			test(t, b)
		})
	}
}

// bench is a ledger under test.
type bench struct {
	Ledger
	t    testing.TB
	open func() (Ledger, error)
}

func (b *bench) reopen() {
	b.t.Helper()
	ledger, err := b.open()
	b.must(err)
	b.Ledger = ledger
}

func (b *bench) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// config is what the sweeps of the suite vary.
type config struct {
	HiddenSize   int     `json:"hidden_size"`
	LearningRate float64 `json:"learning_rate"`
	Iterations   int     `json:"iterations"`
}

type change func(*experiment.Sweep[config], *experiment.Dataset)

// plan is a sweep of two widths and two seeds, unless it is changed.
func (b *bench) plan(changes ...change) *experiment.Plan {
	b.t.Helper()
	sweep := experiment.Sweep[config]{
		Name: "default", Seeds: 2, Strategy: strategy.Grid{},
		Base: config{Iterations: 100, LearningRate: 0.005},
		Axes: []experiment.Axis[config]{widths(64, 128)},
	}
	data := experiment.Dataset{
		Source: "embedded", SHA256: "5eed", Classes: []string{"Czech", "Irish"}, Train: 8, Validation: 2,
		Test: []experiment.Example{{Name: "Novak", Class: 0}, {Name: "Walsh", Class: 1}},
	}
	for _, c := range changes {
		c(&sweep, &data)
	}
	plan, err := sweep.Plan(func(c config) (config, error) { return c, nil }, data)
	b.must(err)
	return plan
}

func widths(values ...int) experiment.Axis[config] {
	return experiment.Vary("hidden_size", values, func(c *config, v int) { c.HiddenSize = v })
}

func named(name string) change {
	return func(s *experiment.Sweep[config], _ *experiment.Dataset) { s.Name = name }
}

var by = experiment.Provenance{
	Revision: "abc", Dirty: true, GoVersion: "go1", Host: "here", CPU: "fast", Kernel: "generic", Command: "sweep run default",
}

// begun registers a plan and schedules all of its grid.
func (b *bench) begun(plan *experiment.Plan) []experiment.Record {
	b.t.Helper()
	sweep, err := b.Register(b.t.Context(), plan, by)
	b.must(err)
	round, err := b.Schedule(b.t.Context(), sweep.ID, b.proposals(plan))
	b.must(err)
	return round
}

func (b *bench) proposals(plan *experiment.Plan) []experiment.Proposal {
	b.t.Helper()
	proposals, err := plan.Strategy.Next(plan, nil)
	b.must(err)
	return proposals
}

// record returns what the ledger has of a run.
func (b *bench) record(run experiment.Run) experiment.Record {
	b.t.Helper()
	records, err := b.Records(b.t.Context(), run.Sweep)
	b.must(err)
	for _, r := range records {
		if r.ID == run.ID {
			return r
		}
	}
	b.t.Fatalf("run %d is not in the ledger", run.ID)
	return experiment.Record{}
}

// steps returns the steps of a run's curve.
func (b *bench) steps(run experiment.Run) string {
	b.t.Helper()
	curve, err := b.Curve(b.t.Context(), run.ID)
	b.must(err)
	var steps []int
	for _, p := range curve {
		steps = append(steps, p.Step)
	}
	return fmt.Sprint(steps)
}

func (b *bench) wantSteps(run experiment.Run, want string) {
	b.t.Helper()
	if got := b.steps(run); got != want {
		b.t.Errorf("the curve of run %d has steps %s, want %s", run.ID, got, want)
	}
}

func (b *bench) wantState(run experiment.Run, want experiment.State) {
	b.t.Helper()
	if got := b.record(run).State; got != want {
		b.t.Errorf("run %d is %s, want %s", run.ID, got, want)
	}
}

func (b *bench) wantSnapshot(run experiment.Run, want string, at int) {
	b.t.Helper()
	got, step, err := b.Resume(b.t.Context(), run)
	b.must(err)
	if string(got) != want || step != at || (got == nil) != (want == "") {
		b.t.Errorf("run %d has snapshot %q at step %d, want %q at %d", run.ID, got, step, want, at)
	}
}

func testRegister(t *testing.T, b *bench) {
	plan := b.plan()
	first, err := b.Register(t.Context(), plan, by)
	b.must(err)
	if first.ID != "default" || first.Name != "default" || first.Objective != plan.Objective || first.Provenance != by {
		t.Errorf("registered %+v", first)
	}
	if got, want := fmt.Sprintf("%+v", first.Dataset), fmt.Sprintf("%+v", plan.Dataset); got != want {
		t.Errorf("the dataset is %s, want %s", got, want)
	}
	if got, want := fmt.Sprintf("%+v", first.Definition), fmt.Sprintf("%+v", plan.Definition); got != want {
		t.Errorf("the definition is %s, want %s", got, want)
	}
	b.must(b.Ledger.Close())
	b.reopen()
	later := by
	later.Revision, later.Dirty = "def", false
	again, err := b.Register(t.Context(), plan, later)
	b.must(err)
	if again.ID != first.ID || !again.CreatedAt.Equal(first.CreatedAt) || again.Provenance != later {
		t.Errorf("registered again as %+v, first as %+v", again, first)
	}
}

func testOtherSweep(t *testing.T, b *bench) {
	otherData := func(_ *experiment.Sweep[config], d *experiment.Dataset) { d.SHA256 = "07e4" }
	otherBase := func(s *experiment.Sweep[config], _ *experiment.Dataset) { s.Base.Iterations = 200 }
	for _, test := range []struct {
		want    string
		changes []change
	}{
		{"default", nil},
		{"default-2", []change{otherData}},
		{"default-3", []change{otherBase}},
		{"default-2", []change{otherData}},
		{"default", nil},
	} {
		sweep, err := b.Register(t.Context(), b.plan(test.changes...), by)
		b.must(err)
		if sweep.ID != test.want || sweep.Name != "default" {
			t.Errorf("registered as %s of name %s, want %s", sweep.ID, sweep.Name, test.want)
		}
	}
}

func testDefinition(t *testing.T, b *bench) {
	before := b.begun(b.plan())
	wider := b.plan(func(s *experiment.Sweep[config], _ *experiment.Dataset) {
		s.Axes, s.Seeds = []experiment.Axis[config]{widths(64, 128, 256)}, 3
	})
	after := b.begun(wider)
	sweep, err := b.Register(t.Context(), wider, by)
	b.must(err)
	if sweep.ID != "default" || len(sweep.Definition.Axes[0].Values) != 3 || sweep.Definition.Seeds != 3 {
		t.Errorf("the sweep is now %+v", sweep)
	}
	known := map[int64]bool{}
	for _, r := range before {
		known[r.ID] = true
	}
	kept := 0
	for _, r := range after {
		if known[r.ID] {
			kept++
		}
	}
	if kept != len(before) || len(after) != 9 {
		t.Errorf("of %d runs %d were kept and %d are there now", len(before), kept, len(after))
	}
	minimize := b.plan(func(s *experiment.Sweep[config], _ *experiment.Dataset) {
		s.Objective = experiment.Minimize(experiment.ValLoss)
	})
	sweep, err = b.Register(t.Context(), minimize, by)
	b.must(err)
	if sweep.ID == "default" || sweep.Objective != minimize.Objective {
		t.Errorf("with another objective the sweep is %s, %s; want one of its own", sweep.ID, sweep.Objective)
	}
}

func testHeld(t *testing.T, b *bench) {
	b.begun(b.plan())
	other, err := b.open()
	b.must(err)
	defer other.Close()
	_, err = other.Register(t.Context(), b.plan(), by)
	if !errors.Is(err, experiment.ErrHeld) || !strings.Contains(err.Error(), "process") {
		t.Errorf("a second trainer got %v, want ErrHeld that names the process", err)
	}
	if records, err := other.Records(t.Context(), "default"); err != nil || len(records) != 4 {
		t.Errorf("the second reads %d runs, %v; readers are always free", len(records), err)
	}
	b.must(b.Ledger.Close())
	if _, err := other.Register(t.Context(), b.plan(), by); err != nil {
		t.Errorf("the sweep is not free after Close: %v", err)
	}
}

func testTwoSweeps(t *testing.T, b *bench) {
	mine := b.begun(b.plan())[0]
	other, err := b.open()
	b.must(err)
	defer other.Close()
	o := &bench{Ledger: other, t: t, open: b.open}
	theirs := o.begun(b.plan(named("tutorial")))[0]
	for step := 1; step <= 50; step++ {
		if step == 1 {
			b.must(b.Begin(mine.Run, 0, 0))
			b.must(o.Begin(theirs.Run, 0, 0))
		}
		b.must(b.Report(mine.Run, experiment.Point{Step: step}))
		b.must(o.Report(theirs.Run, experiment.Point{Step: step}))
		b.must(b.Flush(t.Context()))
		b.must(o.Flush(t.Context()))
	}
	b.must(b.Finish(mine.Run, experiment.Done, outcome(50), ""))
	b.must(o.Finish(theirs.Run, experiment.Done, outcome(50), ""))
	b.wantState(mine.Run, experiment.Done)
	o.wantState(theirs.Run, experiment.Done)
	b.must(o.Flush(t.Context()))
	if a, c := b.steps(mine.Run), b.steps(theirs.Run); a != c {
		t.Errorf("one curve has steps %s, the other %s", a, c)
	}
}

func testSchedule(t *testing.T, b *bench) {
	plan := b.plan()
	_, err := b.Register(t.Context(), plan, by)
	b.must(err)
	all := b.proposals(plan)
	wanted := []experiment.Proposal{all[2], all[0], all[2]}
	round, err := b.Schedule(t.Context(), "default", wanted)
	b.must(err)
	for i, r := range round {
		p := wanted[i]
		if r.Configuration != p.Configuration || r.Seed != p.Seed || r.Sweep != "default" || r.State != experiment.Waiting || r.Attempts != 0 {
			t.Errorf("proposal %d became %+v", i, r)
		}
	}
	if round[0].ID != round[2].ID || round[0].ID >= round[1].ID {
		t.Errorf("ids %d, %d, %d, want the order of scheduling", round[0].ID, round[1].ID, round[2].ID)
	}
	again, err := b.Schedule(t.Context(), "default", all)
	b.must(err)
	records, err := b.Records(t.Context(), "default")
	b.must(err)
	if len(records) != len(all) || again[2].ID != round[0].ID || again[0].ID != round[1].ID {
		t.Errorf("scheduling all gave %d runs, want %d of which two are known", len(records), len(all))
	}
	for i := range records[1:] {
		if records[i].ID >= records[i+1].ID {
			t.Error("Records are not by ID")
		}
	}
}

// outcome is a finished training's, best at a step.
func outcome(step int) experiment.Outcome {
	return experiment.Outcome{
		Best:         experiment.Point{Step: step, TrainLoss: 0.5, ValLoss: 0.6, ValAccuracy: 0.7, ValBalancedAccuracy: 0.65},
		TestAccuracy: 0.68, TestBalancedAccuracy: 0.61, Checkpoint: []byte("model"),
		Predictions: []experiment.Prediction{{Class: 1, Confidence: 0.75}, {Class: 0, Confidence: math.NaN()}},
	}
}
