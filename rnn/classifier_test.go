package rnn

import (
	"slices"
	"testing"

	"sweep/data"
)

// TestClassifyAgreesWithPredict: company changes no answer.
func TestClassifyAgreesWithPredict(t *testing.T) {
	t.Parallel()
	config, err := Config{Cell: "gru", HiddenSize: 12}.Resolve()
	if err != nil {
		t.Fatal(err)
	}
	model := newModel(config, []string{"A", "B", "C"}, "")
	model.layout.initialise(model.params, 1)
	var texts []string
	for _, e := range data.Default().Test.Examples[:300] {
		texts = append(texts, e.Name, "", "123")
	}
	for i, guesses := range model.NewClassifier().Classify(texts) {
		want, err := model.Predict(texts[i])
		if (err != nil) != (guesses == nil) || !slices.Equal(guesses, want) {
			t.Fatalf("%q in company: %v, alone: %v (%v)", texts[i], guesses, want, err)
		}
	}
}

func BenchmarkClassify(b *testing.B) {
	config, err := Config{HiddenSize: 128}.Resolve()
	if err != nil {
		b.Fatal(err)
	}
	corpus := data.Default()
	model := newModel(config, corpus.Classes, corpus.SHA256)
	model.layout.initialise(model.params, 1)
	var texts []string
	for _, e := range corpus.Train.Examples[:4096] {
		texts = append(texts, e.Name)
	}
	classifier := model.NewClassifier()
	for b.Loop() {
		classifier.Classify(texts)
	}
	b.ReportMetric(float64(len(texts)*b.N)/b.Elapsed().Seconds(), "names/s")
}
