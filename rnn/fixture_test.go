package rnn

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"sweep/data"
)

// variants are configurations that together use every part of the engine.
var variants = []Config{
	{HiddenSize: 5},
	{HiddenSize: 17, Activation: "tanh", Dropout: 0.3, LetterDropout: 0.3},
	{HiddenSize: 6, Activation: "relu", BatchSize: 7, Clip: 0.5},
	{HiddenSize: 5, Activation: "tanh", Layers: 2, Bidirectional: true, Momentum: 0.9, BatchSize: 3},
	{HiddenSize: 5, EmbeddingSize: 4, Momentum: 0.8, Nesterov: true, WeightDecay: 0.01},
	{Cell: "gru", HiddenSize: 5},
	{Cell: "gru", HiddenSize: 18, Layers: 2, Bidirectional: true, EmbeddingSize: 3, Dropout: 0.4, LetterDropout: 0.3, BatchSize: 6, Optimizer: "adam"},
	{Cell: "gru", HiddenSize: 4, Draw: "natural", BatchSize: 5, LabelSmoothing: 0.1, LogitAdjustment: 1, Schedule: "cosine", Warmup: 20},
	{Cell: "lstm", HiddenSize: 5, Clip: 1, LetterDropout: 0.3},
	{Cell: "lstm", HiddenSize: 5, Layers: 3, Dropout: 0.2, BatchSize: 4, Optimizer: "adamw", WeightDecay: 0.1},
	{HiddenSize: 3, LearningRate: 1e-9, Patience: 2},
	{EnsembleSize: 2, HiddenSize: 4},
	{EnsembleSize: 3, Cell: "gru", HiddenSize: 5, EmbeddingSize: 3, Dropout: 0.2, LetterDropout: 0.3, BatchSize: 4, Optimizer: "adam", Clip: 0.5},
	{Cell: "lstm", HiddenSize: 6, Bidirectional: true, BatchSize: 8, ClassWeights: "balanced", Schedule: "step", DecayEvery: 30},
}

// title names a variant in subtests by what sets it apart.
func (c Config) title() string {
	c = c.withDefaults()
	return fmt.Sprintf("%s%s_h%d_l%d_e%d_b%d_%s", c.Cell, c.Activation, c.HiddenSize, c.Layers, c.EnsembleSize, c.BatchSize, c.Optimizer)
}

// smallCorpus is made-up names in three classes, told apart by their letters, of 1 to 12 letters.
func smallCorpus() *data.Corpus {
	rng := rand.New(rand.NewPCG(1, 2))
	classes := []string{"Back", "Front", "Mixed"}
	parts := make([][]data.Example, 3)
	for i := range 120 {
		class := i % 3
		if i%5 == 0 {
			class = 0
		}
		name := make([]byte, 1+rng.IntN(12))
		for j := range name {
			name[j] = "aouklm"[rng.IntN(6)]
			if class == 1 || class == 2 && j%2 == 0 {
				name[j] = "eirstn"[rng.IntN(6)]
			}
		}
		part := min(i%10, 2)
		parts[2-part] = append(parts[2-part], data.Example{Name: string(name), Letters: data.Encode(string(name)), Class: class})
	}
	set := func(i int) *data.Set { return data.NewSet(parts[i], len(classes)) }
	return &data.Corpus{Classes: classes, SHA256: "small", Source: "test", Train: set(0), Validation: set(1), Test: set(2)}
}

var byAccuracy = Selection{Metric: "val_accuracy"}

// startTraining returns a run of a few iterations over the small corpus.
func startTraining(t testing.TB, c Config, seed uint64) *training {
	t.Helper()
	if c.Epochs == 0 && c.Iterations == 0 {
		c.Iterations = 100
	}
	c.ReportEvery, c.EvaluateEvery = 7, 30
	run, err := newTraining(c, seed, smallCorpus(), byAccuracy)
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// logProbabilities returns log p of every class for one encoded name, [K].
func logProbabilities(m *Model, letters []uint8) []float32 {
	e := m.newEnsemble()
	e.batch().add(letters, 0)
	e.ask()
	return e.answer(0)
}
