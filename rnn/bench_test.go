package rnn

import (
	"context"
	"fmt"
	"testing"

	"sweep/data"
)

// BenchmarkTrain measures training in names per second, on one core.
func BenchmarkTrain(b *testing.B) {
	for _, c := range []Config{
		{HiddenSize: 64}, {HiddenSize: 128}, {HiddenSize: 256},
		{HiddenSize: 128, Activation: "tanh"}, {HiddenSize: 128, BatchSize: 64},
		{HiddenSize: 128, Optimizer: "adam"}, {HiddenSize: 128, Optimizer: "adam", BatchSize: 64},
		{Cell: "gru", HiddenSize: 128}, {Cell: "gru", HiddenSize: 128, BatchSize: 64},
		{Cell: "lstm", HiddenSize: 128}, {Cell: "lstm", HiddenSize: 128, BatchSize: 64},
	} {
		c.LearningRate = 0.0005
		name := fmt.Sprintf("cell=%s/activation=%s/optimizer=%s/hidden=%d/batch=%d", c.withDefaults().Cell,
			c.withDefaults().Activation, c.withDefaults().Optimizer, c.HiddenSize, c.withDefaults().BatchSize)
		b.Run(name, func(b *testing.B) { benchmarkTrain(b, c) })
	}
}

func benchmarkTrain(b *testing.B, c Config) {
	t, err := newTraining(c, 1, data.Default(), Selection{Metric: "val_accuracy"})
	if err != nil {
		b.Fatal(err)
	}
	for range 2_000 / t.config.BatchSize { // caches warm, buffers grown
		if err := t.iterate(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := t.iterate(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*t.config.BatchSize)/b.Elapsed().Seconds(), "names/s")
}

// BenchmarkEvaluate measures the validation pass in names per second, on one core.
func BenchmarkEvaluate(b *testing.B) {
	corpus := data.Default()
	for _, hidden := range []int{64, 128, 256} {
		b.Run(fmt.Sprintf("hidden=%d", hidden), func(b *testing.B) {
			t, err := newTraining(Config{HiddenSize: hidden}, 1, corpus, Selection{Metric: "val_accuracy"})
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if _, err := t.validation.run(context.Background(), 1); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N*corpus.Validation.Len())/b.Elapsed().Seconds(), "names/s")
		})
	}
}
