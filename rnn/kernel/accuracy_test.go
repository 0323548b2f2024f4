package kernel

import (
	"math"
	"math/big"
	"testing"
)

// ulps returns how far got is from want, in units in the last place of a
// float32 at want.
func ulps(got float32, want float64) float64 {
	if math.IsInf(want, 0) || want != want {
		if float64(got) == want || got != got && want != want {
			return 0
		}
		return math.Inf(1)
	}
	_, exponent := math.Frexp(want)
	unit := math.Ldexp(1, max(exponent-24, -149))
	return math.Abs(float64(got)-want) / unit
}

// sweepFloats visits every float32 whose bits are a multiple of step, and NaN
// and the infinities.
func sweepFloats(step uint32, visit func(float32)) {
	for bits := uint64(0); bits < 1<<32; bits += uint64(step) {
		visit(math.Float32frombits(uint32(bits)))
	}
	for _, x := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), math.Copysign(0, -1)} {
		visit(float32(x))
	}
}

// The transcendental functions keep what their documentation promises over all
// of float32. Every other tier equals the twin by TestVectorKernelsEqualTwin.
func TestFunctionsAreAccurate(t *testing.T) {
	t.Parallel()
	for _, f := range []struct {
		name  string
		got   func(float32) float32
		want  func(float64) float64
		limit float64
	}{
		{"tanh", tanh, math.Tanh, 2.5},
		{"sigmoid", sigmoid, func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }, 2.5},
		{"exp", func(x float32) float32 { return exp(-abs(x)) }, func(x float64) float64 { return math.Exp(-math.Abs(x)) }, 1},
		{"log", func(x float32) float32 { return log(1 + abs(x)) }, func(x float64) float64 { return math.Log(float64(1 + abs(float32(x)))) }, 0.51},
	} {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			worst, where := 0.0, float32(0)
			sweepFloats(4_001, func(x float32) {
				if e := ulps(f.got(x), f.want(float64(x))); e > worst {
					worst, where = e, x
				}
			})
			t.Logf("%.3f ulp at %g", worst, where)
			if worst > f.limit {
				t.Errorf("%s(%g) = %g is off by %.2f ulp, want %.2f at most", f.name, where, f.got(where), worst, f.limit)
			}
		})
	}
}

func abs(x float32) float32 { return float32(math.Abs(float64(x))) }

// Where the result is known exactly, it is exact.
func TestFunctionsAtTheirLimits(t *testing.T) {
	t.Parallel()
	zero, infinity := float32(0), float32(math.Inf(1))
	minus := float32(math.Copysign(0, -1))
	eachTier(t, func(t *testing.T, tier implementation) {
		for _, c := range []struct {
			name    string
			f       func(dst, x []float32)
			x, want []float32
		}{
			{"tanh", tier.tanh, []float32{zero, minus, infinity, -infinity, 20, -20, 1e-30, -1e-45}, []float32{zero, minus, 1, -1, 1, -1, 1e-30, -1e-45}},
			{"sigmoid", tier.sigmoid, []float32{zero, minus, infinity, -infinity, 20, -200}, []float32{0.5, 0.5, 1, 0, 1, 0}},
			{"relu", tier.relu, []float32{zero, minus, infinity, -infinity, 3, -3}, []float32{zero, minus, infinity, 0, 3, 0}},
			{"exp", tier.exp, []float32{zero, minus, -infinity, -200}, []float32{1, 1, 0, 0}},
		} {
			got := make([]float32, len(c.x))
			c.f(got, c.x)
			if err := sameBits(got, c.want); err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
		}
	})
}

// The largest of zeros is +0 in whatever order they come, and NaN is passed
// over.
func TestMaximum(t *testing.T) {
	t.Parallel()
	minus, nan := float32(math.Copysign(0, -1)), float32(math.NaN())
	eachTier(t, func(t *testing.T, tier implementation) {
		for _, c := range []struct {
			x    []float32
			want float32
		}{
			{[]float32{minus}, 0},
			{[]float32{minus, 0, -1}, 0},
			{[]float32{0, minus, -1}, 0},
			{[]float32{-3, nan, -2}, -2},
			{[]float32{-1, -2, -3, -4, -5, -6, -7, -8, -9, -10, -11, -12, -13, -14, -15, -16, -17, -0.5}, -0.5},
		} {
			if err := sameBits([]float32{tier.maximum(c.x)}, []float32{c.want}); err != nil {
				t.Errorf("%v: %v", c.x, err)
			}
		}
	})
}

// fma and the loops that have it written out are held to arithmetic without
// rounding, on operands that meet the cases where rounding twice goes wrong.
func TestFMARoundsOnce(t *testing.T) {
	t.Parallel()
	rng := source(t)
	halfway := func(scale int) (a, b, c float32) {
		// a·b is half a unit in the last place of c, give or take the last bits.
		a = float32(math.Ldexp(1, scale)) * (1 + float32(rng.IntN(3)-1)*0x1p-23)
		b = float32(math.Ldexp(1, -24)) * (1 + float32(rng.IntN(3)-1)*0x1p-23)
		return a, b, float32(math.Ldexp(1+float64(rng.IntN(1<<23))*0x1p-23, scale))
	}
	for i := range 200_000 {
		a, b, c := math.Float32frombits(rng.Uint32()), math.Float32frombits(rng.Uint32()), math.Float32frombits(rng.Uint32())
		switch i % 3 {
		case 1:
			a, b, c = halfway(rng.IntN(100) - 50)
		case 2: // subnormal results
			a, b, c = halfway(-126 - rng.IntN(20))
		}
		want := fmaReference(a, b, c)
		y, sums := []float32{c}, [lanes]float32{c}
		axpyGeneric(y, a, []float32{b})
		x := [2][lanes]float32{{a}, {b}}
		multiplyAdd(&sums, x[0][:], x[1][:])
		for _, got := range []float32{fma(a, b, c), y[0], sums[0]} {
			if math.Float32bits(got) != math.Float32bits(want) && got == got {
				t.Fatalf("fma(%g, %g, %g) = %g, want %g", a, b, c, got, want)
			}
		}
	}
}

// fmaReference is fma in arithmetic of unbounded precision.
func fmaReference(a, b, c float32) float32 {
	for _, x := range []float32{a, b, c} {
		if x != x || x-x != 0 {
			return a*b + c // not finite: nothing to round
		}
	}
	sum := new(big.Float).SetPrec(700).SetFloat64(float64(a) * float64(b))
	sum.Add(sum, big.NewFloat(float64(c)))
	if sum.Sign() == 0 {
		return a*b + c // which zero it is
	}
	result, _ := sum.Float32()
	return result
}
