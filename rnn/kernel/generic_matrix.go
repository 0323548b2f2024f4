package kernel

// lanes is the number of partial sums of a reduction, the float32 of a 512-bit
// vector.
const lanes = 16

func gemvTGeneric(y, a []float32, lda int, x []float32, up bool) {
	if len(y) <= narrow {
		gemvTNarrow(y, a, lda, x)
		return
	}
	for i := range x {
		r := i
		if up {
			r = len(x) - 1 - i
		}
		axpyGeneric(y, x[r], a[r*lda:r*lda+len(y)])
	}
}

// gemvTNarrow accumulates the rows in four chains.
func gemvTNarrow(y, a []float32, lda int, x []float32) {
	var block [3][narrow]float32
	chains := [4][]float32{y, block[0][:len(y)], block[1][:len(y)], block[2][:len(y)]}
	for r, v := range x {
		axpyGeneric(chains[r%4], v, a[r*lda:r*lda+len(y)])
	}
	for c := range y {
		y[c] = (y[c] + chains[1][c]) + (chains[2][c] + chains[3][c])
	}
}

func gemvGeneric(y, a []float32, lda int, x []float32, _ bool) {
	for r := range y {
		y[r] += dot(a[r*lda:r*lda+len(x)], x)
	}
}

// dot returns Σ a·b in lanes; a and b are equally long.
func dot(a, b []float32) float32 {
	var sums [lanes]float32
	for len(a) >= lanes {
		multiplyAdd(&sums, a[:lanes], b[:lanes])
		a, b = a[lanes:], b[lanes:]
	}
	if len(a) > 0 {
		var paddedA, paddedB [lanes]float32
		copy(paddedA[:], a)
		copy(paddedB[:], b)
		multiplyAdd(&sums, paddedA[:], paddedB[:])
	}
	return halve(sums[:])
}

// halve adds the upper half of the lanes to the lower until one is left.
func halve[T float32 | float64](sums []T) T {
	for half := len(sums) / 2; half > 0; half /= 2 {
		for j := range half {
			sums[j] += sums[j+half]
		}
	}
	return sums[0]
}

func rankKGeneric(a []float32, lda, rows, cols int, x []float32, ldx int, y []float32, ldy, k int) {
	for r := range rows {
		for t := range k {
			axpyGeneric(a[r*lda:r*lda+cols], x[t*ldx+r], y[t*ldy:t*ldy+cols])
		}
	}
}

func gemmGeneric(c []float32, ldc int, a []float32, lda int, b []float32, ldb int, m, n, k int, up bool) {
	for r := range m {
		gemvTGeneric(c[r*ldc:r*ldc+n], b, ldb, a[r*lda:r*lda+k], up)
	}
}

func gemmNTGeneric(c []float32, ldc int, a []float32, lda int, b []float32, ldb int, m, n, k int) {
	for r := range m {
		gemvGeneric(c[r*ldc:r*ldc+n], b, ldb, a[r*lda:r*lda+k], false)
	}
}

func addGeneric(dst, a, b []float32) {
	for i := range dst {
		dst[i] = a[i] + b[i]
	}
}

func scaleGeneric(x []float32, alpha float32) {
	for i := range x {
		x[i] *= alpha
	}
}

func sumSquaresGeneric(x []float32) float64 {
	var sums [2 * lanes]float64
	for i, v := range x {
		sums[i%len(sums)] += float64(v) * float64(v)
	}
	return halve(sums[:])
}
