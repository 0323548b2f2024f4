package rnn

import (
	"slices"
	"strings"
)

// Point is one row of a run's curve.
type Point struct {
	// Step is the number of iterations done.
	Step int
	// TrainLoss is the mean loss, as trained on, of the iterations since the point before.
	TrainLoss float64
	// ValLoss, ValAccuracy and ValBalancedAccuracy are of the validation split, see [Evaluation]. All three are NaN at
	// a point without a validation pass.
	ValLoss, ValAccuracy, ValBalancedAccuracy float64
}

// Selection says which validation metric picks the checkpoint that is kept. Where two are equal, the lower validation
// loss decides, then the earlier step.
type Selection struct {
	Metric   string // "val_loss", "val_accuracy" or "val_balanced_accuracy"
	Minimize bool
}

var metrics = []string{"val_loss", "val_accuracy", "val_balanced_accuracy"}

func (s Selection) check() error {
	if !slices.Contains(metrics, s.Metric) {
		return refuse("selection metric is %q; allowed: %s", s.Metric, strings.Join(metrics, ", "))
	}
	return nil
}

// value is the metric of a point, negated where less is better.
func (s Selection) value(p Point) float64 {
	v := p.ValLoss
	switch s.Metric {
	case "val_accuracy":
		v = p.ValAccuracy
	case "val_balanced_accuracy":
		v = p.ValBalancedAccuracy
	}
	if s.Minimize {
		return -v
	}
	return v
}

// better reports whether p beats q. NaN beats nothing.
func (s Selection) better(p, q Point) bool {
	if a, b := s.value(p), s.value(q); a != b {
		return a > b
	}
	return p.ValLoss < q.ValLoss
}
