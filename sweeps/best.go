package sweeps

import (
	"sweep/experiment"
	"sweep/rnn"
)

// strongest is what the search in docs/accuracy.md came to: networks wide
// enough to learn the training names by heart, from which letters and features
// are hidden so that they cannot, and the mean of five of what they think.
var strongest = rnn.Config{
	Cell: "lstm", HiddenSize: 192, Layers: 2, Bidirectional: true, EmbeddingSize: 64, EnsembleSize: 5,
	Dropout: 0.5, LetterDropout: 0.1,
	Optimizer: "adam", LearningRate: 0.003, Schedule: "cosine",
	BatchSize: 64, Epochs: 12, Draw: "natural",
	EvaluateEvery: 219, ReportEvery: 73,
}

// Best trains the strongest model known here for the share of names that it
// gets right.
var Best = register(Sweep{
	Name:      "best",
	Doc:       "the most accurate model known here: 3 runs, 5 minutes each",
	Base:      strongest,
	Seeds:     3,
	Objective: experiment.Maximize(experiment.ValAccuracy),
})

// BestBalanced trains for the mean over the languages of the share of names
// that it gets right, so that rare languages count as much as common ones.
var BestBalanced = register(Sweep{
	Name:      "best-balanced",
	Doc:       "the model known here that is fairest to rare languages: 3 runs, 3 minutes each",
	Base:      fairest(),
	Seeds:     3,
	Objective: experiment.Maximize(experiment.ValBalancedAccuracy),
})

// fairest sees every name as often as it occurs and makes up for the commonness
// of its language in the loss: drawing rare languages more often means to show
// the same few names again and again, which a network then knows by heart.
func fairest() rnn.Config {
	c := strongest
	c.HiddenSize, c.Layers, c.LetterDropout = 256, 1, 0.15
	c.LogitAdjustment = 1
	return c
}
