package kernel

import "math"

// SGD takes a step of stochastic gradient descent with L2 weight decay, as
// torch.optim.SGD without momentum:
//
//	w −= lr·(g + decay·w)
//
// It panics if the lengths differ.
func SGD(w, g []float32, lr, decay float32) {
	checkLength(w, g)
	if decay == 0 {
		active.axpy(w, -lr, g)
		return
	}
	active.sgd(w, g, lr, decay)
}

// Momentum takes a step of stochastic gradient descent with momentum, as
// torch.optim.SGD without dampening:
//
//	d = g + decay·w
//	v = mu·v + d
//	w −= lr·v             or, with Nesterov's momentum, lr·(d + mu·v)
//
// v starts as zeros. It panics if the lengths differ.
func Momentum(w, g, v []float32, lr, decay, mu float32, nesterov bool) {
	checkLength(w, g)
	checkLength(w, v)
	if nesterov {
		active.nesterov(w, g, v, lr, decay, mu)
		return
	}
	active.momentum(w, g, v, lr, decay, mu)
}

// AdamStep is what one step of Adam needs beside the vectors. The zero value of
// Decay means none.
type AdamStep struct {
	LearningRate float64
	Beta1, Beta2 float64 // decay of the first and second moment
	Epsilon      float64
	Decay        float64 // weight decay
	Decoupled    bool    // weight decay as in AdamW instead of in the gradient
	Correction1  float64 // bias corrections, 1 − Beta1ᵗ and 1 − Beta2ᵗ at the
	Correction2  float64 // t-th step, t = 1, 2, …
}

// Adam takes a step of Adam (Kingma and Ba 2015, arXiv:1412.6980), or of AdamW
// (Loshchilov and Hutter 2019, arXiv:1711.05101) if s.Decoupled, as
// torch.optim.Adam and AdamW take it:
//
//	g' = g + decay·w                       w = (1 − lr·decay)·w  if decoupled
//	m  = m + (1−β₁)·(g' − m)
//	v  = β₂·v + (1−β₂)·g'²
//	w −= lr/c₁ · m / (√v/√c₂ + ε)
//
// m and v start as zeros. It panics if the lengths differ.
func Adam(w, g, m, v []float32, s AdamStep) {
	checkLength(w, g)
	checkLength(w, m)
	checkLength(w, v)
	keep, decay := 1.0, s.Decay
	if s.Decoupled {
		keep, decay = 1-s.LearningRate*s.Decay, 0
	}
	active.adam(w, g, m, v,
		float32(keep), float32(decay),
		float32(1-s.Beta1), float32(s.Beta2), float32(1-s.Beta2),
		float32(1/math.Sqrt(s.Correction2)), float32(s.Epsilon),
		float32(s.LearningRate/s.Correction1))
}
