package rnn

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
)

func TestResolveDefaults(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		config Config
		want   string
	}{
		"nothing set": {Config{}, `{"cell":"elman","activation":"identity","hidden_size":128,"layers":1,"ensemble_size":1,"optimizer":"sgd",` +
			`"learning_rate":0.005,"schedule":"constant","batch_size":1,"iterations":100000,"draw":"balanced","report_every":1000,"evaluate_every":5000}`},
		"adam, epochs": {Config{Cell: "gru", Optimizer: "adam", Epochs: 3}, `{"cell":"gru","hidden_size":128,"layers":1,"ensemble_size":1,"optimizer":"adam",` +
			`"learning_rate":0.001,"beta1":0.9,"beta2":0.999,"epsilon":1e-8,"schedule":"constant","batch_size":1,"iterations":0,"epochs":3,` +
			`"draw":"balanced","report_every":1000,"evaluate_every":5000}`},
		"step": {Config{Schedule: "step", Iterations: 900, ClassWeights: "none"}, `{"cell":"elman","activation":"identity","hidden_size":128,"layers":1,"ensemble_size":1,"optimizer":"sgd",` +
			`"learning_rate":0.005,"schedule":"step","decay_every":300,"decay_factor":0.1,"batch_size":1,"iterations":900,"draw":"balanced",` +
			`"report_every":1000,"evaluate_every":5000}`},
	} {
		resolved, err := c.config.Resolve()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if form, _ := json.Marshal(resolved); string(form) != c.want {
			t.Errorf("%s: resolves to\n%s, want\n%s", name, form, c.want)
		}
		if again, err := resolved.Resolve(); err != nil || again != resolved {
			t.Errorf("%s: resolving twice gives %+v, %v", name, again, err)
		}
	}
}

func TestVariantsResolve(t *testing.T) {
	t.Parallel()
	for _, c := range variants {
		resolved, err := c.Resolve()
		if err != nil {
			t.Errorf("%+v: %v", c, err)
		}
		if again, err := resolved.Resolve(); err != nil || again != resolved {
			t.Errorf("%+v: resolving twice gives %+v, %v", c, again, err)
		}
	}
}

// TestResolveRefuses names the field and what is allowed.
func TestResolveRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		config         Config
		field, allowed string
	}{
		{Config{EnsembleSize: -1}, "ensemble_size", "1 to 256"},
		{Config{Cell: "rnn"}, "cell", "elman, gru, lstm"},
		{Config{Activation: "gelu"}, "activation", "identity, tanh, relu"},
		{Config{Cell: "gru", Activation: "tanh"}, "activation", "elman"},
		{Config{HiddenSize: -1}, "hidden_size", "1 to 16384"},
		{Config{HiddenSize: 1 << 40}, "hidden_size", "1 to 16384"},
		{Config{Layers: -2}, "layers", "1 to 64"},
		{Config{EmbeddingSize: -1}, "embedding_size", "0 to"},
		{Config{Dropout: 1.5}, "dropout", "up to but not including 1"},
		{Config{LogitAdjustment: -1}, "logit_adjustment", "finite numbers from 0 up"},
		{Config{LetterDropout: 1}, "letter_dropout", "up to but not including 1"},
		{Config{Dropout: math.NaN()}, "dropout", "up to but not including 1"},
		{Config{Optimizer: "sgdd"}, "optimizer", "sgd, adam, adamw"},
		{Config{LearningRate: -1}, "learning_rate", "above 0"},
		{Config{LearningRate: math.Inf(1)}, "learning_rate", "finite"},
		{Config{Optimizer: "adam", Momentum: 0.9}, "momentum", "only with optimizer sgd"},
		{Config{Momentum: 1}, "momentum", "up to but not including 1"},
		{Config{Nesterov: true}, "nesterov", "momentum above 0"},
		{Config{WeightDecay: -0.1}, "weight_decay", "from 0 up"},
		{Config{Beta1: 0.9}, "beta1", "adam or adamw"},
		{Config{Beta2: 0.9}, "beta2", "adam or adamw"},
		{Config{Epsilon: 0.9}, "epsilon", "adam or adamw"},
		{Config{Optimizer: "adam", Beta2: 1}, "beta2", "up to but not including 1"},
		{Config{Clip: -1}, "clip", "from 0 up"},
		{Config{Schedule: "linear"}, "schedule", "constant, step, cosine"},
		{Config{DecayEvery: 5}, "decay_every", "schedule step"},
		{Config{DecayFactor: 0.5}, "decay_factor", "schedule step"},
		{Config{Schedule: "step", DecayFactor: 2}, "decay_factor", "at most 1"},
		{Config{Warmup: -1}, "warmup", "0 to"},
		{Config{BatchSize: -1}, "batch_size", "1 to"},
		{Config{Iterations: -1}, "iterations", "1 to"},
		{Config{Iterations: 5, Epochs: 5}, "epochs", "0 where iterations is set"},
		{Config{Epochs: -1}, "epochs", "0 to"},
		{Config{Draw: "random"}, "draw", "balanced, natural"},
		{Config{LabelSmoothing: 1}, "label_smoothing", "up to but not including 1"},
		{Config{ClassWeights: "inverse"}, "class_weights", "none, balanced, sqrt"},
		{Config{Patience: -1}, "patience", "0 to"},
		{Config{ReportEvery: -1}, "report_every", "1 to"},
		{Config{EvaluateEvery: -1}, "evaluate_every", "1 to"},
	} {
		_, err := c.config.Resolve()
		if !errors.Is(err, ErrConfig) || !strings.HasPrefix(err.Error(), c.field+" is ") || !strings.Contains(err.Error(), c.allowed) {
			t.Errorf("%+v: error %q, want one about %s and %q", c.config, err, c.field, c.allowed)
		}
	}
}

func TestTrainRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		config Config
		metric string
		want   string
	}{
		{Config{Cell: "cnn"}, "val_loss", "cell"},
		{Config{}, "test_accuracy", "val_loss, val_accuracy, val_balanced_accuracy"},
		{Config{Iterations: 10, Warmup: 11}, "val_loss", "warmup"},
	} {
		_, err := Train(t.Context(), c.config, 1, smallCorpus(), Selection{Metric: c.metric}, Session{})
		if !errors.Is(err, ErrConfig) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v by %s: %v, want an error about %q", c.config, c.metric, err, c.want)
		}
	}
}

func TestSchedules(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		config Config
		want   map[int]float64 // iteration → share of the learning rate
	}{
		"constant": {Config{}, map[int]float64{1: 1, 100: 1}},
		"warmup":   {Config{Warmup: 4}, map[int]float64{1: 0.25, 2: 0.5, 4: 1, 5: 1, 100: 1}},
		"step":     {Config{Schedule: "step", DecayEvery: 10, DecayFactor: 0.5}, map[int]float64{1: 1, 10: 1, 11: 0.5, 21: 0.25}},
		"thirds":   {Config{Schedule: "step", Epochs: 2}, map[int]float64{33: 1, 34: 0.1, 67: 0.01}},
		"cosine":   {Config{Schedule: "cosine"}, map[int]float64{1: 1, 51: 0.5, 100: (1 + math.Cos(0.99*math.Pi)) / 2}},
		"both":     {Config{Schedule: "cosine", Warmup: 20}, map[int]float64{10: 0.5, 20: 1, 21: 1, 61: 0.5}},
	} {
		resolved, err := c.config.Resolve()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for n, want := range c.want {
			if got := resolved.rate(n, 100) / resolved.LearningRate; math.Abs(got-want) > 1e-12 {
				t.Errorf("%s: iteration %d of 100 has %v of the rate, want %v", name, n, got, want)
			}
		}
	}
}

func TestSelection(t *testing.T) {
	t.Parallel()
	accurate := Point{ValLoss: 2, ValAccuracy: 0.9, ValBalancedAccuracy: 0.5}
	sure := Point{ValLoss: 1, ValAccuracy: 0.8, ValBalancedAccuracy: 0.6}
	unsure := Point{ValLoss: 3, ValAccuracy: 0.9, ValBalancedAccuracy: 0.5}
	blank := Point{ValLoss: math.NaN(), ValAccuracy: math.NaN(), ValBalancedAccuracy: math.NaN()}
	for _, c := range []struct {
		name      string
		by        Selection
		p, q      Point
		want, not bool
	}{
		{"accuracy", Selection{"val_accuracy", false}, accurate, sure, true, false},
		{"loss", Selection{"val_loss", true}, sure, accurate, true, false},
		{"balanced", Selection{"val_balanced_accuracy", false}, sure, accurate, true, false},
		{"tie by loss", Selection{"val_accuracy", false}, accurate, unsure, true, false},
		{"equal: the earlier stays", Selection{"val_accuracy", false}, accurate, accurate, false, false},
		{"NaN", Selection{"val_accuracy", false}, blank, accurate, false, false},
	} {
		if got, other := c.by.better(c.p, c.q), c.by.better(c.q, c.p); got != c.want || other != c.not {
			t.Errorf("%s: better is %v and the other way %v, want %v and %v", c.name, got, other, c.want, c.not)
		}
	}
}

// TestClassWeights have mean 1 over the names.
func TestClassWeights(t *testing.T) {
	t.Parallel()
	counts := []int{100, 1, 0, 16}
	for kind, ratio := range map[string]float32{"balanced": 100, "sqrt": 10} {
		w := classWeights(kind, counts)
		mean := (100*w[0] + w[1] + 16*w[3]) / 117
		if math.Abs(float64(mean)-1) > 1e-6 || math.Abs(float64(w[1]/w[0]-ratio)) > 1e-4 || w[2] != 0 {
			t.Errorf("%s: weights %v have mean %v over the names and ratio %v", kind, w, mean, w[1]/w[0])
		}
	}
	if classWeights("", counts) != nil {
		t.Error("weights where none were asked for")
	}
}

// TestInitialDistribution draws within PyTorch's bounds, and all over them.
func TestInitialDistribution(t *testing.T) {
	t.Parallel()
	m := newModel(must(Config{HiddenSize: 128}.Resolve()), []string{"a", "b", "c"}, "")
	m.layout.initialise(m.params, 1)
	bound := 1 / math.Sqrt(57+128)
	for _, tensor := range m.layout.tensors[:1] {
		sum, squares := 0.0, 0.0
		for i := range tensor.size() {
			v := float64(m.params[tensor.offset(i)])
			if math.Abs(v) > bound {
				t.Fatalf("%s has %v, the bound is %v", tensor.name, v, bound)
			}
			sum, squares = sum+v, squares+v*v
		}
		n := float64(tensor.size())
		if mean, sd := sum/n, math.Sqrt(squares/n); math.Abs(mean) > 0.01*bound || math.Abs(sd*math.Sqrt(3)/bound-1) > 0.02 {
			t.Errorf("%s has mean %v and deviation %v, bound %v", tensor.name, mean, sd, bound)
		}
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
