package rnn

import (
	"errors"
	"fmt"
)

// Config holds every hyperparameter of a run. The zero value of a field stands for the default given beside it;
// [Config.Resolve] writes the defaults out. The json names are the ones users see.
type Config struct {
	// Cell is "elman" (default), "gru" or "lstm".
	Cell string `json:"cell"`
	// Activation squashes the state of an elman cell: "identity" (default), "tanh" or "relu". Gated cells have none.
	Activation string `json:"activation,omitzero"`
	// HiddenSize is the width of the state, H. Default 128.
	HiddenSize int `json:"hidden_size"`
	// Layers is the number of cells stacked on each other. Default 1.
	Layers int `json:"layers"`
	// Bidirectional adds to every layer a second cell that reads the name from its end.
	Bidirectional bool `json:"bidirectional,omitzero"`
	// EmbeddingSize is the width of a learnt vector a letter. Default 0: letters are one-hot.
	EmbeddingSize int `json:"embedding_size,omitzero"`
	// EnsembleSize is the number of such networks, trained side by side on the same names, each as if it were alone.
	// The mean of their probabilities is what the model answers. Default 1.
	EnsembleSize int `json:"ensemble_size"`
	// Dropout is the probability, in [0, 1), of dropping a unit between layers and before the output. Default 0.
	Dropout float64 `json:"dropout,omitzero"`
	// LetterDropout is the probability, in [0, 1), of hiding a letter of a name trained on: what stands for it is zero.
	// Default 0.
	LetterDropout float64 `json:"letter_dropout,omitzero"`

	// Optimizer is "sgd" (default), "adam" or "adamw".
	Optimizer string `json:"optimizer"`
	// LearningRate is the step size before the schedule. Default 0.005 for sgd, 0.001 for adam and adamw.
	LearningRate float64 `json:"learning_rate"`
	// Momentum, in [0, 1), and Nesterov belong to sgd. Default 0 and false.
	Momentum float64 `json:"momentum,omitzero"`
	Nesterov bool    `json:"nesterov,omitzero"`
	// WeightDecay is an L2 penalty for sgd and adam, decoupled decay for adamw. Default 0.
	WeightDecay float64 `json:"weight_decay,omitzero"`
	// Beta1, Beta2 and Epsilon belong to adam and adamw. Default 0.9, 0.999 and 1e-8.
	Beta1   float64 `json:"beta1,omitzero"`
	Beta2   float64 `json:"beta2,omitzero"`
	Epsilon float64 `json:"epsilon,omitzero"`
	// Clip is the norm to which a longer gradient is cut. Default 0: never.
	Clip float64 `json:"clip,omitzero"`

	// Schedule moves the learning rate: "constant" (default), "step" or "cosine" (half a wave, towards 0 at the end).
	Schedule string `json:"schedule"`
	// DecayEvery and DecayFactor belong to schedule step: after every DecayEvery iterations the rate is multiplied
	// by DecayFactor. Default a third of all iterations, and 0.1.
	DecayEvery  int     `json:"decay_every,omitzero"`
	DecayFactor float64 `json:"decay_factor,omitzero"`
	// Warmup is the number of iterations over which the rate rises linearly to its full value. Default 0.
	Warmup int `json:"warmup,omitzero"`

	// BatchSize is the number of names of one optimizer step. Default 1.
	BatchSize int `json:"batch_size"`
	// Iterations is the number of optimizer steps. Default 100,000 unless Epochs is set.
	Iterations int `json:"iterations"`
	// Epochs measures the training in passes instead: as many names as the training split has, each pass.
	Epochs int `json:"epochs,omitzero"`
	// Draw picks the names: "balanced" (default: a class uniformly, then a name of it uniformly) or "natural"
	// (every name once an epoch, in an order shuffled for each).
	Draw string `json:"draw"`
	// LabelSmoothing, in [0, 1), is the share of the target spread over all classes. Default 0.
	LabelSmoothing float64 `json:"label_smoothing,omitzero"`
	// ClassWeights multiplies the loss of a name by a weight of its class: "none" (default), "balanced" (N/(K·n_c)
	// for n_c of N names) or "sqrt" (the square root of that, scaled to mean 1 over the names).
	ClassWeights string `json:"class_weights,omitzero"`
	// LogitAdjustment, τ, adds τ·log of the share of each class among the names trained on to its logit while training, so
	// that with 1 and natural draws the model learns to answer as if all classes were equally common. Default 0.
	LogitAdjustment float64 `json:"logit_adjustment,omitzero"`
	// Patience stops the run after that many evaluations in a row without a new best. Default 0: never.
	Patience int `json:"patience,omitzero"`

	// ReportEvery is the number of iterations between two training losses. Default 1,000.
	ReportEvery int `json:"report_every"`
	// EvaluateEvery is the number of iterations between two validation passes. Default 5,000.
	EvaluateEvery int `json:"evaluate_every"`
}

// ErrConfig is what every error of [Config.Resolve] wraps.
var ErrConfig = errors.New("invalid configuration")

// refusal is an error that is ErrConfig without saying so: what it says is enough.
type refusal string

func refuse(format string, args ...any) error { return refusal(fmt.Sprintf(format, args...)) }

func (r refusal) Error() string { return string(r) }

// Is reports that a refusal is [ErrConfig].
func (r refusal) Is(target error) bool { return target == ErrConfig }

// Resolve returns the configuration with every default written out, or an error that names the first field that
// makes no sense, its value and what is allowed. Two configurations that train alike resolve to equal values.
func (c Config) Resolve() (Config, error) {
	c = c.withDefaults()
	for _, rules := range [][]rule{modelRules(c), optimizerRules(c), scheduleRules(c), trainingRules(c)} {
		for _, r := range rules {
			if !r.holds {
				return Config{}, refuse("%s is %v; allowed: %s", r.field, r.value, r.allowed)
			}
		}
	}
	return c, nil
}

func (c Config) withDefaults() Config {
	orDefault(&c.Cell, cells[0])
	orDefault(&c.HiddenSize, 128)
	orDefault(&c.Layers, 1)
	orDefault(&c.EnsembleSize, 1)
	orDefault(&c.Optimizer, optimizers[0])
	orDefault(&c.Schedule, schedules[0])
	orDefault(&c.BatchSize, 1)
	orDefault(&c.Draw, draws[0])
	orDefault(&c.ReportEvery, 1_000)
	orDefault(&c.EvaluateEvery, 5_000)
	if c.Cell == "elman" {
		orDefault(&c.Activation, activations[0])
	}
	if c.Epochs == 0 {
		orDefault(&c.Iterations, 100_000)
	}
	if c.ClassWeights == weightings[0] {
		c.ClassWeights = ""
	}
	return c.withOptimizerDefaults()
}

func (c Config) withOptimizerDefaults() Config {
	if c.adaptive() {
		orDefault(&c.LearningRate, 0.001)
		orDefault(&c.Beta1, 0.9)
		orDefault(&c.Beta2, 0.999)
		orDefault(&c.Epsilon, 1e-8)
	}
	orDefault(&c.LearningRate, 0.005)
	if c.Schedule == "step" {
		orDefault(&c.DecayFactor, 0.1)
		if c.Epochs == 0 {
			orDefault(&c.DecayEvery, max(1, c.Iterations/3))
		}
	}
	return c
}

func orDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

func (c Config) adaptive() bool { return c.Optimizer == "adam" || c.Optimizer == "adamw" }

// Steps returns the number of iterations of a training on that many names, as a resolved configuration has it.
func (c Config) Steps(names int) int {
	if c.Iterations > 0 {
		return c.Iterations
	}
	return c.Epochs * iterationsPerEpoch(names, c.BatchSize)
}
