// Package enginetest is the conformance suite of engines: what every
// [experiment.Engine] must do, whoever executes its runs.
package enginetest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sweep/experiment"
)

// Factory makes the engine under test.
type Factory func(trainer experiment.Trainer, workers, retries int, watch func(experiment.Event)) experiment.Engine

// Test runs the suite.
func Test(t *testing.T, engine Factory) {
	for name, test := range map[string]func(*testing.T, Factory){
		"records every run once":                testRecordsOnce,
		"same ledger at any worker count":       testWorkers,
		"skips what is finished":                testSkipsFinished,
		"saves what runs when cancelled":        testCancel,
		"goes on from a snapshot":               testResume,
		"starts over from a bad snapshot":       testBadSnapshot,
		"a panic fails its run alone":           testPanic,
		"retries a failure from the beginning":  testRetry,
		"divergence is a result":                testDiverged,
		"leaves a trainer that ignores context": testIgnoresContext,
		"stops when the ledger stops":           testBrokenLedger,
		"stops trainers when the ledger stops":  testBrokenLedgerStopsTrainers,
		"bounds snapshots by time":              testSnapshotShare,
		"gives idle cores to the last to train": testCores,
	} {
		t.Run(name, func(t *testing.T) { t.Parallel(); test(t, engine) })
	}
}

// trainerFunc is a Trainer made of a function.
type trainerFunc func(ctx context.Context, task experiment.Task) (experiment.Outcome, error)

func (f trainerFunc) Train(ctx context.Context, task experiment.Task) (experiment.Outcome, error) {
	return f(ctx, task)
}

// scheduled returns a ledger with n waiting runs.
func scheduled(n int) (*Ledger, []experiment.Record) {
	ledger := &Ledger{}
	var proposals []experiment.Proposal
	for i := range n {
		proposals = append(proposals, experiment.Proposal{Configuration: experiment.Configuration{Hash: fmt.Sprint(i)}, Seed: 1})
	}
	round, _ := ledger.Schedule(context.Background(), "test", proposals)
	return ledger, round
}

// honest trains three steps, depending on nothing but the run.
func honest(_ context.Context, task experiment.Task) (experiment.Outcome, error) {
	for step := 1; step <= 3; step++ {
		task.Report(experiment.Point{Step: step, TrainLoss: float64(task.Run.ID) / float64(step)})
		task.Save(step, func() []byte { return []byte{byte(step)} })
	}
	return experiment.Outcome{Best: experiment.Point{Step: int(task.Run.ID)}}, nil
}

func check(t *testing.T, ledger *Ledger, want experiment.State) {
	t.Helper()
	for _, violation := range ledger.Violations {
		t.Error("ledger saw a", violation)
	}
	for _, r := range ledger.runs {
		if r.State != want {
			t.Errorf("run %d is %s, want %s", r.ID, r.State, want)
		}
		if want.Finished() && r.endings != 1 {
			t.Errorf("run %d ended %d times", r.ID, r.endings)
		}
	}
}

func testRecordsOnce(t *testing.T, engine Factory) {
	ledger, round := scheduled(100)
	var mu sync.Mutex
	trained := map[int64]int{}
	trainer := trainerFunc(func(ctx context.Context, task experiment.Task) (experiment.Outcome, error) {
		mu.Lock()
		trained[task.Run.ID]++
		mu.Unlock()
		return honest(ctx, task)
	})
	if err := engine(trainer, 8, 0, nil).Execute(t.Context(), round, ledger); err != nil {
		t.Fatal(err)
	}
	check(t, ledger, experiment.Done)
	for _, r := range ledger.runs {
		if trained[r.ID] != 1 || len(r.points) != 3 || r.outcome.Best.Step != int(r.ID) {
			t.Errorf("run %d: trained %d times, %d points, outcome %+v", r.ID, trained[r.ID], len(r.points), r.outcome)
		}
	}
}

// testWorkers makes later runs end first and compares what was recorded.
func testWorkers(t *testing.T, engine Factory) {
	synctest.Test(t, func(t *testing.T) {
		var want string
		for _, workers := range []int{1, 2, 4, 8, 50} {
			ledger, round := scheduled(20)
			trainer := trainerFunc(func(ctx context.Context, task experiment.Task) (experiment.Outcome, error) {
				time.Sleep(time.Duration(21-task.Run.ID) * time.Second) // the bubble's clock
				return honest(ctx, task)
			})
			if err := engine(trainer, workers, 0, nil).Execute(t.Context(), round, ledger); err != nil {
				t.Fatal(err)
			}
			check(t, ledger, experiment.Done)
			var got strings.Builder
			for _, r := range ledger.runs {
				fmt.Fprintln(&got, r.ID, r.points, r.outcome)
			}
			if want == "" {
				want = got.String()
			}
			if got.String() != want {
				t.Errorf("%d workers recorded\n%s\nand one worker\n%s", workers, got.String(), want)
			}
		}
	})
}

func testSkipsFinished(t *testing.T, engine Factory) {
	ledger, round := scheduled(4)
	e := engine(trainerFunc(honest), 2, 0, nil)
	if err := e.Execute(t.Context(), round[:2], ledger); err != nil {
		t.Fatal(err)
	}
	round, _ = ledger.Records(t.Context(), "test")
	if err := e.Execute(t.Context(), round, ledger); err != nil {
		t.Fatal(err)
	}
	check(t, ledger, experiment.Done)
}

func testCancel(t *testing.T, engine Factory) {
	ledger, round := scheduled(3)
	ctx, cancel := context.WithCancel(t.Context())
	trainer := trainerFunc(func(ctx context.Context, task experiment.Task) (experiment.Outcome, error) {
		task.Report(experiment.Point{Step: 1})
		cancel()
		<-ctx.Done()
		task.Save(7, func() []byte { return []byte("seven") })
		return experiment.Outcome{}, fmt.Errorf("stopped: %w", ctx.Err())
	})
	if err := engine(trainer, 1, 0, nil).Execute(ctx, round, ledger); !errors.Is(err, context.Canceled) {
		t.Fatalf("Execute returned %v, want context.Canceled", err)
	}
	check(t, ledger, experiment.Waiting)
	if r := ledger.runs[0]; string(r.snapshot) != "seven" || r.snapshotStep != 7 || r.Attempts != 1 {
		t.Errorf("the interrupted run has snapshot %q at step %d after %d attempts", r.snapshot, r.snapshotStep, r.Attempts)
	}
	if ledger.runs[1].Attempts != 0 {
		t.Error("a run was begun after the interruption")
	}
}

func testResume(t *testing.T, engine Factory) {
	ledger, round := scheduled(1)
	r := ledger.runs[0]
	r.snapshot, r.snapshotStep, r.Attempts = []byte("two"), 2, 1
	r.points = []experiment.Point{{Step: 1}, {Step: 2}, {Step: 3}}
	round[0] = r.Record
	var got string
	trainer := trainerFunc(func(_ context.Context, task experiment.Task) (experiment.Outcome, error) {
		got = string(task.Snapshot)
		task.Report(experiment.Point{Step: 3})
		return experiment.Outcome{}, nil
	})
	if err := engine(trainer, 1, 0, nil).Execute(t.Context(), round, ledger); err != nil {
		t.Fatal(err)
	}
	check(t, ledger, experiment.Done)
	if got != "two" || len(r.points) != 3 {
		t.Errorf("trained from %q to %d points, want from \"two\" to 3", got, len(r.points))
	}
}

func testBadSnapshot(t *testing.T, engine Factory) {
	ledger, round := scheduled(1)
	r := ledger.runs[0]
	r.snapshot, r.snapshotStep, r.Attempts = []byte("bad"), 2, 1
	r.points = []experiment.Point{{Step: 1}, {Step: 2}}
	round[0] = r.Record
	trainer := trainerFunc(func(ctx context.Context, task experiment.Task) (experiment.Outcome, error) {
		if task.Snapshot != nil {
			return experiment.Outcome{}, fmt.Errorf("%w: checksum", experiment.ErrSnapshot)
		}
		return honest(ctx, task)
	})
	var notices []string
	watch := func(e experiment.Event) {
		if e.Kind == experiment.Noticed {
			notices = append(notices, e.Message)
		}
	}
	if err := engine(trainer, 1, 0, watch).Execute(t.Context(), round, ledger); err != nil {
		t.Fatal(err)
	}
	check(t, ledger, experiment.Done)
	if len(r.points) != 3 || len(r.failures) != 0 {
		t.Errorf("%d points and failures %v, want 3 and none", len(r.points), r.failures)
	}
	if len(notices) != 1 || !strings.Contains(notices[0], "starts over") {
		t.Errorf("notices %q do not say that the run starts over", notices)
	}
}

func testPanic(t *testing.T, engine Factory) {
	ledger, round := scheduled(3)
	trainer := trainerFunc(func(ctx context.Context, task experiment.Task) (experiment.Outcome, error) {
		if task.Run.ID == 2 {
			panic("index out of luck")
		}
		return honest(ctx, task)
	})
	if err := engine(trainer, 2, 0, nil).Execute(t.Context(), round, ledger); err != nil {
		t.Fatal(err)
	}
	r := ledger.runs[1]
	if r.State != experiment.Failed || !strings.Contains(r.Error, "index out of luck") || !strings.Contains(r.Stack, "testPanic") {
		t.Errorf("the run that panicked is %s with error %q and stack\n%s", r.State, r.Error, r.Stack)
	}
	if ledger.runs[0].State != experiment.Done || ledger.runs[2].State != experiment.Done {
		t.Error("the panic of one run touched another")
	}
}

func testRetry(t *testing.T, engine Factory) {
	ledger, round := scheduled(2)
	attempts := map[int64]int{}
	trainer := trainerFunc(func(ctx context.Context, task experiment.Task) (experiment.Outcome, error) {
		attempts[task.Run.ID]++
		if task.Run.ID == 2 || attempts[1] == 1 {
			task.Report(experiment.Point{Step: 1})
			return experiment.Outcome{}, fmt.Errorf("bad luck %d", attempts[task.Run.ID])
		}
		return honest(ctx, task)
	})
	if err := engine(trainer, 1, 2, nil).Execute(t.Context(), round, ledger); err != nil {
		t.Fatal(err)
	}
	recovered, lost := ledger.runs[0], ledger.runs[1]
	if recovered.State != experiment.Done || len(recovered.points) != 3 || !slices.Equal(recovered.failures, []string{"bad luck 1"}) {
		t.Errorf("run 1 is %s with %d points after failures %v", recovered.State, len(recovered.points), recovered.failures)
	}
	if lost.State != experiment.Failed || len(lost.failures) != 3 {
		t.Errorf("run 2 is %s after %d failures, want failed after 3", lost.State, len(lost.failures))
	}
}

func testDiverged(t *testing.T, engine Factory) {
	ledger, round := scheduled(1)
	trained := 0
	trainer := trainerFunc(func(context.Context, experiment.Task) (experiment.Outcome, error) {
		trained++
		return experiment.Outcome{}, fmt.Errorf("%w at step 5", experiment.ErrDiverged)
	})
	if err := engine(trainer, 1, 3, nil).Execute(t.Context(), round, ledger); err != nil {
		t.Fatal(err)
	}
	check(t, ledger, experiment.Diverged)
	if trained != 1 || !strings.Contains(ledger.runs[0].Error, "step 5") {
		t.Errorf("trained %d times, reason %q", trained, ledger.runs[0].Error)
	}
}

func testIgnoresContext(t *testing.T, engine Factory) {
	synctest.Test(t, func(t *testing.T) {
		ledger, round := scheduled(1)
		ctx, cancel := context.WithCancel(t.Context())
		release := make(chan struct{})
		var spoke sync.WaitGroup
		spoke.Add(1)
		trainer := trainerFunc(func(_ context.Context, task experiment.Task) (experiment.Outcome, error) {
			defer spoke.Done()
			task.Report(experiment.Point{Step: 1})
			cancel()
			<-release
			task.Report(experiment.Point{Step: 2}) // nobody may listen now
			return experiment.Outcome{}, nil
		})
		began := time.Now()
		if err := engine(trainer, 1, 0, nil).Execute(ctx, round, ledger); !errors.Is(err, context.Canceled) {
			t.Errorf("Execute returned %v, want context.Canceled", err)
		}
		if waited := time.Since(began); waited > 2*time.Second {
			t.Errorf("Execute waited %v for a trainer that ignores its context", waited)
		}
		close(release)
		spoke.Wait()
		synctest.Wait() // what the trainer returned has gone its way
		check(t, ledger, experiment.Waiting)
		if n := len(ledger.runs[0].points); n != 1 {
			t.Errorf("%d points, want the one from before the interruption", n)
		}
	})
}

func testBrokenLedger(t *testing.T, engine Factory) {
	ledger, round := scheduled(50)
	full := errors.New("disk is full")
	trainer := trainerFunc(func(ctx context.Context, task experiment.Task) (experiment.Outcome, error) {
		if task.Run.ID == 10 {
			ledger.Break(full)
		}
		outcome, _ := honest(ctx, task)
		return outcome, ctx.Err()
	})
	if err := engine(trainer, 4, 0, nil).Execute(t.Context(), round, ledger); !errors.Is(err, full) {
		t.Fatalf("Execute returned %v, want the ledger's error", err)
	}
	done := 0
	for _, r := range ledger.runs {
		if r.State == experiment.Done {
			done++
		}
	}
	if done < 6 || done > 49 {
		t.Errorf("%d runs are done, want those before the ledger broke", done)
	}
}

// testBrokenLedgerStopsTrainers has one of two trainers meet the broken ledger;
// both train on until they are told.
func testBrokenLedgerStopsTrainers(t *testing.T, engine Factory) {
	ledger, round := scheduled(2)
	full := errors.New("disk is full")
	training := make(chan struct{})
	trainer := trainerFunc(func(ctx context.Context, task experiment.Task) (experiment.Outcome, error) {
		if task.Run.ID == 2 {
			close(training)
		} else {
			<-training
			ledger.Break(full)
			task.Report(experiment.Point{Step: 1})
		}
		<-ctx.Done()
		return experiment.Outcome{}, ctx.Err()
	})
	if err := engine(trainer, 2, 0, nil).Execute(t.Context(), round, ledger); !errors.Is(err, full) {
		t.Fatalf("Execute returned %v, want the ledger's error", err)
	}
}

// testCores has the second of two runs end first.
func testCores(t *testing.T, engine Factory) {
	synctest.Test(t, func(t *testing.T) {
		ledger, round := scheduled(2)
		var before, after int
		trainer := trainerFunc(func(_ context.Context, task experiment.Task) (experiment.Outcome, error) {
			time.Sleep(time.Second) // the bubble's clock: both train
			if task.Run.ID == 1 {
				before = task.Cores()
				time.Sleep(time.Second)
				after = task.Cores()
			}
			time.Sleep(time.Second / 2)
			return experiment.Outcome{}, nil
		})
		if err := engine(trainer, 2, 0, nil).Execute(t.Context(), round, ledger); err != nil {
			t.Fatal(err)
		}
		if all := min(2, runtime.GOMAXPROCS(0)); before != 1 || after != all {
			t.Errorf("%d cores while two train and %d while one does, want 1 and %d", before, after, all)
		}
	})
}

// testSnapshotShare counts snapshots of a megabyte, reckoned at 10 ms each,
// offered every millisecond of a minute: one percent of it is 60.
func testSnapshotShare(t *testing.T, engine Factory) {
	synctest.Test(t, func(t *testing.T) {
		ledger, round := scheduled(1)
		taken := 0
		trainer := trainerFunc(func(_ context.Context, task experiment.Task) (experiment.Outcome, error) {
			for step := range 60_000 {
				time.Sleep(time.Millisecond)
				task.Save(step, func() []byte { taken++; return make([]byte, 1_000_000) })
			}
			return experiment.Outcome{}, nil
		})
		if err := engine(trainer, 1, 0, nil).Execute(t.Context(), round, ledger); err != nil {
			t.Fatal(err)
		}
		if taken < 55 || taken > 65 {
			t.Errorf("%d snapshots were taken, want about 60", taken)
		}
	})
}
