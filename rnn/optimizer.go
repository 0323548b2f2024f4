package rnn

import (
	"math"

	"sweep/rnn/kernel"
)

// optimizer turns a gradient into a step, over the whole flat block at once.
type optimizer interface {
	// step is the n-th step, n = 1, 2, …, at the given learning rate.
	step(params, gradient []float32, rate float64, n int)
	// memory is what the optimizer carries from step to step, zeros before the first.
	memory() [][]float32
}

// newOptimizer returns the optimizer c names for a block of n parameters, or nil where the update needs no gradient to
// be kept: plain gradient descent adds it straight to the weights, see [unit.accumulate].
func newOptimizer(c Config, n int) optimizer {
	switch {
	case c.adaptive():
		return &adam{c, kernel.Aligned(n), kernel.Aligned(n)}
	case c.Momentum > 0:
		return &momentum{c, kernel.Aligned(n)}
	case c.WeightDecay > 0 || c.Clip > 0:
		return descent{float32(c.WeightDecay)}
	}
	return nil
}

// descent is torch.optim.SGD without momentum.
type descent struct{ decay float32 }

func (d descent) step(params, gradient []float32, rate float64, _ int) {
	kernel.SGD(params, gradient, float32(rate), d.decay)
}

func (descent) memory() [][]float32 { return nil }

// momentum is torch.optim.SGD with momentum (Sutskever et al. 2013 for Nesterov's form), without dampening.
type momentum struct {
	config   Config
	velocity []float32
}

func (m *momentum) step(params, gradient []float32, rate float64, _ int) {
	c := m.config
	kernel.Momentum(params, gradient, m.velocity, float32(rate), float32(c.WeightDecay), float32(c.Momentum), c.Nesterov)
}

func (m *momentum) memory() [][]float32 { return [][]float32{m.velocity} }

// adam is torch.optim.Adam or AdamW (Kingma and Ba 2015, arXiv:1412.6980; Loshchilov and Hutter 2019, arXiv:1711.05101).
type adam struct {
	config        Config
	first, second []float32 // moments
}

func (a *adam) step(params, gradient []float32, rate float64, n int) {
	c := a.config
	kernel.Adam(params, gradient, a.first, a.second, kernel.AdamStep{
		LearningRate: rate,
		Beta1:        c.Beta1,
		Beta2:        c.Beta2,
		Epsilon:      c.Epsilon,
		Decay:        c.WeightDecay,
		Decoupled:    c.Optimizer == "adamw",
		Correction1:  1 - math.Pow(c.Beta1, float64(n)),
		Correction2:  1 - math.Pow(c.Beta2, float64(n)),
	})
}

func (a *adam) memory() [][]float32 { return [][]float32{a.first, a.second} }

// clip scales a gradient longer than limit down to it, as torch.nn.utils.clip_grad_norm_ (Pascanu et al. 2013,
// arXiv:1211.5063).
func clip(gradient []float32, limit float64) {
	norm := math.Sqrt(kernel.SumSquares(gradient))
	if scale := limit / (norm + 1e-6); scale < 1 {
		kernel.Scale(gradient, float32(scale))
	}
}
