//go:build !arm64

package kernel

import "math"

// fma returns a·b + c rounded once to float32.
//
// The product of two float32 is exact in float64, so only the sum rounds before
// the result does, and only rarely can the two roundings differ from one.
func fma(a, b, c float32) float32 {
	sum := float64(a)*float64(b) + float64(c)
	if maybeHalfway(sum) {
		return fmaExact(a, b, c)
	}
	return float32(sum)
}

// maybeHalfway reports whether a sum may have been rounded to a point half way
// between two float32, from where it may be rounded wrongly again. The last 28
// bits are zero there, whether the float32 are normal or not.
func maybeHalfway(sum float64) bool { return math.Float64bits(sum)<<36 == 0 }

// fmaExact is fma by rounding the float64 sum to odd first (Boldo and
// Melquiond 2008, "Emulation of a FMA and correctly rounded sums"): a sum that
// is not exact is never half way between two float32.
func fmaExact(a, b, c float32) float32 {
	product, addend := float64(a)*float64(b), float64(c)
	sum := product + addend
	virtual := sum - product
	lost := (product - (sum - virtual)) + (addend - virtual)
	if lost == 0 || math.IsInf(sum, 0) || sum != sum || math.Float64bits(sum)&1 == 1 {
		return float32(sum)
	}
	return float32(math.Nextafter(sum, math.Copysign(math.Inf(1), lost)))
}

// multiplyAdd adds a·b to the lanes of sums. It has fma written out, which is
// too long for the compiler to do.
func multiplyAdd(sums *[lanes]float32, a, b []float32) {
	for j := range sums {
		sum := float64(a[j])*float64(b[j]) + float64(sums[j])
		if maybeHalfway(sum) {
			sums[j] = fmaExact(a[j], b[j], sums[j])
			continue
		}
		sums[j] = float32(sum)
	}
}

// axpyGeneric has fma written out, as multiplyAdd has.
func axpyGeneric(y []float32, alpha float32, x []float32) {
	y = y[:len(x)]
	for i, v := range x {
		sum := float64(alpha)*float64(v) + float64(y[i])
		if maybeHalfway(sum) {
			y[i] = fmaExact(alpha, v, y[i])
			continue
		}
		y[i] = float32(sum)
	}
}
