package experiment_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"sweep/experiment"
	"sweep/experiment/enginetest"
	"sweep/experiment/strategy"
)

// config is a configuration as a trainer would have it.
type config struct {
	Width  int     `json:"width"`
	Rate   float64 `json:"rate"`
	Cell   string  `json:"cell,omitzero"`
	Double bool    `json:"double,omitzero"`
}

func resolve(c config) (config, error) {
	if c.Rate == 0 {
		c.Rate = 0.1
	}
	if c.Width < 0 {
		return c, fmt.Errorf("width %d is negative", c.Width)
	}
	return c, nil
}

func widths(values ...int) experiment.Axis[config] {
	return experiment.Vary("width", values, func(c *config, v int) { c.Width = v })
}

func rates(values ...float64) experiment.Axis[config] {
	return experiment.Vary("rate", values, func(c *config, v float64) { c.Rate = v })
}

func sweepOf(axes ...experiment.Axis[config]) experiment.Sweep[config] {
	return experiment.Sweep[config]{Name: "test", Axes: axes, Strategy: strategy.Grid{}}
}

var dataset = experiment.Dataset{SHA256: "d"}

func mustPlan(t *testing.T, s experiment.Sweep[config], d experiment.Dataset) *experiment.Plan {
	t.Helper()
	plan, err := s.Plan(resolve, d)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func TestPlanRefusesMistakes(t *testing.T) {
	t.Parallel()
	named := func(name string) experiment.Sweep[config] { s := sweepOf(); s.Name = name; return s }
	objective := func(metric string) experiment.Sweep[config] {
		s := sweepOf()
		s.Objective = experiment.Maximize(metric)
		return s
	}
	for name, test := range map[string]struct {
		sweep experiment.Sweep[config]
		want  string
	}{
		"duplicate axis":         {sweepOf(widths(1), widths(2)), "axis width stands twice"},
		"no values":              {sweepOf(widths()), `axis "width" has no name or no values`},
		"value twice":            {sweepOf(widths(1, 1)), "width=1 and width=1 are the same configuration"},
		"refused configuration":  {sweepOf(rates(1, 2), widths(1, -1)), "rate=1, width=-1: width -1 is negative"},
		"axis that sets nothing": {sweepOf(experiment.Vary("depth", []int{1, 2}, func(*config, int) {})), "depth=1 and depth=2 are the same configuration"},
		"axis that sets another": {sweepOf(experiment.Vary("width", []int{1, 2}, func(c *config, v int) { c.Rate = float64(v) })), "axis width lists 1, but the setting becomes 0"},
		"zero for the default":   {sweepOf(rates(0)), "axis rate lists 0, but the setting becomes 0.1"},
		"unknown objective":      {objective("accuracy"), `no point of a curve carries the objective "accuracy"`},
		"selection on test":      {objective("test_accuracy"), "no point of a curve carries"},
		"bad name":               {named("my sweep"), `the name "my sweep" is not made of`},
		"no strategy":            {experiment.Sweep[config]{Name: "x"}, "no strategy"},
		"negative seeds":         {experiment.Sweep[config]{Name: "x", Seeds: -1, Strategy: strategy.Grid{}}, "-1 seeds"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := test.sweep.Plan(resolve, dataset)
			if !errors.Is(err, experiment.ErrDefinition) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want a definition error with %q", err, test.want)
			}
		})
	}
}

// TestConfigurationIsItsHash holds the identity of a configuration still: a
// hash that moved would train every user's finished runs again.
func TestConfigurationIsItsHash(t *testing.T) {
	t.Parallel()
	at := func(s experiment.Sweep[config], d experiment.Dataset) experiment.Configuration {
		c, err := mustPlan(t, s, d).Configuration(make([]int, len(s.Axes)))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	base := at(sweepOf(widths(3)), dataset)
	if want := experiment.Settings(`{"rate":0.1,"width":3}`); base.Settings != want {
		t.Errorf("canonical form %s, want %s", base.Settings, want)
	}
	// sha256sum of {"data":"d","objective":"max val_accuracy","settings":{"rate":0.1,"width":3}}
	if want := "ffb3099b4e481c0ff67d1fc49f6bd6abff058fe5a62259d157656660d595e3f1"; base.Hash != want {
		t.Errorf("hash %s, want %s", base.Hash, want)
	}
	loss := sweepOf(widths(3))
	loss.Objective = experiment.Minimize(experiment.ValLoss)
	moreSeeds := sweepOf(widths(3, 4))
	moreSeeds.Seeds, moreSeeds.Name = 9, "other"
	for name, test := range map[string]struct {
		got  experiment.Configuration
		same bool
	}{
		"default written out":                {at(sweepOf(widths(3), rates(0.1)), dataset), true},
		"axes in another order":              {at(sweepOf(rates(0.1), widths(3)), dataset), true},
		"more seeds, values or another name": {at(moreSeeds, dataset), true},
		"other value":                        {at(sweepOf(widths(4)), dataset), false},
		"other data":                         {at(sweepOf(widths(3)), experiment.Dataset{SHA256: "e"}), false},
		"other objective":                    {at(loss, dataset), false},
	} {
		if (test.got.Hash == base.Hash) != test.same {
			t.Errorf("%s: same hash is %v, want %v", name, !test.same, test.same)
		}
	}
}

func TestGridYieldsEveryChoiceOnce(t *testing.T) {
	t.Parallel()
	plan := mustPlan(t, sweepOf(widths(1, 2), rates(1, 2, 3)), dataset)
	var got []string
	for choice := range plan.Grid() {
		got = append(got, fmt.Sprint(choice))
	}
	want := []string{"[0 0]", "[0 1]", "[0 2]", "[1 0]", "[1 1]", "[1 2]"}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestSet(t *testing.T) {
	t.Parallel()
	var c config
	if err := experiment.Set(&c, "width=1_000", "rate=2.5e-3", "cell=gru", "double=true"); err != nil {
		t.Fatal(err)
	}
	if want := (config{1000, 0.0025, "gru", true}); c != want {
		t.Errorf("got %+v, want %+v", c, want)
	}
	for assignment, want := range map[string]string{
		"width":     "write it as name=value",
		"width=1.5": "takes a value of type int",
		"width=":    "takes a value of type int",
		"width=1 2": "takes a value of type int",
		"depth=2":   "choose one of cell, double, rate, width",
	} {
		if err := experiment.Set(&c, assignment); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", assignment, err, want)
		}
	}
}

// FuzzSet sets a field from arbitrary text: an error, or a configuration whose
// canonical form reads back to itself.
func FuzzSet(f *testing.F) {
	for _, seed := range []string{"width=3", "rate=1e-3", "cell=\"x", "double=1", "=", "width=9999999999999999999999"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, assignment string) {
		var c config
		if experiment.Set(&c, assignment) != nil {
			return
		}
		s := sweepOf()
		s.Base = c
		plan, err := s.Plan(resolve, dataset)
		if err != nil {
			return
		}
		var back config
		if err := plan.Base.Decode(&back); err != nil {
			t.Fatalf("%s: canonical form %s does not read back: %v", assignment, plan.Base, err)
		}
	})
}

func TestExecuteDoesWhatIsMissing(t *testing.T) {
	t.Parallel()
	trained := 0
	trainer := counter{&trained}
	pool := &experiment.Pool{Trainer: trainer, Workers: 1}
	ledger := &enginetest.Ledger{}
	for _, step := range []struct {
		what  string
		sweep experiment.Sweep[config]
		want  int
	}{
		{"first time", sweepOf(widths(1, 2)), 6},
		{"again", sweepOf(widths(1, 2)), 0},
		{"a value more", sweepOf(widths(1, 2, 3)), 3},
		{"an axis that keeps the default", sweepOf(widths(1, 2, 3), rates(0.1)), 0},
		{"a value less", sweepOf(widths(1)), 0},
	} {
		trained = 0
		if _, err := experiment.Execute(t.Context(), mustPlan(t, step.sweep, dataset), ledger, pool, experiment.Provenance{}, nil); err != nil {
			t.Fatal(err)
		}
		if trained != step.want {
			t.Errorf("%s: %d runs trained, want %d", step.what, trained, step.want)
		}
	}
}

// counter is a trainer that counts its runs.
type counter struct{ trained *int }

func (c counter) Train(context.Context, experiment.Task) (experiment.Outcome, error) {
	*c.trained++
	return experiment.Outcome{}, nil
}
