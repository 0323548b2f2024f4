package experiment

import "context"

// Engine executes rounds. The local [Pool] is the first; nothing above knows
// which one is at work.
type Engine interface {
	// Execute trains every run of the round that is not finished and records
	// each exactly once. It returns ctx's error when interrupted, after what
	// ran has been saved, and the ledger's when that has stopped.
	Execute(ctx context.Context, round []Record, ledger Ledger) error
}

// Trainer trains one run.
type Trainer interface {
	// Train trains the task's run to its end. The error is ErrDiverged,
	// ErrSnapshot or ctx's own (after a last Save), wrapped or not; any other
	// is a failure.
	Train(ctx context.Context, task Task) (Outcome, error)
}

// Coster is a [Trainer] that can tell beforehand how long a run will take
// beside others, in any unit. Its longest runs are started first, seed by seed,
// so that no worker is left with a long one at the end.
type Coster interface {
	Cost(run Run) float64
}

// Task is a run to train and how to speak of it meanwhile. The functions may
// be called from Train's goroutine alone.
type Task struct {
	Run      Run
	Snapshot []byte // go on from here; nil: from the beginning

	Report   func(Point)                          // a point of the curve
	Save     func(step int, encode func() []byte) // offers a snapshot, which encode makes if it is wanted
	Progress func(step, total int)                // shows, records nothing
	Sample   func(Sample)                         // shows, records nothing
	Cores    func() int                           // how many there are for this run just now, at least 1
}

// Sample is one example with the model's guess, shown while it trains.
type Sample struct {
	Step         int
	Name         string
	Class, Guess string
}

// Event is something that whoever watches a sweep is told.
type Event struct {
	Kind   EventKind
	Round  []Record // Planned
	Worker int      // from 0
	Run    Run

	Step, Total int     // Progressed
	Sample      Sample  // Sampled
	State       State   // Ended
	Outcome     Outcome // Ended: Done
	Message     string  // Ended: why it diverged or failed; Noticed: the notice
}

// EventKind says which fields of an [Event] count.
type EventKind int

// The kinds of events.
const (
	Planned     EventKind = iota // a round is about to be executed
	Started                      // a worker took a run
	Progressed                   // a run is at Step of Total
	Sampled                      // an example with the model's guess
	Noticed                      // something a user should know
	Ended                        // a run is finished
	Interrupted                  // a run was saved and waits for the next time
)
