package kernel

import "math"

// Constants of the exponential: exp(x) = 2ⁿ·exp(r), n = round(x/ln 2),
// r = x − n·ln 2, |r| ≤ ln(2)/2 (Cody and Waite 1980).
const (
	log2E = float32(math.Log2E)
	// ln 2 in two parts; the first has zeros at its end, so n·ln2High is exact.
	ln2High = float32(0x1.62e4p-1)
	ln2Low  = float32(math.Ln2 - 0x1.62e4p-1)
	// rounder moves the bits below the point out of a float32, |x| < 2²².
	rounder = float32(3 << 22)
	// expLeast is below the logarithm of half the least float32.
	expLeast = float32(-104)
	// tanhMost is where tanh has become 1 in float32.
	tanhMost = float32(10)
)

// taylor is 1/2!, 1/3!, … 1/7!: exp(r) − 1 − r over r², which leaves less than
// 2⁻²⁵ of exp(r) − 1 for |r| ≤ ln(2)/2.
var taylor = [...]float32{1. / 2, 1. / 6, 1. / 24, 1. / 120, 1. / 720, 1. / 5040}

// reduce returns exp(r) − 1 and n for x = n·ln 2 + r.
func reduce(x float32) (expm1 float32, n int32) {
	z := fma(x, log2E, rounder)
	whole := z - rounder
	r := fma(whole, -ln2High, x)
	r = fma(whole, -ln2Low, r)
	p := taylor[len(taylor)-1]
	for i := len(taylor) - 2; i >= 0; i-- {
		p = fma(p, r, taylor[i])
	}
	return fma(float32(r*r), p, r), int32(math.Float32bits(z)) - int32(math.Float32bits(rounder))
}

// power returns 2ⁿ for −126 ≤ n ≤ 127.
func power(n int32) float32 { return math.Float32frombits(uint32(n+127) << 23) }

// exp returns exp(x) for x ≤ 0. 2ⁿ is applied in two factors because it may be
// subnormal.
func exp(x float32) float32 {
	if x < expLeast {
		x = expLeast
	}
	expm1, n := reduce(x)
	half := n >> 1
	return float32((1 + expm1) * power(half) * power(n-half))
}

// tanh returns (e−1)/(e+1) with e = exp(2|x|), and the sign of x. e−1 is kept
// as one number, so that nothing cancels near zero.
func tanh(x float32) float32 {
	magnitude := math.Float32frombits(math.Float32bits(x) &^ signBit)
	if tanhMost < magnitude {
		magnitude = tanhMost
	}
	expm1, n := reduce(magnitude + magnitude)
	scale := power(n)
	e := fma(scale, expm1, scale-1)
	y := e / (e + 2)
	return math.Float32frombits(math.Float32bits(y) | math.Float32bits(x)&signBit)
}

const signBit = 1 << 31

// sigmoid returns 1/(1+e) or e/(1+e) with e = exp(−|x|), by the sign of x: e
// cannot overflow, and small results keep their digits.
func sigmoid(x float32) float32 {
	e := exp(math.Float32frombits(math.Float32bits(x) | signBit))
	above := float32(1)
	if math.Float32bits(x)&signBit != 0 {
		above = e
	}
	return above / (1 + e)
}

func tanhGeneric(dst, x []float32) {
	for i, v := range x {
		dst[i] = tanh(v)
	}
}

func sigmoidGeneric(dst, x []float32) {
	for i, v := range x {
		dst[i] = sigmoid(v)
	}
}

func reluGeneric(dst, x []float32) {
	for i, v := range x {
		if 0 > v {
			v = 0
		}
		dst[i] = v
	}
}

func tanhGradGeneric(dx, dy, y []float32) {
	for i, v := range y {
		dx[i] = dy[i] * fma(-v, v, 1)
	}
}

func sigmoidGradGeneric(dx, dy, y []float32) {
	for i, v := range y {
		dx[i] = dy[i] * fma(-v, v, v)
	}
}

func reluGradGeneric(dx, dy, y []float32) {
	for i, v := range y {
		d := dy[i]
		if v <= 0 {
			d = 0
		}
		dx[i] = d
	}
}

func maximumGeneric(x []float32) float32 {
	most := float32(math.Inf(-1))
	for _, v := range x {
		if v > most {
			most = v
		}
	}
	return most + 0 // −0 becomes +0: which zero came first does not matter
}

func sumExpGeneric(x []float32, m float32) float32 {
	var sums [lanes]float32
	for i, v := range x {
		sums[i%lanes] += exp(v - m)
	}
	return halve(sums[:])
}

func expGeneric(dst, x []float32) {
	for i, v := range x {
		dst[i] = exp(v)
	}
}

func shiftGeneric(dst, x []float32, m, norm float32) {
	for i, v := range x {
		dst[i] = (v - m) - norm
	}
}
