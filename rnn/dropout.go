package rnn

import "math/rand/v2"

// dropout sets features to zero with some probability while training, and scales the others up so that the mean
// stays (Srivastava et al. 2014), as torch.nn.Dropout does. Without a generator it does nothing.
type dropout struct {
	probability float64
	rng         *rand.Rand
}

func (d dropout) idle() bool { return d.rng == nil || d.probability == 0 }

// drops decides over one thing.
func (d dropout) drops() bool { return uint64(d.rng.Uint32()) < uint64(d.probability*(1<<32)) }

// apply draws a mask for features of D·H a row and multiplies by it. The padding gets no draws, so that the numbers do
// not depend on it.
func (d dropout) apply(features []float32, mask *[]float32, s shape) {
	if d.idle() {
		return
	}
	m := grow(mask, len(features))
	keep := float32(1 / (1 - d.probability))
	threshold := uint64(d.probability * (1 << 32))
	for block := 0; block < len(m); block += s.width {
		for i := block; i < block+s.hidden; i++ {
			m[i] = 0
			if uint64(d.rng.Uint32()) >= threshold {
				m[i] = keep
			}
		}
	}
	multiplyElements(features, m)
}

// back sends a gradient through the mask that apply drew.
func (d dropout) back(gradient, mask []float32) {
	if !d.idle() {
		multiplyElements(gradient, mask)
	}
}

func multiplyElements(x, by []float32) {
	by = by[:len(x)]
	for i := range x {
		x[i] *= by[i]
	}
}
