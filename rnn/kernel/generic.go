package kernel

import "math"

// generic is plain Go: what runs where there is no assembly, and the twin that
// the assembly is tested against, bit for bit.
var generic = implementation{
	name: "generic", supported: true,
	gemvT: gemvTGeneric, gemv: gemvGeneric, rankK: rankKGeneric, gemm: gemmGeneric, gemmNT: gemmNTGeneric,
	axpy: axpyGeneric, add: addGeneric, scale: scaleGeneric, sumSquares: sumSquaresGeneric,
	tanh: tanhGeneric, sigmoid: sigmoidGeneric, relu: reluGeneric,
	tanhGrad: tanhGradGeneric, sigmoidGrad: sigmoidGradGeneric, reluGrad: reluGradGeneric,
	maximum: maximumGeneric, sumExp: sumExpGeneric, exp: expGeneric, shift: shiftGeneric,
	gru: gruGeneric, gruGrad: gruGradGeneric, lstm: lstmGeneric, lstmGrad: lstmGradGeneric,
	sgd: sgdGeneric, momentum: momentumGeneric, nesterov: nesterovGeneric, adam: adamGeneric,
}

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
