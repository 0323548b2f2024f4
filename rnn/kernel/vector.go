package kernel

// Axpy adds a multiple of a vector: y[i] += alpha·x[i], by fused multiply-add.
// It panics if the lengths differ.
func Axpy(y []float32, alpha float32, x []float32) {
	checkLength(y, x)
	active.axpy(y, alpha, x)
}

// Add writes a sum: dst[i] = a[i] + b[i]. It panics if the lengths differ.
func Add(dst, a, b []float32) {
	checkLength(dst, a)
	checkLength(dst, b)
	active.add(dst, a, b)
}

// Scale multiplies in place: x[i] *= alpha.
func Scale(x []float32, alpha float32) {
	active.scale(x, alpha)
}

// SumSquares returns Σ x[i]², the squared norm that gradient clipping needs.
// It is taken in float64, where the square of a float32 is exact and cannot
// overflow. Lane j of 32 accumulates i = j, j+32, …; lanes are halved as in
// [Gemv].
func SumSquares(x []float32) float64 {
	return active.sumSquares(x)
}
