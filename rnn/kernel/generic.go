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
// the result does. Rounding twice differs from rounding once only where the
// first lands half way between two float32, or, among subnormal results, where
// fewer bits are kept: both are rare and are left to fmaExact.
func fma(a, b, c float32) float32 {
	sum := float64(a)*float64(b) + float64(c)
	if bits := math.Float64bits(sum); bits&(1<<29-1) == 1<<28 || bits<<1 < smallestNormal {
		return fmaExact(a, b, c)
	}
	return float32(sum)
}

// smallestNormal is the exponent of the least normal float32, 2⁻¹²⁶, where
// float64 has it, without the sign.
const smallestNormal = (1023 - 126) << 53

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
