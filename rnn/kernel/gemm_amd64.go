package kernel

// A product is a kernel with the arguments of Gemm.
type product func(c []float32, ldc int, a []float32, lda int, b []float32, ldb int, m, n, k int)

func gemmAVX512(c []float32, ldc int, a []float32, lda int, b []float32, ldb int, m, n, k int) {
	if n > narrow {
		gemmWideAVX512(c, ldc, a, lda, b, ldb, m, n, k)
		return
	}
	gemmNarrowAVX512(c, ldc, a, lda, b, ldb, m, n, k)
}

func gemmAVX2(c []float32, ldc int, a []float32, lda int, b []float32, ldb int, m, n, k int) {
	if n > narrow {
		gemmWideAVX2(c, ldc, a, lda, b, ldb, m, n, k)
		return
	}
	gemmNarrowAVX2(c, ldc, a, lda, b, ldb, m, n, k)
}

func gemmNTAVX512(c []float32, ldc int, a []float32, lda int, b []float32, ldb int, m, n, k int) {
	inSquares(4, gemmNTSquaresAVX512, gemvAVX512, c, ldc, a, lda, b, ldb, m, n, k)
}

func gemmNTAVX2(c []float32, ldc int, a []float32, lda int, b []float32, ldb int, m, n, k int) {
	inSquares(2, gemmNTSquaresAVX2, gemvAVX2, c, ldc, a, lda, b, ldb, m, n, k)
}

// inSquares covers C by squares of the given side and takes the rows below and
// the columns beside them one row at a time.
func inSquares(side int, squares product, gemv func(y, a []float32, lda int, x []float32),
	c []float32, ldc int, a []float32, lda int, b []float32, ldb int, m, n, k int) {
	rows, cols := m-m%side, n-n%side
	if rows > 0 && cols > 0 {
		squares(c, ldc, a, lda, b, ldb, rows, cols, k)
	}
	for r := range m {
		from := cols
		if r >= rows {
			from = 0
		}
		if from < n {
			gemv(c[r*ldc+from:r*ldc+n], b[from*ldb:], ldb, a[r*lda:r*lda+k])
		}
	}
}
