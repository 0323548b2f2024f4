package experiment

import (
	"fmt"
	"reflect"
	"slices"
)

// DefaultSeeds is how many replicates of a configuration a sweep trains when
// its definition does not say: the fewest that give an interval worth reading.
const DefaultSeeds = 3

// Sweep defines an experiment over configurations of type C, a struct whose
// json tags are the names users see.
type Sweep[C any] struct {
	Name      string    // what `sweep run` calls it
	Doc       string    // one line for `sweep sweeps`
	Base      C         // what every run shares; an axis overrides its field
	Axes      []Axis[C] // none: the base configuration alone
	Seeds     int       // replicates of each configuration, seeds 1 to Seeds; 0 means DefaultSeeds
	Objective Objective // zero: maximise val_accuracy
	Strategy  Strategy  // what to try next; the sweeps package fills in the full grid
}

// Axis is one thing that varies. Make it with [Vary].
type Axis[C any] struct {
	name   string
	values []string // as people read them
	plain  bool     // numbers, words or booleans, not values of a kind of their own
	set    func(c *C, value int)
}

// Vary is an axis that takes each of values in turn; set writes one of them
// into a configuration. The name is for people: it heads columns and plots.
func Vary[C, V any](name string, values []V, set func(c *C, v V)) Axis[C] {
	values = slices.Clone(values)
	kind := reflect.TypeFor[V]().Kind()
	axis := Axis[C]{
		name:  name,
		plain: kind <= reflect.Float64 && kind != reflect.Invalid || kind == reflect.String,
		set:   func(c *C, i int) { set(c, values[i]) },
	}
	for _, v := range values {
		axis.values = append(axis.values, fmt.Sprint(v))
	}
	return axis
}

// Metrics an objective may name. Selection looks at validation alone, so the
// training and test figures are not among them.
const (
	ValLoss             = "val_loss"
	ValAccuracy         = "val_accuracy"
	ValBalancedAccuracy = "val_balanced_accuracy"
)

// Objective is the metric that ranks configurations and picks each run's best
// checkpoint.
type Objective struct {
	Metric   string
	Minimize bool
}

// Maximize ranks the highest value of metric first.
func Maximize(metric string) Objective { return Objective{Metric: metric} }

// Minimize ranks the lowest value of metric first.
func Minimize(metric string) Objective { return Objective{Metric: metric, Minimize: true} }

// String is the objective as the ledger stores it, such as "max val_accuracy".
func (o Objective) String() string {
	if o.Minimize {
		return "min " + o.Metric
	}
	return "max " + o.Metric
}

// ParseObjective reads what [Objective.String] writes.
func ParseObjective(s string) (Objective, error) {
	var direction string
	var o Objective
	if _, err := fmt.Sscanf(s, "%s %s", &direction, &o.Metric); err != nil || direction != "max" && direction != "min" {
		return Objective{}, fmt.Errorf("objective %q is not \"max METRIC\" or \"min METRIC\"", s)
	}
	o.Minimize = direction == "min"
	return o, o.validate()
}

// Better reports whether a is strictly better than b.
func (o Objective) Better(a, b float64) bool {
	if o.Minimize {
		return a < b
	}
	return a > b
}

func (o Objective) validate() error {
	metrics := []string{ValLoss, ValAccuracy, ValBalancedAccuracy}
	if !slices.Contains(metrics, o.Metric) {
		return fmt.Errorf("no point of a curve carries the objective %q; choose one of %v", o.Metric, metrics)
	}
	return nil
}
