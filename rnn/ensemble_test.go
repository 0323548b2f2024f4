package rnn

import (
	"math"
	"slices"
	"testing"

	"sweep/data"
)

// TestEnsembleLearnsApart trains networks together and each of them alone from the same start, on the same names: they
// end with the same bits, clipped gradients and optimizer's memory included.
func TestEnsembleLearnsApart(t *testing.T) {
	t.Parallel()
	for _, c := range []Config{
		{HiddenSize: 5},
		{Cell: "gru", HiddenSize: 6, EmbeddingSize: 3, BatchSize: 4, Optimizer: "adam", Clip: 0.1},
		{Cell: "lstm", HiddenSize: 4, Bidirectional: true, Momentum: 0.9, Draw: "natural", BatchSize: 5},
	} {
		c.EnsembleSize = 3
		together := startTraining(t, c, 4)
		c.EnsembleSize = 1
		var alone []*training
		for _, n := range together.model.layout.networks {
			run := startTraining(t, c, 4)
			copy(run.model.params, together.model.params[n.start:n.end])
			alone = append(alone, run)
		}
		for range 40 {
			train(t, append(alone, together)...)
		}
		for i, n := range together.model.layout.networks {
			if !slices.Equal(together.model.params[n.start:n.end], alone[i].model.params) {
				t.Errorf("%s: network %d of 3 ends otherwise than alone", c.title(), i)
			}
			if i > 0 && slices.Equal(alone[i].model.params, alone[0].model.params) {
				t.Errorf("%s: networks 0 and %d are the same", c.title(), i)
			}
		}
	}
}

func train(t *testing.T, runs ...*training) {
	t.Helper()
	for _, run := range runs {
		if err := run.iterate(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestEnsembleAnswersTheMean compares the answer with the mean of the networks' probabilities in float64, also where
// one of them is too small for a float32.
func TestEnsembleAnswersTheMean(t *testing.T) {
	t.Parallel()
	m := anyModel(t, Config{Cell: "lstm", HiddenSize: 7, EnsembleSize: 3})
	m.weights[1].output.bias[0] = -300
	want := make([]float64, 3)
	e := m.newEnsemble()
	e.batch().add(data.Encode("O'Neill"), 0)
	for i := range e.weights {
		e.forward(i)
		sum := 0.0
		for _, logit := range e.pass.logits[:3] {
			sum += math.Exp(float64(logit))
		}
		for class, logit := range e.pass.logits[:3] {
			want[class] += math.Exp(float64(logit)) / sum / 3
		}
	}
	for class, logp := range logProbabilities(m, data.Encode("O'Neill")) {
		if math.Abs(math.Exp(float64(logp))-want[class]) > 1e-6 {
			t.Errorf("class %d: probability %v, want %v", class, math.Exp(float64(logp)), want[class])
		}
	}
}
