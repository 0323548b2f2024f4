package experiment

import (
	"context"
	"errors"
)

// ErrHeld says that another process is training this sweep in this ledger.
var ErrHeld = errors.New("sweep is being trained")

// Ledger is the one truth about what happened, as a process that trains sees
// it. Register, Schedule, Records and Resume answer from what is durable. The
// others queue to the one writer, in order; their error is that of a writer
// that has stopped, and nothing queued after it is recorded.
type Ledger interface {
	// Register records the sweep, or finds it again, makes this process the
	// one that trains it and turns what a dead process left running into
	// waiting. ErrHeld if another live process has it.
	Register(ctx context.Context, plan *Plan, by Provenance) (SweepRecord, error)
	// Schedule adds the proposed runs that are not there yet, waiting, in the
	// order given, and returns the record of every proposal in that order.
	Schedule(ctx context.Context, sweep string, proposals []Proposal) ([]Record, error)
	// Records returns every run of the sweep by ID.
	Records(ctx context.Context, sweep string) ([]Record, error)
	// Resume returns the run's last snapshot and the step it stands at; nil
	// and 0 if it has none.
	Resume(ctx context.Context, run Run) (snapshot []byte, step int, err error)

	// Begin makes the run running and drops the points after fromStep, which
	// its trainer will report again; at 0 it drops the snapshot as well.
	Begin(run Run, worker, fromStep int) error
	// Report adds a point to the run's curve; one of a step that is there
	// takes its place.
	Report(run Run, p Point) error
	// Snapshot replaces the run's snapshot.
	Snapshot(run Run, step int, snapshot []byte) error
	// Finish records how the run ended, Done with its outcome or Diverged with
	// the reason alone, and removes its snapshot.
	Finish(run Run, state State, outcome Outcome, reason string) error
	// Fail records a failure. The run is waiting again if retry, else failed;
	// either way its points and its snapshot go.
	Fail(run Run, message, stack string, retry bool) error
	// Release makes an interrupted run waiting again.
	Release(run Run) error
	// Flush returns when everything queued is durable.
	Flush(ctx context.Context) error
}
