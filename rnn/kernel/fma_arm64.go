package kernel

// The compiler makes one instruction of a float32 product and sum here, which
// rounds once. A test holds it to that.

// fma returns a·b + c rounded once to float32.
func fma(a, b, c float32) float32 { return a*b + c }

// multiplyAdd adds a·b to the lanes of sums.
func multiplyAdd(sums *[lanes]float32, a, b []float32) {
	a, b = a[:lanes], b[:lanes]
	for j := range sums {
		sums[j] += a[j] * b[j]
	}
}

func axpyGeneric(y []float32, alpha float32, x []float32) {
	y = y[:len(x)]
	for i, v := range x {
		y[i] += alpha * v
	}
}
