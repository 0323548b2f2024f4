package rnn

import (
	"errors"
	"fmt"
)

// Session is how a training talks to whoever runs it. Any field may be left out. The functions are called from the
// goroutine that trains, which waits for them.
type Session struct {
	// Snapshot, if not nil, is what an earlier Save encoded: the training goes on from there.
	Snapshot []byte
	// Point gets every point of the curve, in order. After a resumption that may repeat points that came after the
	// snapshot, with equal values.
	Point func(Point)
	// Save is offered a snapshot at every evaluation, after its point, and when the context ends. It decides by itself
	// whether to call encode; encode is good only until Save returns.
	Save func(step int, encode func() []byte)
	// Progress is told the number of iterations done, every Config.ReportEvery of them.
	Progress func(step int)
	// Sample gets one validation example at every evaluation.
	Sample func(Sample)
	// Cores is asked before every evaluation how many cores that may use, at least 1; 1 if left out. Training itself
	// always uses one.
	Cores func() int
}

func (s *Session) cores() int {
	if s.Cores == nil {
		return 1
	}
	return s.Cores()
}

// Sample is one validation example and what the model made of it.
type Sample struct {
	Step  int
	Name  string // folded
	Class string
	Guess string
	Right bool
}

// Result is what a training that came to its end leaves.
type Result struct {
	BestStep    int          // where the checkpoint was taken
	Best        Point        // the point there
	Steps       int          // iterations done, fewer than asked for if patience ran out
	Checkpoint  []byte       // the best model, see [ReadCheckpoint]
	Predictions []Prediction // of the best model, for the test split in order

	TestLoss, TestAccuracy, TestBalancedAccuracy float64 // of the best model
}

// ErrDiverged is what a [DivergedError] is.
var ErrDiverged = errors.New("training diverged")

// DivergedError says that the loss or the weights ceased to be finite.
type DivergedError struct {
	Step int
	Loss float64 // of that iteration or validation pass; finite if it was the weights
}

func (e *DivergedError) Error() string {
	return fmt.Sprintf("%v at iteration %d, loss %v: try a lower learning_rate, or clip", ErrDiverged, e.Step, e.Loss)
}

// Is reports that a DivergedError is [ErrDiverged].
func (e *DivergedError) Is(target error) bool { return target == ErrDiverged }
