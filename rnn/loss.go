package rnn

import (
	"math"

	"sweep/rnn/kernel"
)

// criterion is the loss a network is trained on: cross-entropy, smoothed and weighted if the configuration says so.
type criterion struct {
	smoothing float32   // share ε of the target that is spread over all classes
	weights   []float32 // [K] a factor a class, nil for 1
	prior     []float32 // [K] added to the logits, nil for 0
	adjusted  []float32 // [K] logits with it
	logp      []float32 // [K]
}

// newCriterion returns the loss that c asks for, on a training split with so many names of each class.
func newCriterion(c Config, counts []int) criterion {
	return criterion{
		smoothing: float32(c.LabelSmoothing),
		weights:   classWeights(c.ClassWeights, counts),
		prior:     classPrior(c.LogitAdjustment, counts),
		adjusted:  make([]float32, len(counts)),
		logp:      make([]float32, len(counts)),
	}
}

// classPrior returns τ·log(n_c/N) for each class. A network trained with it added to its logits has to explain without it
// only what the commonness of classes does not, which minimises the balanced error (Menon et al. 2021, arXiv:2007.07314).
// A class without names gets nothing.
func classPrior(tau float64, counts []int) []float32 {
	if tau == 0 {
		return nil
	}
	names := 0
	for _, n := range counts {
		names += n
	}
	prior := make([]float32, len(counts))
	for class, n := range counts {
		if n > 0 {
			prior[class] = float32(tau * math.Log(float64(n)/float64(names)))
		}
	}
	return prior
}

// adjust returns logits with the prior added.
func (c *criterion) adjust(logits []float32) []float32 {
	if c.prior == nil {
		return logits
	}
	kernel.Add(c.adjusted, logits, c.prior)
	return c.adjusted
}

// classWeights returns the weight of each class: in proportion to n_c^-1 ("balanced") or n_c^-½ ("sqrt"), scaled so that
// the mean over the names of the split is 1. A class without names weighs nothing.
func classWeights(kind string, counts []int) []float32 {
	power, known := map[string]float64{"balanced": -1, "sqrt": -0.5}[kind]
	if !known {
		return nil
	}
	names, total := 0, 0.0
	for _, n := range counts {
		if n > 0 {
			names += n
			total += float64(n) * math.Pow(float64(n), power)
		}
	}
	weights := make([]float32, len(counts))
	for class, n := range counts {
		if n > 0 {
			weights[class] = float32(math.Pow(float64(n), power) * float64(names) / total)
		}
	}
	return weights
}

// loss returns the mean loss of the pass's batch, before any update, and fills dlogits with its gradient times scale.
//
// The mean divides by the number of names, also where classes are weighted: torch.nn.CrossEntropyLoss divides by the
// sum of weights there, which at batches of one would take the weights out again.
func (c *criterion) loss(p *pass, scale float64) float64 {
	k, n := p.shape.logits, p.batch.size()
	grow(&p.dlogits, n*k)
	classes := p.shape.classes
	total := 0.0
	for slot, class := range p.batch.classes {
		dlogits := rows(p.dlogits, slot, slot+1, k)
		clear(dlogits[classes:])
		weight := 1.0
		if c.weights != nil {
			weight = float64(c.weights[class])
		}
		total += weight * c.one(dlogits[:classes], c.adjust(p.logits[slot*k:slot*k+classes]), class)
		kernel.Scale(dlogits, float32(weight*scale/float64(n)))
	}
	return total / float64(n)
}

// one returns the loss of one name and writes its gradient. Against the target (1−ε)·[i = class] + ε/K the loss is
// −Σ target·log p, its gradient p − target (Szegedy et al. 2016, arXiv:1512.00567).
func (c *criterion) one(dlogits, logits []float32, class int) float64 {
	if c.smoothing == 0 {
		return float64(kernel.CrossEntropy(dlogits, logits, class))
	}
	kernel.LogSoftmax(c.logp, logits)
	mean := 0.0
	for _, v := range c.logp {
		mean -= float64(v) / float64(len(logits))
	}
	loss := float64(kernel.CrossEntropy(dlogits, logits, class))
	for i := range dlogits {
		dlogits[i] -= c.smoothing / float32(len(logits))
	}
	dlogits[class] += c.smoothing
	return float64(1-c.smoothing)*loss + float64(c.smoothing)*mean
}
