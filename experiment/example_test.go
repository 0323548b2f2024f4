package experiment_test

import (
	"context"
	"fmt"

	"sweep/experiment"
	"sweep/experiment/enginetest"
	"sweep/experiment/strategy"
)

// parabola stands in for a network: its accuracy is best at width 3.
type parabola struct{}

func (parabola) Train(_ context.Context, task experiment.Task) (experiment.Outcome, error) {
	var c config
	if err := task.Run.Settings.Decode(&c); err != nil {
		return experiment.Outcome{}, err
	}
	p := experiment.Point{Step: 1, ValAccuracy: 1 - 0.1*float64((c.Width-3)*(c.Width-3))}
	task.Report(p)
	return experiment.Outcome{Best: p}, nil
}

// A sweep is defined, planned, which finds its mistakes, and executed. Running
// it again does only what is missing.
func Example() {
	s := experiment.Sweep[config]{
		Name: "parabola",
		Axes: []experiment.Axis[config]{
			experiment.Vary("width", []int{2, 3, 4}, func(c *config, v int) { c.Width = v }),
		},
		Seeds:    1,
		Strategy: strategy.Grid{},
	}
	plan, err := s.Plan(resolve, experiment.Dataset{})
	if err != nil {
		fmt.Println(err)
		return
	}
	ledger := &enginetest.Ledger{}
	pool := &experiment.Pool{Trainer: parabola{}, Workers: 1, Watch: func(e experiment.Event) {
		if e.Kind == experiment.Ended {
			fmt.Println(e.Run.Settings, e.State, e.Outcome.Best.ValAccuracy)
		}
	}}
	for range 2 {
		if _, err := experiment.Execute(context.Background(), plan, ledger, pool, experiment.Provenance{}, nil); err != nil {
			fmt.Println(err)
		}
	}
	// Output:
	// {"rate":0.1,"width":2} done 0.9
	// {"rate":0.1,"width":3} done 1
	// {"rate":0.1,"width":4} done 0.9
}
