package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// eachTier runs a test on every implementation that this machine has.
func eachTier(t *testing.T, test func(*testing.T, implementation)) {
	t.Helper()
	for _, tier := range tiers() {
		if !tier.supported {
			t.Logf("%s: not on this machine", tier.name)
			continue
		}
		t.Run(tier.name, func(t *testing.T) {
			t.Parallel()
			test(t, tier)
		})
	}
}

// source returns the random numbers of one test; the same in every run.
func source(t testing.TB) *rand.Rand {
	var seed [32]byte
	copy(seed[:], t.Name())
	return rand.New(rand.NewChaCha8(seed))
}

// numbers returns n values with some variety of magnitude. They start anywhere
// in a block that is poisoned on both sides.
func numbers(rng *rand.Rand, n int) []float32 {
	const margin = 16
	block := make([]float32, n+2*margin)
	for i := range block {
		block[i] = poison
	}
	start := rng.IntN(margin)
	s := block[start : start+n : start+n]
	for i := range s {
		s[i] = float32(rng.NormFloat64() * math.Exp(rng.NormFloat64()))
	}
	return s
}

// poison is what a kernel must neither use nor overwrite.
var poison = float32(math.NaN())

// peculiar puts zeros, infinities, NaN, and extreme values into some of s.
func peculiar(rng *rand.Rand, s []float32) []float32 {
	odd := []float32{
		0, float32(math.Copysign(0, -1)), 1, -1, float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.NaN()),
		math.SmallestNonzeroFloat32, -1e-40, 1e-38, math.MaxFloat32, -math.MaxFloat32, 88.7, -88.7, -103.9, -104.1, 9.01, 1e-20,
	}
	for i := range s {
		if rng.IntN(4) == 0 {
			s[i] = odd[rng.IntN(len(odd))]
		}
	}
	return s
}

// clone returns a copy of s inside a poisoned block.
func clone(rng *rand.Rand, s []float32) []float32 {
	c := numbers(rng, len(s))
	copy(c, s)
	return c
}

// sameBits reports where two results differ, taking any NaN for any other.
func sameBits(got, want []float32) error {
	if len(got) != len(want) {
		return fmt.Errorf("%d elements, want %d", len(got), len(want))
	}
	for i := range got {
		if math.Float32bits(got[i]) != math.Float32bits(want[i]) && (got[i] == got[i] || want[i] == want[i]) {
			return fmt.Errorf("element %d of %d is %g (%#x), want %g (%#x)", i, len(got),
				got[i], math.Float32bits(got[i]), want[i], math.Float32bits(want[i]))
		}
	}
	return nil
}
