package rnn

import (
	"math"
	"math/rand/v2"

	"sweep/rnn/kernel"
)

// ensemble is one goroutine's room for running the networks of a model over the same names, one after the other. They
// learn apart, from initial weights and with dropout of their own, and answer together: what each alone knows by heart
// goes down in the mean of what they think probable (Lakshminarayanan et al. 2017, arXiv:1612.01474).
type ensemble struct {
	pass    *pass
	weights []*weights // of each network
	answers []float32  // [B, K] log-probabilities
	logp    []float32  // [K] of one network
}

// newEnsemble returns an ensemble over the networks c describes. It drops units, as training does, if rng is not nil.
func newEnsemble(c Config, s shape, w []*weights, rng *rand.Rand) *ensemble {
	return &ensemble{pass: newPass(c, s, w[0], rng), weights: w, logp: make([]float32, s.classes)}
}

// batch is where the names to run over are put; once they were, it has the slots of the answers.
func (e *ensemble) batch() *batch { return &e.pass.batch }

// learn adds scale times the gradient of each network's own loss to that network's dw, and returns the mean loss.
func (e *ensemble) learn(c *criterion, scale float64, dw []*weights) float64 {
	sum := 0.0
	for i := range e.weights {
		sum += e.learnOne(i, c, scale, dw[i])
	}
	return sum / float64(len(e.weights))
}

func (e *ensemble) learnOne(i int, c *criterion, scale float64, dw *weights) float64 {
	e.forward(i)
	loss := c.loss(e.pass, scale)
	e.pass.backward()
	e.pass.accumulate(dw)
	return loss
}

// forward runs one network over the names.
func (e *ensemble) forward(i int) {
	e.pass.weights = e.weights[i]
	e.pass.forward()
}

// ask runs every network over the names, for [ensemble.answer] to tell.
func (e *ensemble) ask() {
	k := len(e.logp)
	grow(&e.answers, e.batch().size()*k)
	for i := range e.weights {
		e.forward(i)
		for slot := range e.batch().size() {
			kernel.LogSoftmax(e.logp, e.pass.logits[slot*e.pass.shape.logits:][:k])
			join(e.answer(slot), e.logp, i)
		}
	}
}

// answer is the logarithm of the mean of the networks' probabilities for the name in a slot, [K].
func (e *ensemble) answer(slot int) []float32 {
	k := len(e.logp)
	return rows(e.answers, slot, slot+1, k)
}

// join takes into mean, the logarithm of the mean of n networks' probabilities, those of one more.
func join(mean, logp []float32, n int) {
	if n == 0 {
		copy(mean, logp)
		return
	}
	before, next := math.Log(float64(n)/float64(n+1)), -math.Log(float64(n+1))
	for class, v := range logp {
		mean[class] = logAddExp(float64(mean[class])+before, float64(v)+next)
	}
}

// logAddExp returns log(exp(a) + exp(b)), also for what exp would take to 0.
func logAddExp(a, b float64) float32 {
	return float32(max(a, b) + math.Log1p(math.Exp(-math.Abs(a-b))))
}
