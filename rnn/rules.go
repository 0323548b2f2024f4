package rnn

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// The values a field with names for values may take, the default first.
var (
	cells       = []string{"elman", "gru", "lstm"}
	activations = []string{"identity", "tanh", "relu"}
	optimizers  = []string{"sgd", "adam", "adamw"}
	schedules   = []string{"constant", "step", "cosine"}
	draws       = []string{"balanced", "natural"}
	weightings  = []string{"none", "balanced", "sqrt"}
)

// Bounds of whole-number fields. They keep every product of sizes within an int and refuse a slip of the keyboard
// before it asks for all the memory there is.
const (
	maxHidden     = 1 << 14
	maxLayers     = 64
	maxEnsemble   = 256
	maxBatch      = 1 << 16
	maxIterations = 1 << 40
)

// rule is one condition on one field of a configuration.
type rule struct {
	holds   bool
	field   string
	value   any
	allowed string
}

func modelRules(c Config) []rule {
	return []rule{
		oneOf("cell", c.Cell, cells),
		activationRule(c),
		within("hidden_size", c.HiddenSize, 1, maxHidden),
		within("layers", c.Layers, 1, maxLayers),
		within("embedding_size", c.EmbeddingSize, 0, maxHidden),
		within("ensemble_size", c.EnsembleSize, 1, maxEnsemble),
		fraction("dropout", c.Dropout),
		fraction("letter_dropout", c.LetterDropout),
	}
}

func activationRule(c Config) rule {
	if c.Cell == "elman" {
		return oneOf("activation", c.Activation, activations)
	}
	return onlyWith("activation", c.Activation, "cell elman, not "+c.Cell, true)
}

func optimizerRules(c Config) []rule {
	sgd := c.Optimizer == "sgd"
	return []rule{
		oneOf("optimizer", c.Optimizer, optimizers),
		positive("learning_rate", c.LearningRate),
		onlyWith("momentum", c.Momentum, "optimizer sgd, not "+c.Optimizer, !sgd),
		fraction("momentum", c.Momentum),
		onlyWith("nesterov", c.Nesterov, "momentum above 0", c.Momentum == 0),
		notNegative("weight_decay", c.WeightDecay),
		onlyWith("beta1", c.Beta1, "optimizer adam or adamw, not sgd", sgd),
		fraction("beta1", c.Beta1),
		onlyWith("beta2", c.Beta2, "optimizer adam or adamw, not sgd", sgd),
		fraction("beta2", c.Beta2),
		onlyWith("epsilon", c.Epsilon, "optimizer adam or adamw, not sgd", sgd),
		notNegative("epsilon", c.Epsilon),
		notNegative("clip", c.Clip),
	}
}

func scheduleRules(c Config) []rule {
	step := c.Schedule == "step"
	return []rule{
		oneOf("schedule", c.Schedule, schedules),
		onlyWith("decay_every", c.DecayEvery, "schedule step, not "+c.Schedule, !step),
		within("decay_every", c.DecayEvery, 0, maxIterations),
		onlyWith("decay_factor", c.DecayFactor, "schedule step, not "+c.Schedule, !step),
		{c.DecayFactor >= 0 && c.DecayFactor <= 1, "decay_factor", c.DecayFactor, "above 0, at most 1"},
		within("warmup", c.Warmup, 0, maxIterations),
	}
}

func trainingRules(c Config) []rule {
	return []rule{
		within("batch_size", c.BatchSize, 1, maxBatch),
		{c.Iterations == 0 || c.Epochs == 0, "epochs", c.Epochs,
			fmt.Sprintf("0 where iterations is set (here %d), or epochs alone", c.Iterations)},
		within("iterations", c.Iterations, fewest(c), maxIterations),
		within("epochs", c.Epochs, 0, 1<<20),
		oneOf("draw", c.Draw, draws),
		fraction("label_smoothing", c.LabelSmoothing),
		notNegative("logit_adjustment", c.LogitAdjustment),
		oneOf("class_weights", c.ClassWeights, append([]string{""}, weightings...)),
		within("patience", c.Patience, 0, maxIterations),
		within("report_every", c.ReportEvery, 1, maxIterations),
		within("evaluate_every", c.EvaluateEvery, 1, maxIterations),
	}
}

// fewest is the smallest number of iterations that goes with the epochs asked for.
func fewest(c Config) int {
	if c.Epochs == 0 {
		return 1
	}
	return 0
}

func oneOf(field, value string, allowed []string) rule {
	return rule{slices.Contains(allowed, value), field, fmt.Sprintf("%q", value), strings.TrimPrefix(strings.Join(allowed, ", "), ", ")}
}

func within(field string, value, low, high int) rule {
	return rule{low <= value && value <= high, field, value, fmt.Sprintf("%d to %d", low, high)}
}

func fraction(field string, value float64) rule {
	return rule{0 <= value && value < 1, field, value, "from 0 up to but not including 1"}
}

func positive(field string, value float64) rule {
	return rule{value > 0 && value <= math.MaxFloat32, field, value, "finite numbers above 0"}
}

func notNegative(field string, value float64) rule {
	return rule{value >= 0 && value <= math.MaxFloat32, field, value, "finite numbers from 0 up"}
}

// onlyWith refuses a field that was set although what it belongs to is not there.
func onlyWith[T comparable](field string, value T, company string, absent bool) rule {
	var zero T
	return rule{!absent || value == zero, field, fmt.Sprintf("%#v", value), "set only with " + company}
}
