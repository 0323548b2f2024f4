package main

import (
	"sweep/data"
	"sweep/rnn"
)

// The networks both sides know.
const (
	tutorial = "tutorial" // the tutorial's linear Elman cell
	tanhRNN  = "rnn"      // torch.nn.RNN, which squashes by tanh
	gru      = "gru"
	lstm     = "lstm"
)

// workload is something to train, the same on either side.
type workload struct {
	Network string `json:"network"`
	Hidden  int    `json:"hidden"`
	Batch   int    `json:"batch"`
	Letters int    `json:"letters,omitzero"` // only names of that many; 0: all
}

const (
	// forever is more iterations than any round takes.
	forever = 1 << 40
	// learningRate is low enough for every network to train on as long as it is asked to. pytorch.py has the same.
	learningRate = 0.0005
	// namesBetweenReports is how many names are trained between two looks at the clock: a few milliseconds' worth.
	namesBetweenReports = 256
)

// config is the workload as package rnn trains it, without validation.
func (w workload) config() rnn.Config {
	c := rnn.Config{
		HiddenSize:    w.Hidden,
		BatchSize:     w.Batch,
		LearningRate:  learningRate,
		Iterations:    forever,
		EvaluateEvery: forever,
		ReportEvery:   max(1, namesBetweenReports/w.Batch),
	}
	switch w.Network {
	case tutorial:
		c.Cell, c.Activation = "elman", "identity"
	case tanhRNN:
		c.Cell, c.Activation = "elman", "tanh"
	default:
		c.Cell = w.Network
	}
	return c
}

// corpus is the part of c that the workload trains on.
func (w workload) corpus(c *data.Corpus) *data.Corpus {
	if w.Letters == 0 {
		return c
	}
	part := *c
	part.Train = data.NewSet(ofLength(c.Train, w.Letters), len(c.Classes))
	return &part
}

func ofLength(set *data.Set, letters int) []data.Example {
	var examples []data.Example
	for _, e := range set.Examples {
		if len(e.Letters) == letters {
			examples = append(examples, e)
		}
	}
	return examples
}

// measurement is one round of a workload.
type measurement struct {
	Names     int     `json:"names"`
	Processor float64 `json:"processor"` // seconds of processor time
	Wall      float64 `json:"wall"`      // seconds
}

// rate is in names a second of processor time.
func (m measurement) rate() float64 { return float64(m.Names) / m.Processor }
