package rnn

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sweep/data"
)

// golden is a trajectory that PyTorch computed; testdata/README.md says how.
type golden struct {
	Config struct {
		Cell, Activation, Optimizer string
		Hidden, Batch               int
		Classes                     []string
		Alphabet                    string
		LearningRate                float64 `json:"learning_rate"`
		Clip                        float64
		Layers                      int
		Bidirectional               bool
		Embedding                   int `json:"embedding"`
		Momentum                    float64
		Nesterov                    bool
		WeightDecay                 float64 `json:"weight_decay"`
		LabelSmoothing              float64 `json:"label_smoothing"`
	}
	Initial, Final map[string]struct {
		Shape []int
		Data  []float64
	}
	Steps  [][][2]any // [text, class] for every name of a step
	Losses []float64
	Probes [][2]any // [text, [log-probability]]
}

func (g *golden) config() Config {
	c := g.Config
	config := Config{
		Cell: c.Cell, HiddenSize: c.Hidden, Layers: c.Layers, Bidirectional: c.Bidirectional, EmbeddingSize: c.Embedding,
		Optimizer: c.Optimizer, LearningRate: c.LearningRate, Clip: c.Clip, BatchSize: c.Batch, Iterations: len(g.Steps),
		Momentum: c.Momentum, Nesterov: c.Nesterov, WeightDecay: c.WeightDecay, LabelSmoothing: c.LabelSmoothing,
	}
	if c.Cell == "elman" {
		config.Activation = c.Activation
	}
	return config
}

// TestTorchParity replays every trajectory in testdata/torch, or in the folder RNN_GOLDEN_DIR names, and agrees with
// PyTorch on every loss, the weights at the end and the probes.
func TestTorchParity(t *testing.T) {
	t.Parallel()
	folder := os.Getenv("RNN_GOLDEN_DIR")
	if folder == "" {
		folder = filepath.Join("testdata", "torch")
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no trajectory in %s: %v", folder, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			t.Parallel()
			replay(t, readGolden(t, file))
		})
	}
}

func readGolden(t *testing.T, file string) *golden {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var g golden
	if err := json.Unmarshal(b, &g); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	if g.Config.Alphabet != data.Alphabet {
		t.Fatalf("%s is over another alphabet", file)
	}
	return &g
}

func replay(t *testing.T, g *golden) {
	run := goldenTraining(t, g)
	for step, names := range g.Steps {
		run.state.step++
		run.networks.batch().reset()
		for _, name := range names {
			run.networks.batch().add(data.Encode(name[0].(string)), int(name[1].(float64)))
		}
		got, want := run.learn(), g.Losses[step]
		if math.Abs(got-want) > 1e-5*math.Abs(want) {
			t.Fatalf("step %d: loss %.9g, PyTorch has %.9g", step, got, want)
		}
	}
	compareFinal(t, g, run.model)
	compareProbes(t, g, run.model)
}

// goldenTraining returns a run that stands before the first step, with PyTorch's initial weights.
func goldenTraining(t *testing.T, g *golden) *training {
	t.Helper()
	corpus := &data.Corpus{Classes: g.Config.Classes}
	everyClass := make([]data.Example, len(corpus.Classes))
	for class := range everyClass {
		everyClass[class] = data.Example{Name: "A", Letters: data.Encode("A"), Class: class}
	}
	corpus.Train = data.NewSet(everyClass, len(everyClass))
	corpus.Validation, corpus.Test = corpus.Train, corpus.Train
	run, err := newTraining(g.config(), 1, corpus, Selection{Metric: "val_loss", Minimize: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(g.Initial) != len(run.model.layout.tensors) {
		t.Fatalf("%d tensors, PyTorch has %d", len(run.model.layout.tensors), len(g.Initial))
	}
	for _, tensor := range run.model.layout.tensors {
		initial := g.Initial[tensor.name]
		if !slices.Equal(initial.Shape, tensor.shape) {
			t.Fatalf("%s has shape %v, PyTorch has %v", tensor.name, tensor.shape, initial.Shape)
		}
		for i, v := range initial.Data {
			run.model.params[tensor.offset(i)] = float32(v)
		}
	}
	return run
}

func compareFinal(t *testing.T, g *golden, m *Model) {
	for _, tensor := range m.layout.tensors {
		largest, worst := 0.0, 0.0
		for i, want := range g.Final[tensor.name].Data {
			largest = max(largest, math.Abs(want))
			worst = max(worst, math.Abs(want-float64(m.params[tensor.offset(i)])))
		}
		if worst > 1e-4*largest {
			t.Errorf("%s ends %.2g off PyTorch, its largest weight is %.2g", tensor.name, worst, largest)
		}
	}
}

func compareProbes(t *testing.T, g *golden, m *Model) {
	for _, probe := range g.Probes {
		name := probe[0].(string)
		got := logProbabilities(m, data.Encode(name))
		for class, want := range probe[1].([]any) {
			if diff := math.Abs(float64(got[class]) - want.(float64)); diff > 1e-4 {
				t.Errorf("%s: log p of %s is %.7g, PyTorch has %v", name, m.classes[class], got[class], want)
			}
		}
	}
}
