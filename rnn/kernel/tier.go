package kernel

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// tierVariable is the environment variable that overrides the choice of tier.
const tierVariable = "SWEEP_KERNEL"

// implementation is one tier: every kernel once. Arguments have been checked,
// and matrices and the vectors of matrix kernels are not empty.
type implementation struct {
	name      string
	supported bool // by this CPU

	gemvT  func(y, a []float32, lda int, x []float32, up bool)
	gemv   func(y, a []float32, lda int, x []float32, up bool)
	rankK  func(a []float32, lda, rows, cols int, x []float32, ldx int, y []float32, ldy, k int)
	gemm   func(c []float32, ldc int, a []float32, lda int, b []float32, ldb int, m, n, k int, up bool)
	gemmNT func(c []float32, ldc int, a []float32, lda int, b []float32, ldb int, m, n, k int)

	axpy       func(y []float32, alpha float32, x []float32)
	add        func(dst, a, b []float32)
	scale      func(x []float32, alpha float32)
	sumSquares func(x []float32) float64

	tanh, sigmoid, relu             func(dst, x []float32)
	tanhGrad, sigmoidGrad, reluGrad func(dx, dy, y []float32)

	maximum func(x []float32) float32               // the largest but NaN
	sumExp  func(x []float32, m float32) float32    // Σ exp(x−m), for x ≤ m
	exp     func(dst, x []float32)                  // exp(x), for x ≤ 0
	shift   func(dst, x []float32, m, norm float32) // (x−m) − norm

	gru      func(next, gates, input, hidden, prev []float32)
	gruGrad  func(dinput, dhidden, dprev, dnext, gates, hidden, prev []float32)
	lstm     func(next, cell, squashed, gates, pre, prev []float32)
	lstmGrad func(dpre, dprev, dnext, dcell, gates, squashed, prev []float32)

	sgd                func(w, g []float32, lr, decay float32)
	momentum, nesterov func(w, g, v []float32, lr, decay, mu float32)
	adam               func(w, g, m, v []float32, keep, decay, rate1, beta2, rate2, unbias, epsilon, step float32)
}

// active is the tier this process uses.
var active, errTier = choose(os.Getenv(tierVariable), tiers())

// Tier names the implementation this process uses: "avx512", "avx2" or
// "generic".
func Tier() string { return active.name }

// Check reports whether the tier asked for in the environment variable
// SWEEP_KERNEL exists and this CPU can run it. If not, the process runs on the
// tier it would have chosen by itself.
func Check() error { return errTier }

// choose returns the tier called name, or the first supported one if name is
// empty or cannot be had. Tiers are ordered, the best first.
func choose(name string, tiers []implementation) (implementation, error) {
	var names []string
	for _, t := range tiers {
		if t.supported {
			names = append(names, t.name)
		}
	}
	best := slices.IndexFunc(tiers, func(t implementation) bool { return t.supported })
	if name == "" {
		return tiers[best], nil
	}
	if i := slices.IndexFunc(tiers, func(t implementation) bool { return t.supported && t.name == name }); i >= 0 {
		return tiers[i], nil
	}
	return tiers[best], fmt.Errorf("%s=%q: this machine has no such kernel; set it to %s, or unset it",
		tierVariable, name, strings.Join(names, " or "))
}
