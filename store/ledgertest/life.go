package ledgertest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"testing"

	"sweep/experiment"
)

func testLife(t *testing.T, b *bench) {
	r := b.begun(b.plan())[0]
	b.must(b.Begin(r.Run, 3, 0))
	b.wantState(r.Run, experiment.Running)
	points := []experiment.Point{
		{Step: 10, TrainLoss: 0.1 + 0.2, ValLoss: math.Pi, ValAccuracy: 1.0 / 3, ValBalancedAccuracy: 0},
		{Step: 20, TrainLoss: math.Inf(1), ValLoss: math.SmallestNonzeroFloat64, ValAccuracy: 1, ValBalancedAccuracy: math.MaxFloat64},
	}
	for _, p := range points {
		b.must(b.Report(r.Run, p))
	}
	b.must(b.Snapshot(r.Run, 20, []byte("twenty")))
	b.must(b.Finish(r.Run, experiment.Done, outcome(20), ""))
	got := b.record(r.Run)
	want := outcome(20)
	switch {
	case got.State != experiment.Done, got.Best != want.Best, got.TestAccuracy != want.TestAccuracy,
		got.TestBalancedAccuracy != want.TestBalancedAccuracy:
		t.Errorf("the run is recorded as %+v", got)
	case got.Attempts != 1, got.Worker != 3, got.Error != "", got.Provenance != by, got.Seconds < 0,
		got.StartedAt.IsZero(), got.FinishedAt.Before(got.StartedAt):
		t.Errorf("how it was trained is recorded as %+v", got)
	}
	curve, err := b.Curve(t.Context(), r.ID)
	b.must(err)
	if fmt.Sprint(curve) != fmt.Sprint(points) {
		t.Errorf("the curve is %v, want %v to the bit", curve, points)
	}
	b.wantSnapshot(r.Run, "", 0)
}

func testNaN(t *testing.T, b *bench) {
	r := b.begun(b.plan())[0]
	nan := math.NaN()
	waiting := b.record(r.Run)
	if !math.IsNaN(waiting.TestAccuracy) || !math.IsNaN(waiting.Best.ValLoss) {
		t.Errorf("before it is measured, test accuracy is %v and the loss %v, want NaN", waiting.TestAccuracy, waiting.Best.ValLoss)
	}
	b.must(b.Begin(r.Run, 0, 0))
	b.must(b.Report(r.Run, experiment.Point{Step: 1, TrainLoss: 2, ValLoss: nan, ValAccuracy: nan, ValBalancedAccuracy: nan}))
	result := outcome(1)
	result.Best.TrainLoss, result.TestAccuracy = nan, nan
	b.must(b.Finish(r.Run, experiment.Done, result, ""))
	curve, err := b.Curve(t.Context(), r.ID)
	b.must(err)
	if len(curve) != 1 || curve[0].TrainLoss != 2 || !math.IsNaN(curve[0].ValLoss) || !math.IsNaN(curve[0].ValBalancedAccuracy) {
		t.Errorf("the curve is %v, want one point with NaN where nothing was measured", curve)
	}
	if got := b.record(r.Run); !math.IsNaN(got.Best.TrainLoss) || !math.IsNaN(got.TestAccuracy) || got.Best.ValLoss != 0.6 {
		t.Errorf("the record is %+v, want NaN where nothing was measured", got)
	}
}

func testDiverged(t *testing.T, b *bench) {
	r := b.begun(b.plan())[0]
	b.must(b.Begin(r.Run, 0, 0))
	b.must(b.Report(r.Run, experiment.Point{Step: 1, TrainLoss: math.Inf(1)}))
	b.must(b.Snapshot(r.Run, 1, []byte("one")))
	b.must(b.Finish(r.Run, experiment.Diverged, experiment.Outcome{}, "loss is NaN at step 2"))
	got := b.record(r.Run)
	if got.State != experiment.Diverged || got.Error != "loss is NaN at step 2" {
		t.Errorf("the run is %s because %q", got.State, got.Error)
	}
	if !math.IsNaN(got.Best.ValAccuracy) || !math.IsNaN(got.Best.ValLoss) || !math.IsNaN(got.TestAccuracy) {
		t.Errorf("a diverged run has results: %+v", got)
	}
	b.wantSteps(r.Run, "[1]")
	b.wantSnapshot(r.Run, "", 0)
}

func testFail(t *testing.T, b *bench) {
	r := b.begun(b.plan())[0]
	for attempt, retry := range []bool{true, false} {
		b.must(b.Begin(r.Run, 0, 0))
		b.must(b.Report(r.Run, experiment.Point{Step: 1}))
		b.must(b.Snapshot(r.Run, 1, []byte("one")))
		b.must(b.Fail(r.Run, "bad luck", "at main.go:1", retry))
		want := experiment.Failed
		if retry {
			want = experiment.Waiting
		}
		got := b.record(r.Run)
		if got.State != want || got.Error != "bad luck" || got.Stack != "at main.go:1" || got.Attempts != attempt+1 {
			t.Errorf("after failure %d the run is %+v", attempt+1, got)
		}
		b.wantSteps(r.Run, "[]")
		b.wantSnapshot(r.Run, "", 0)
	}
}

func testRelease(t *testing.T, b *bench) {
	r := b.begun(b.plan())[0]
	b.wantSnapshot(r.Run, "", 0)
	b.must(b.Begin(r.Run, 0, 0))
	b.must(b.Report(r.Run, experiment.Point{Step: 1}))
	b.must(b.Snapshot(r.Run, 1, []byte("one")))
	b.must(b.Snapshot(r.Run, 2, []byte("two")))
	b.must(b.Release(r.Run))
	b.wantState(r.Run, experiment.Waiting)
	b.wantSnapshot(r.Run, "two", 2)
	b.wantSteps(r.Run, "[1]")
	b.must(b.Begin(r.Run, 1, 2))
	b.must(b.Report(r.Run, experiment.Point{Step: 3}))
	b.must(b.Finish(r.Run, experiment.Done, outcome(3), ""))
	b.wantSteps(r.Run, "[1 3]")
	if got := b.record(r.Run); got.State != experiment.Done || got.Attempts != 2 || got.Error != "" {
		t.Errorf("the run went on to be %+v", got)
	}
}

func testBegin(t *testing.T, b *bench) {
	r := b.begun(b.plan())[0]
	b.must(b.Begin(r.Run, 0, 0))
	for step := 1; step <= 4; step++ {
		b.must(b.Report(r.Run, experiment.Point{Step: step}))
	}
	b.must(b.Snapshot(r.Run, 2, []byte("two")))
	b.must(b.Release(r.Run))
	b.must(b.Begin(r.Run, 0, 2))
	b.wantSteps(r.Run, "[1 2]")
	b.wantSnapshot(r.Run, "two", 2)
	b.must(b.Release(r.Run))
	b.must(b.Begin(r.Run, 0, 0))
	b.wantSteps(r.Run, "[]")
	b.wantSnapshot(r.Run, "", 0)
}

func testReportAgain(t *testing.T, b *bench) {
	r := b.begun(b.plan())[0]
	b.must(b.Begin(r.Run, 0, 0))
	b.must(b.Report(r.Run, experiment.Point{Step: 1, TrainLoss: 1}))
	b.must(b.Report(r.Run, experiment.Point{Step: 1, TrainLoss: 2}))
	curve, err := b.Curve(t.Context(), r.ID)
	b.must(err)
	if len(curve) != 1 || curve[0].TrainLoss != 2 {
		t.Errorf("the curve is %v, want the second point", curve)
	}
}

func testLeftRunning(t *testing.T, b *bench) {
	round := b.begun(b.plan())
	b.must(b.Begin(round[0].Run, 0, 0))
	b.must(b.Report(round[0].Run, experiment.Point{Step: 5}))
	b.must(b.Snapshot(round[0].Run, 5, []byte("five")))
	b.must(b.Begin(round[1].Run, 1, 0))
	b.must(b.Finish(round[1].Run, experiment.Done, outcome(5), ""))
	b.must(b.Ledger.Close()) // without a word of the run
	b.reopen()
	b.wantState(round[0].Run, experiment.Running) // for all a reader knows
	again := b.begun(b.plan())
	if again[0].State != experiment.Waiting || again[0].ID != round[0].ID || again[1].State != experiment.Done {
		t.Errorf("after the process died the runs are %s and %s", again[0].State, again[1].State)
	}
	b.wantSnapshot(round[0].Run, "five", 5)
	b.wantSteps(round[0].Run, "[5]")
}

// testFinished tries every change on runs that are finished.
func testFinished(t *testing.T, b *bench) {
	changes := map[string]func(experiment.Run) error{
		"begin":    func(r experiment.Run) error { return b.Begin(r, 0, 0) },
		"report":   func(r experiment.Run) error { return b.Report(r, experiment.Point{Step: 9}) },
		"snapshot": func(r experiment.Run) error { return b.Snapshot(r, 9, []byte("nine")) },
		"finish":   func(r experiment.Run) error { return b.Finish(r, experiment.Done, outcome(9), "") },
		"diverge":  func(r experiment.Run) error { return b.Finish(r, experiment.Diverged, experiment.Outcome{}, "") },
		"fail":     func(r experiment.Run) error { return b.Fail(r, "late", "", true) },
		"release":  func(r experiment.Run) error { return b.Release(r) },
	}
	for name, change := range changes {
		round := b.begun(b.plan(named("sweep-" + name)))
		endings := []func(experiment.Run) error{
			func(r experiment.Run) error { return b.Finish(r, experiment.Done, outcome(1), "") },
			func(r experiment.Run) error { return b.Finish(r, experiment.Diverged, experiment.Outcome{}, "NaN") },
			func(r experiment.Run) error { return b.Finish(r, experiment.Pruned, experiment.Outcome{}, "rung 1") },
			func(r experiment.Run) error { return b.Fail(r, "bad luck", "", false) },
		}
		for i, end := range endings {
			r := round[i].Run
			b.must(b.Begin(r, 0, 0))
			b.must(b.Report(r, experiment.Point{Step: 1}))
			b.must(end(r))
			before, steps := fmt.Sprint(b.record(r)), b.steps(r)
			err := change(r)
			if err == nil {
				err = b.Flush(t.Context())
			}
			if err == nil {
				t.Errorf("%s of a run that is %s was accepted", name, b.record(r).State)
			}
			b.Ledger.Close()
			b.reopen()
			if after := fmt.Sprint(b.record(r)); after != before || b.steps(r) != steps {
				t.Errorf("%s changed a finished run from\n%s\nto\n%s", name, before, after)
			}
			round = b.begun(b.plan(named("sweep-" + name)))
		}
	}
}

func testStopped(t *testing.T, b *bench) {
	round := b.begun(b.plan())
	b.must(b.Begin(round[0].Run, 0, 0))
	b.must(b.Flush(t.Context()))
	_ = b.Finish(round[1].Run, experiment.Done, outcome(1), "") // never begun
	first := b.Flush(t.Context())
	if first == nil {
		t.Fatal("a run that was never begun could be finished")
	}
	for name, err := range map[string]error{
		"Report": b.Report(round[0].Run, experiment.Point{Step: 1}),
		"Begin":  b.Begin(round[2].Run, 0, 0),
		"Flush":  b.Flush(t.Context()),
	} {
		if err == nil || err.Error() != first.Error() {
			t.Errorf("after the ledger stopped with %q, %s returned %v", first, name, err)
		}
	}
	b.Ledger.Close()
	b.reopen()
	b.wantState(round[0].Run, experiment.Running)
	b.wantState(round[1].Run, experiment.Waiting)
	b.wantState(round[2].Run, experiment.Waiting)
}

func testClose(t *testing.T, b *bench) {
	r := b.begun(b.plan())[0]
	b.must(b.Begin(r.Run, 0, 0))
	const points = 5000
	for step := 1; step <= points; step++ {
		b.must(b.Report(r.Run, experiment.Point{Step: step}))
	}
	b.must(b.Ledger.Close())
	b.reopen()
	curve, err := b.Curve(t.Context(), r.ID)
	b.must(err)
	if len(curve) != points {
		t.Errorf("of %d points %d are there after Close", points, len(curve))
	}
}

func testContext(t *testing.T, b *bench) {
	b.begun(b.plan())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := b.Records(ctx, "default"); !errors.Is(err, context.Canceled) {
		t.Errorf("Records returned %v, want context.Canceled", err)
	}
	if _, err := b.Register(ctx, b.plan(named("late")), by); !errors.Is(err, context.Canceled) {
		t.Errorf("Register returned %v, want context.Canceled", err)
	}
}

func testWorkers(t *testing.T, b *bench) {
	round := b.begun(b.plan(func(s *experiment.Sweep[config], _ *experiment.Dataset) { s.Seeds = 20 }))
	var workers sync.WaitGroup
	for worker := range 8 {
		workers.Go(func() {
			for i := worker; i < len(round); i += 8 {
				r := round[i].Run
				err := b.Begin(r, worker, 0)
				for step := 1; step <= 50; step++ {
					err = errors.Join(err, b.Report(r, experiment.Point{Step: step}), b.Snapshot(r, step, []byte{byte(step)}))
				}
				if err = errors.Join(err, b.Finish(r, experiment.Done, outcome(50), "")); err != nil {
					t.Error(err)
				}
			}
		})
	}
	workers.Wait()
	for _, r := range round {
		b.wantState(r.Run, experiment.Done)
		if curve, err := b.Curve(t.Context(), r.ID); err != nil || len(curve) != 50 {
			t.Errorf("run %d has %d points, %v", r.ID, len(curve), err)
		}
	}
}
