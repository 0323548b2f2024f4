package sweeps

import (
	"sweep/experiment"
	"sweep/rnn"
)

// network is a cell and what squashes its state.
type network struct{ cell, activation string }

// String names it as a table would.
func (n network) String() string {
	if n.activation == "" {
		return n.cell
	}
	return n.cell + " " + n.activation
}

// Cells asks what a gate is worth: the tutorial's linear cell, Elman's own and
// the two gated ones at three widths, all trained alike.
var Cells = register(Sweep{
	Name: "cells",
	Doc:  "four cells at three widths: 36 runs, 2 minutes of one core",
	Base: rnn.Config{
		Optimizer: "adam", LearningRate: 0.003, Schedule: "cosine", Clip: 1,
		BatchSize: 32, Epochs: 10, EvaluateEvery: 300, ReportEvery: 100,
	},
	Axes: []Axis{
		experiment.Vary("cell", []network{{"elman", "identity"}, {"elman", "tanh"}, {"gru", ""}, {"lstm", ""}},
			func(c *rnn.Config, v network) { c.Cell, c.Activation = v.cell, v.activation }),
		experiment.Vary("hidden_size", []int{64, 128, 256}, func(c *rnn.Config, v int) { c.HiddenSize = v }),
	},
	Seeds:     3,
	Objective: experiment.Maximize(experiment.ValAccuracy),
})
