package enginetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"sweep/experiment"
)

// Ledger is an in-memory [experiment.Ledger] that remembers the order of
// things and complains about any that a ledger must not see.
type Ledger struct {
	mu   sync.Mutex
	runs []*ledgerRun
	// Broken, if not nil, is returned by every write from then on, as a full
	// disk would.
	broken     error
	Violations []string
}

type ledgerRun struct {
	experiment.Record
	points       []experiment.Point
	snapshot     []byte
	snapshotStep int
	outcome      experiment.Outcome
	endings      int
	failures     []string
}

// Break makes every later write fail with err.
func (l *Ledger) Break(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.broken = err
}

// Register implements [experiment.Ledger].
func (l *Ledger) Register(_ context.Context, plan *experiment.Plan, _ experiment.Provenance) (experiment.SweepRecord, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, r := range l.runs {
		if r.State == experiment.Running {
			r.State = experiment.Waiting
		}
	}
	return experiment.SweepRecord{ID: plan.Name, Name: plan.Name, Objective: plan.Objective}, nil
}

// Schedule implements [experiment.Ledger].
func (l *Ledger) Schedule(_ context.Context, sweep string, proposals []experiment.Proposal) ([]experiment.Record, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var round []experiment.Record
	for _, p := range proposals {
		known := slices.IndexFunc(l.runs, func(r *ledgerRun) bool { return r.Hash == p.Hash && r.Seed == p.Seed })
		if known < 0 {
			known = len(l.runs)
			run := experiment.Run{ID: int64(known + 1), Sweep: sweep, Configuration: p.Configuration, Seed: p.Seed}
			l.runs = append(l.runs, &ledgerRun{Record: experiment.Record{Run: run, State: experiment.Waiting}})
		}
		round = append(round, l.runs[known].Record)
	}
	return round, nil
}

// Records implements [experiment.Ledger].
func (l *Ledger) Records(context.Context, string) ([]experiment.Record, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var records []experiment.Record
	for _, r := range l.runs {
		records = append(records, r.Record)
	}
	return records, nil
}

// Resume implements [experiment.Ledger].
func (l *Ledger) Resume(_ context.Context, run experiment.Run) ([]byte, int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := l.runs[run.ID-1]
	return r.snapshot, r.snapshotStep, nil
}

// Begin implements [experiment.Ledger].
func (l *Ledger) Begin(run experiment.Run, _, fromStep int) error {
	return l.change(run, experiment.Waiting, "begin", func(r *ledgerRun) {
		r.State = experiment.Running
		r.Attempts++
		r.points = slices.DeleteFunc(r.points, func(p experiment.Point) bool { return p.Step > fromStep })
		if fromStep == 0 {
			r.snapshot, r.snapshotStep = nil, 0
		}
	})
}

// Report implements [experiment.Ledger].
func (l *Ledger) Report(run experiment.Run, p experiment.Point) error {
	return l.change(run, experiment.Running, "report", func(r *ledgerRun) { r.points = append(r.points, p) })
}

// Snapshot implements [experiment.Ledger].
func (l *Ledger) Snapshot(run experiment.Run, step int, snapshot []byte) error {
	return l.change(run, experiment.Running, "snapshot", func(r *ledgerRun) { r.snapshot, r.snapshotStep = snapshot, step })
}

// Finish implements [experiment.Ledger].
func (l *Ledger) Finish(run experiment.Run, state experiment.State, outcome experiment.Outcome, reason string) error {
	return l.change(run, experiment.Running, "finish", func(r *ledgerRun) {
		r.State, r.outcome, r.Error, r.snapshot = state, outcome, reason, nil
		r.endings++
	})
}

// Fail implements [experiment.Ledger].
func (l *Ledger) Fail(run experiment.Run, message, stack string, retry bool) error {
	return l.change(run, experiment.Running, "fail", func(r *ledgerRun) {
		r.points, r.snapshot = nil, nil
		r.failures = append(r.failures, message)
		r.State, r.Error, r.Stack = experiment.Failed, message, stack
		if retry {
			r.State = experiment.Waiting
			return
		}
		r.endings++
	})
}

// Release implements [experiment.Ledger].
func (l *Ledger) Release(run experiment.Run) error {
	return l.change(run, experiment.Running, "release", func(r *ledgerRun) { r.State = experiment.Waiting })
}

// Flush implements [experiment.Ledger].
func (l *Ledger) Flush(context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.broken
}

func (l *Ledger) change(run experiment.Run, want experiment.State, what string, apply func(*ledgerRun)) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.broken != nil {
		return l.broken
	}
	r := l.runs[run.ID-1]
	if r.State != want {
		l.Violations = append(l.Violations, fmt.Sprintf("%s of run %d, which is %s", what, run.ID, r.State))
		return errors.New("enginetest: illegal transition")
	}
	apply(r)
	return nil
}
