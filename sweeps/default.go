package sweeps

import (
	"sweep/experiment"
	"sweep/rnn"
)

// Default is the tutorial's RNN across width, step size and seed.
var Default = register(Sweep{
	Name: "default",
	Doc:  "the tutorial's RNN across hidden size and learning rate: 27 runs",
	Base: rnn.Config{Iterations: 100_000},
	Axes: []Axis{
		experiment.Vary("hidden_size", []int{64, 128, 256}, func(c *rnn.Config, v int) { c.HiddenSize = v }),
		experiment.Vary("learning_rate", []float64{0.0025, 0.005, 0.01}, func(c *rnn.Config, v float64) { c.LearningRate = v }),
	},
	Seeds:     3,
	Objective: experiment.Maximize(experiment.ValAccuracy),
})
