package rnn

import (
	"math"
	"math/rand/v2"

	"sweep/rnn/kernel"
)

// ensemble is one goroutine's room for running the networks of a model over the same names. They learn apart from each
// other, from initial weights and with dropout of their own, and answer together: what each alone knows by heart goes
// down in the mean of what they think probable (Lakshminarayanan et al. 2017, arXiv:1612.01474).
type ensemble struct {
	passes []*pass
	logp   []float32 // [K] of one network
}

// newEnsemble returns an ensemble over the networks c describes. It drops units, as training does, if rng is not nil.
func newEnsemble(c Config, s shape, w []*weights, rng *rand.Rand) *ensemble {
	e := &ensemble{logp: make([]float32, s.classes)}
	for i := range w {
		e.passes = append(e.passes, newPass(c, s, w[i], rng))
	}
	return e
}

// batch is where the names to run over are put, and in the order of whose slots the answers come.
func (e *ensemble) batch() *batch { return &e.passes[0].batch }

// forward runs every network over the names of the batch.
func (e *ensemble) forward() {
	for _, p := range e.passes[1:] {
		p.batch.copy(e.batch())
	}
	for _, p := range e.passes {
		p.forward()
	}
}

// backward adds scale times the gradient of each network's own loss to that network's dw, and returns the mean loss.
func (e *ensemble) backward(c *criterion, scale float64, dw []*weights) float64 {
	sum := 0.0
	for i, p := range e.passes {
		sum += c.loss(p, scale)
		p.backward()
		p.accumulate(dw[i])
	}
	return sum / float64(len(e.passes))
}

// answer writes the logarithm of the mean of the networks' probabilities for the name in a slot to logp, [K].
func (e *ensemble) answer(logp []float32, slot int) {
	e.passes[0].logProbabilities(logp, slot)
	if len(e.passes) == 1 {
		return
	}
	for _, p := range e.passes[1:] {
		p.logProbabilities(e.logp, slot)
		for class, v := range e.logp {
			logp[class] = logAddExp(logp[class], v)
		}
	}
	for class := range logp {
		logp[class] -= float32(math.Log(float64(len(e.passes))))
	}
}

// logAddExp returns log(exp(a) + exp(b)) for numbers that exp would take to 0.
func logAddExp(a, b float32) float32 {
	low, high := float64(min(a, b)), float64(max(a, b))
	return float32(high + math.Log1p(math.Exp(low-high)))
}

// logProbabilities writes log-probabilities of the name in a slot, [K].
func (p *pass) logProbabilities(logp []float32, slot int) {
	kernel.LogSoftmax(logp, p.logits[slot*p.shape.logits:][:p.shape.classes])
}
