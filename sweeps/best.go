package sweeps

import (
	"sweep/experiment"
	"sweep/rnn"
)

// strongest is what the search in docs/accuracy.md came to: a network wide
// enough to learn the training names by heart, from which half of what it knows
// is hidden so that it does not.
var strongest = rnn.Config{
	Cell: "lstm", HiddenSize: 256, Bidirectional: true, EmbeddingSize: 64, Dropout: 0.5,
	Optimizer: "adam", LearningRate: 0.003, Schedule: "cosine",
	BatchSize: 64, Epochs: 12, Draw: "natural",
	EvaluateEvery: 219, ReportEvery: 73,
}

// Best trains the strongest network known here for the share of names that it
// gets right.
var Best = register(Sweep{
	Name:      "best",
	Doc:       "the most accurate network known here: 3 runs, 1 to 2 minutes of one core each",
	Base:      strongest,
	Seeds:     3,
	Objective: experiment.Maximize(experiment.ValAccuracy),
})

// BestBalanced trains for the mean over the languages of the share of names
// that it gets right, so that rare languages count as much as common ones.
var BestBalanced = register(Sweep{
	Name:      "best-balanced",
	Doc:       "the network known here that is fairest to rare languages: 3 runs, 10 to 20 seconds of one core each",
	Base:      fairest(),
	Seeds:     3,
	Objective: experiment.Maximize(experiment.ValBalancedAccuracy),
})

// fairest draws every language as often as any other, which shows the few names
// of a rare one again and again: width is of no use then.
func fairest() rnn.Config {
	c := strongest
	c.Cell, c.HiddenSize = "gru", 128
	c.Draw = "balanced"
	return c
}
