package sweeps

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/agnivade/levenshtein"

	"sweep/experiment"
	"sweep/experiment/strategy"
	"sweep/rnn"
)

// Sweep and Axis are what this package's definitions are made of.
type (
	Sweep = experiment.Sweep[rnn.Config]
	Axis  = experiment.Axis[rnn.Config]
)

// ErrUnknown says that no sweep has the name asked for.
var ErrUnknown = errors.New("no such sweep")

var registered []Sweep

// register makes a definition known to the command. The full grid is what a
// sweep tries unless it says otherwise.
func register(s Sweep) Sweep {
	if s.Strategy == nil {
		s.Strategy = strategy.Grid{}
	}
	registered = append(registered, s)
	return s
}

// All returns every sweep by name.
func All() []Sweep {
	return slices.SortedFunc(slices.Values(registered), func(a, b Sweep) int { return cmp.Compare(a.Name, b.Name) })
}

// Find returns the sweep of that name. The error of a misspelt name tells the
// nearest one.
func Find(name string) (Sweep, error) {
	var found []Sweep
	nearest, distance := "", len(name)
	for _, s := range All() {
		if s.Name == name {
			found = append(found, s)
		}
		if d := levenshtein.ComputeDistance(name, s.Name); d < distance {
			nearest, distance = s.Name, d
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return Sweep{}, fmt.Errorf("%w: %d definitions are named %s; rename all but one", experiment.ErrDefinition, len(found), name)
	case nearest != "":
		return Sweep{}, fmt.Errorf("%w: %s; did you mean %s? `sweep sweeps` lists them", ErrUnknown, name, nearest)
	}
	return Sweep{}, fmt.Errorf("%w: %s; `sweep sweeps` lists them", ErrUnknown, name)
}
