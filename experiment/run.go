package experiment

import (
	"errors"
	"time"
)

// State is where a run stands. A run moves waiting → running → one of the
// finished states, and a finished run never changes.
type State string

// The states of a run.
const (
	Waiting  State = "waiting"
	Running  State = "running"
	Done     State = "done"     // trained to its end
	Diverged State = "diverged" // its loss became NaN or infinite: a result, never ranked
	Pruned   State = "pruned"   // stopped by its strategy
	Failed   State = "failed"   // its trainer returned an error or panicked
)

// Finished reports whether s is a state that a run does not leave.
func (s State) Finished() bool { return s != Waiting && s != Running }

// Errors a trainer returns for what is not a failure.
var (
	// ErrDiverged says the loss became NaN or infinite.
	ErrDiverged = errors.New("diverged")
	// ErrSnapshot says the snapshot does not verify; the run starts over.
	ErrSnapshot = errors.New("snapshot does not verify")
)

// Run is one configuration with one seed, trained once.
type Run struct {
	ID    int64  // the ledger's number
	Sweep string // the ledger's name for the sweep
	Configuration
	Seed int
}

// Point is one row of a run's curve. A value not measured there is NaN.
type Point struct {
	Step                int     // iterations done
	TrainLoss           float64 // mean negative log-likelihood since the point before, nats
	ValLoss             float64 // nats
	ValAccuracy         float64 // fraction
	ValBalancedAccuracy float64 // mean recall over classes, fraction
}

// Metric returns the value an objective names.
func (p Point) Metric(name string) float64 {
	switch name {
	case ValLoss:
		return p.ValLoss
	case ValAccuracy:
		return p.ValAccuracy
	case ValBalancedAccuracy:
		return p.ValBalancedAccuracy
	}
	panic("experiment: unknown metric " + name)
}

// Outcome is what a finished training leaves. Its fields depend on nothing but
// the run: the same run has the same outcome to the bit.
type Outcome struct {
	Best                 Point   // the point the checkpoint was taken at
	TestAccuracy         float64 // fraction; of the checkpoint, computed once
	TestBalancedAccuracy float64
	Checkpoint           []byte       // the trained model, safetensors
	Predictions          []Prediction // of the checkpoint, one for each test example in order
}

// Prediction is a model's answer to one test example.
type Prediction struct {
	Class      int     // index into Dataset.Classes
	Confidence float64 // the probability given to Class
}

// Dataset is what the ledger keeps of the data that a sweep trained on.
type Dataset struct {
	Source            string // "embedded", or the folder it was read from
	SHA256            string
	Classes           []string
	Train, Validation int       // how many examples
	Test              []Example // each run's predictions follow this order
}

// Example is a name and the class it belongs to.
type Example struct {
	Name  string
	Class int // index into Dataset.Classes
}

// Provenance says what produced a result. None of it is part of the result.
type Provenance struct {
	Revision  string // of the program's source; "" if not built from a checkout
	Dirty     bool   // the source differed from that revision
	GoVersion string
	Host      string
	CPU       string
	Kernel    string // the vector instructions used
	Command   string
}

// Record is everything the ledger knows of a run, curves and blobs aside.
type Record struct {
	Run
	State                State
	Best                 Point
	TestAccuracy         float64 // NaN until done
	TestBalancedAccuracy float64
	Attempts             int // times the run was begun
	Worker               int
	Seconds              float64 // time spent training
	StartedAt            time.Time
	FinishedAt           time.Time
	Error                string
	Stack                string
	Note                 string
	Tags                 []string
	Provenance           // of the process that finished it
}

// SweepRecord is what the ledger knows of a sweep.
type SweepRecord struct {
	ID         string // the name, or "name-2" when the name stands there for another base, objective or data
	Name       string
	Objective  Objective
	Definition Definition
	Dataset    Dataset
	CreatedAt  time.Time
	LastRunAt  time.Time
	Provenance // of the process that ran it last
}
