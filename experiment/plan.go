package experiment

import (
	"errors"
	"fmt"
	"iter"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// ErrDefinition marks a mistake in a sweep's definition, found before anything
// trains.
var ErrDefinition = errors.New("definition of sweep")

// Plan is a sweep that was checked: what to run, whatever the type of its
// configuration.
type Plan struct {
	Definition
	Dataset   Dataset
	Objective Objective
	Strategy  Strategy
	configure func(choice []int) (Settings, error)
}

// Definition is a sweep as the ledger stores it.
type Definition struct {
	Name      string      `json:"name"`
	Objective string      `json:"objective"`
	Base      Settings    `json:"base"` // resolved, canonical
	Axes      []AxisValue `json:"axes"`
	Seeds     int         `json:"seeds"`
}

// AxisValue names an axis and its values, as text.
type AxisValue struct {
	Name   string   `json:"name"`
	Values []string `json:"values"`
}

var sweepName = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]*$`)

// Plan checks the sweep and fixes it to a dataset. resolve fills a
// configuration's defaults and refuses one that makes no sense; every point of
// the grid passes through it, so that a mistake shows before anything trains.
func (s Sweep[C]) Plan(resolve func(C) (C, error), dataset Dataset) (*Plan, error) {
	plan, err := s.plan(resolve, dataset)
	if err != nil {
		return nil, fmt.Errorf("%w %s: %w", ErrDefinition, s.Name, err)
	}
	return plan, nil
}

func (s Sweep[C]) plan(resolve func(C) (C, error), dataset Dataset) (*Plan, error) {
	if s.Seeds == 0 {
		s.Seeds = DefaultSeeds
	}
	if s.Objective == (Objective{}) {
		s.Objective = Maximize(ValAccuracy)
	}
	if err := s.validate(); err != nil {
		return nil, err
	}
	configure := func(choice []int) (Settings, error) {
		config, err := resolve(s.choose(choice))
		if err != nil {
			return "", err
		}
		return SettingsOf(config)
	}
	base, err := resolve(s.Base)
	if err != nil {
		return nil, fmt.Errorf("base configuration: %w", err)
	}
	settings, err := SettingsOf(base)
	if err != nil {
		return nil, err
	}
	plan := &Plan{
		Definition: Definition{Name: s.Name, Objective: s.Objective.String(), Base: settings, Axes: s.describeAxes(), Seeds: s.Seeds},
		Dataset:    dataset,
		Objective:  s.Objective,
		Strategy:   s.Strategy,
		configure:  configure,
	}
	if err := plan.checkAxes(); err != nil {
		return nil, err
	}
	return plan, s.checkValues(plan)
}

func (s Sweep[C]) validate() error {
	if !sweepName.MatchString(s.Name) {
		return fmt.Errorf("the name %q is not made of a–z, 0–9, - and _", s.Name)
	}
	if s.Seeds < 1 {
		return fmt.Errorf("%d seeds; ask for one at least", s.Seeds)
	}
	if s.Strategy == nil {
		return errors.New("no strategy; set Strategy to strategy.Grid{}")
	}
	seen := map[string]bool{}
	for _, axis := range s.Axes {
		if axis.name == "" || len(axis.values) == 0 {
			return fmt.Errorf("axis %q has no name or no values", axis.name)
		}
		if seen[axis.name] {
			return fmt.Errorf("axis %s stands twice", axis.name)
		}
		seen[axis.name] = true
	}
	return s.Objective.validate()
}

func (s Sweep[C]) choose(choice []int) C {
	config := s.Base
	for i, axis := range s.Axes {
		axis.set(&config, choice[i])
	}
	return config
}

func (s Sweep[C]) describeAxes() []AxisValue {
	axes := []AxisValue{}
	for _, axis := range s.Axes {
		axes = append(axes, AxisValue{Name: axis.name, Values: axis.values})
	}
	return axes
}

// checkAxes resolves each point of the grid and refuses two that are the same
// configuration: an axis sets nothing, or a value stands twice.
func (p *Plan) checkAxes() error {
	hashes := map[string][]int{}
	for choice := range p.Grid() {
		configuration, err := p.Configuration(choice)
		if err != nil {
			return fmt.Errorf("%s: %w", p.describe(choice), err)
		}
		if first, twice := hashes[configuration.Hash]; twice {
			return fmt.Errorf("%s and %s are the same configuration", p.describe(first), p.describe(choice))
		}
		hashes[configuration.Hash] = slices.Clone(choice)
	}
	return nil
}

// checkValues refuses an axis that bears the name of a setting but does not
// give it the values it lists: its function writes another field, or a zero
// stands for the default.
func (s Sweep[C]) checkValues(plan *Plan) error {
	for i, axis := range s.Axes {
		choice := make([]int, len(s.Axes))
		for choice[i] = range axis.values {
			configuration, err := plan.Configuration(choice)
			if err != nil {
				return err
			}
			value, named := configuration.Settings.Text()[axis.name]
			if axis.plain && named && !sameValue(value, axis.values[choice[i]]) {
				return fmt.Errorf("axis %s lists %s, but the setting becomes %s", axis.name, axis.values[choice[i]], value)
			}
		}
	}
	return nil
}

// sameValue compares two values as text; a number has many.
func sameValue(a, b string) bool {
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	return a == b || errX == nil && errY == nil && x == y
}

// describe names a point of the grid by its values.
func (p *Plan) describe(choice []int) string {
	if len(choice) == 0 {
		return "base configuration"
	}
	values := make([]string, len(choice))
	for i, axis := range p.Axes {
		values[i] = axis.Name + "=" + axis.Values[choice[i]]
	}
	return strings.Join(values, ", ")
}

// Grid yields every choice, the last axis fastest. The slice is reused: copy
// it to keep it.
func (p *Plan) Grid() iter.Seq[[]int] {
	return func(yield func([]int) bool) {
		choice := make([]int, len(p.Axes))
		for {
			if !yield(choice) {
				return
			}
			i := len(choice) - 1
			for i >= 0 && choice[i]+1 == len(p.Axes[i].Values) {
				choice[i] = 0
				i--
			}
			if i < 0 {
				return
			}
			choice[i]++
		}
	}
}

// Configuration is the one at a choice: the index of a value on each axis.
func (p *Plan) Configuration(choice []int) (Configuration, error) {
	settings, err := p.configure(choice)
	if err != nil {
		return Configuration{}, err
	}
	return Configuration{Hash: hashConfiguration(settings, p.Dataset.SHA256, p.Objective), Settings: settings}, nil
}
