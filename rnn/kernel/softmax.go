package kernel

import "math"

// LogSoftmax writes the logarithms of the class probabilities:
//
//	dst[i] = x[i] − m − log Σ_j exp(x[j] − m),   m = max x
//
// The sum is taken in 16 lanes as in [Gemv]. A NaN or +Inf among the logits
// makes every result NaN, as in PyTorch; −Inf is a class of probability 0.
// It panics if the lengths differ; dst may be x.
func LogSoftmax(dst, x []float32) {
	checkLength(dst, x)
	active.logSoftmax(dst, x)
}

func (t *implementation) logSoftmax(dst, x []float32) {
	if len(x) == 0 {
		return
	}
	m := t.maximum(x)
	t.shift(dst, x, m, log(t.sumExp(x, m)))
}

// CrossEntropy returns the loss −log p[class] of the logits and writes its
// gradient, dlogits[i] = p[i] − (1 if i is class), where p is the softmax of
// logits. It panics if the lengths differ or there is no such class; dlogits
// may be logits.
func CrossEntropy(dlogits, logits []float32, class int) float32 {
	if uint(class) >= uint(len(logits)) {
		panic(badClass)
	}
	checkLength(dlogits, logits)
	return active.crossEntropy(dlogits, logits, class)
}

func (t *implementation) crossEntropy(dlogits, logits []float32, class int) float32 {
	t.logSoftmax(dlogits, logits)
	loss := -dlogits[class]
	t.exp(dlogits, dlogits)
	dlogits[class]--
	return loss
}

// log returns the natural logarithm of a sum of exponentials, s ≥ 1 or NaN. It
// is written out, with every rounding explicit, because math.Log may differ in
// its last bit from one architecture to another.
func log(s float32) float32 {
	if s != s || s > math.MaxFloat32 {
		return s
	}
	fraction, exponent := math.Frexp(float64(s))
	if fraction < math.Sqrt2/2 {
		fraction *= 2
		exponent--
	}
	// log f = 2·atanh z with |z| < 0.172: eight terms leave less than 1e-14.
	z := (fraction - 1) / (fraction + 1)
	square := float64(z * z)
	series := 0.0
	for n := 15; n >= 1; n -= 2 {
		series = float64(series*square) + 1/float64(n)
	}
	return float32(float64(2*z*series) + float64(float64(exponent)*math.Ln2))
}
