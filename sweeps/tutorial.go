package sweeps

import "sweep/rnn"

// Tutorial is the single setting that the PyTorch tutorial on classifying
// names trains, with seeds enough to see how much of its result is luck.
var Tutorial = register(Sweep{
	Name:  "tutorial",
	Doc:   "the PyTorch tutorial's one setting, hidden size 128 at 0.005: 5 runs",
	Base:  rnn.Config{HiddenSize: 128, LearningRate: 0.005, Iterations: 100_000},
	Seeds: 5,
})
