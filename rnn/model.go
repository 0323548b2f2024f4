package rnn

import (
	"context"
	"errors"
	"runtime"
	"slices"

	"sweep/data"
	"sweep/rnn/kernel"
)

// ErrNoLetters is returned for text of which folding leaves nothing.
var ErrNoLetters = errors.New("no letter that the model knows is left of the text; it knows a-z, A-Z, space and .,;'")

// Guess is one class with the probability a model gives it.
type Guess struct {
	Class       string
	Probability float64
}

// Model is a trained network. It is safe for use by many goroutines.
type Model struct {
	config  Config
	classes []string
	data    string // SHA-256 of the corpus trained on, "" if not known
	layout  *layout
	params  []float32
	weights []*weights // of each network
}

// newModel returns a model whose parameters are zero. config is resolved.
func newModel(config Config, classes []string, dataHash string) *Model {
	l := newLayout(newShape(config, len(classes)))
	m := &Model{config: config, classes: slices.Clone(classes), data: dataHash, layout: l}
	m.params = kernel.Aligned(l.size)
	m.weights = l.view(m.params)
	return m
}

// Config returns the configuration the model was trained with. For weights trained elsewhere only the fields that
// describe the network mean something.
func (m *Model) Config() Config { return m.config }

// Classes returns what the model tells apart, in the order of its outputs.
func (m *Model) Classes() []string { return slices.Clone(m.classes) }

// DataSHA256 returns the hash of the corpus the model was trained on, "" where the checkpoint does not say.
func (m *Model) DataSHA256() string { return m.data }

// Predict folds text and returns every class with its probability, the most probable first. The error is [ErrNoLetters]
// if nothing is left of the text.
func (m *Model) Predict(text string) ([]Guess, error) {
	guesses := m.NewClassifier().Classify([]string{text})[0]
	if guesses == nil {
		return nil, ErrNoLetters
	}
	return guesses, nil
}

// newEnsemble returns an ensemble that drops nothing.
func (m *Model) newEnsemble() *ensemble { return newEnsemble(m.config, m.layout.shape, m.weights, nil) }

// Evaluate classifies every name of a set, on all cores. It panics if the set is empty or has other classes than the model.
func (m *Model) Evaluate(set *data.Set) Evaluation {
	if set.Len() == 0 || len(set.ClassCounts()) != len(m.classes) {
		panic("rnn: Evaluate needs a set with examples, over the classes of the model")
	}
	evaluation, _ := newEvaluator(m, set).run(context.Background(), runtime.GOMAXPROCS(0))
	return evaluation
}

// finite reports whether every parameter is a number.
func (m *Model) finite() bool {
	for _, v := range m.params {
		if v-v != 0 {
			return false
		}
	}
	return true
}

// ParameterCount returns the number of trained numbers, as PyTorch counts them.
func (m *Model) ParameterCount() int {
	n := 0
	for _, t := range m.layout.tensors {
		n += t.size()
	}
	return n
}
