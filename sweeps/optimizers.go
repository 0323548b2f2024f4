package sweeps

import (
	"fmt"

	"sweep/experiment"
	"sweep/rnn"
)

// descent is an optimizer with its settings. Step sizes that suit one optimizer
// are far off for another, so that they do not make an axis of their own.
type descent struct {
	optimizer string
	rate      float64
	momentum  float64
	nesterov  bool
	decay     float64
}

// String names it as a table would.
func (d descent) String() string {
	name := d.optimizer
	switch {
	case d.nesterov:
		name = "nesterov"
	case d.momentum > 0:
		name = "momentum"
	}
	return fmt.Sprintf("%s %g", name, d.rate)
}

func (d descent) set(c *rnn.Config) {
	c.Optimizer, c.LearningRate, c.Momentum, c.Nesterov, c.WeightDecay = d.optimizer, d.rate, d.momentum, d.nesterov, d.decay
}

// Optimizers compares ways down at step sizes around the best of each. Momentum
// 0.9 makes a step about ten times as long, so its rates are a tenth.
var Optimizers = register(Sweep{
	Name: "optimizers",
	Doc:  "five optimizers, each at three rates: 45 runs, 2 minutes of one core",
	Base: rnn.Config{
		Cell: "gru", HiddenSize: 128, Schedule: "cosine", Clip: 1,
		BatchSize: 32, Epochs: 10, EvaluateEvery: 300, ReportEvery: 100,
	},
	Axes:      []Axis{experiment.Vary("optimizer", descents(), func(c *rnn.Config, v descent) { v.set(c) })},
	Seeds:     3,
	Objective: experiment.Maximize(experiment.ValAccuracy),
})

// descents is each optimizer at three rates. AdamW without decay would be Adam.
func descents() []descent {
	var all []descent
	for _, family := range []struct {
		descent
		rates [3]float64
	}{
		{descent{optimizer: "sgd"}, [3]float64{0.3, 1, 3}},
		{descent{optimizer: "sgd", momentum: 0.9}, [3]float64{0.03, 0.1, 0.3}},
		{descent{optimizer: "sgd", momentum: 0.9, nesterov: true}, [3]float64{0.03, 0.1, 0.3}},
		{descent{optimizer: "adam"}, [3]float64{0.001, 0.003, 0.01}},
		{descent{optimizer: "adamw", decay: 0.1}, [3]float64{0.001, 0.003, 0.01}},
	} {
		for _, rate := range family.rates {
			family.rate = rate
			all = append(all, family.descent)
		}
	}
	return all
}
