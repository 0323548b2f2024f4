package kernel

// product is a kernel with the arguments of Gemm.
type product func(c []float32, ldc int, a []float32, lda int, b []float32, ldb int, m, n, k int)

func gemmAVX512(c []float32, ldc int, a []float32, lda int, b []float32, ldb int, m, n, k int) {
	switch {
	case n <= narrow:
		gemmNarrowAVX512(c, ldc, a, lda, b, ldb, m, n, k)
	case worthPacking(m, k, ldb):
		inPanels(true, c, ldc, a, lda, b, ldb, m, n, k)
	default:
		gemmWideAVX512(c, ldc, a, lda, b, ldb, m, n, k)
	}
}

func gemmAVX2(c []float32, ldc int, a []float32, lda int, b []float32, ldb int, m, n, k int) {
	switch {
	case n <= narrow:
		gemmNarrowAVX2(c, ldc, a, lda, b, ldb, m, n, k)
	case worthPacking(m, k, ldb):
		inPanels(false, c, ldc, a, lda, b, ldb, m, n, k)
	default:
		gemmWideAVX2(c, ldc, a, lda, b, ldb, m, n, k)
	}
}

// A panel of B is packed to be contiguous: 32 KiB, which the first-level cache
// holds beside the rows of A and C that pass by.
const (
	panelSteps = 128
	panelWidth = 64
)

// worthPacking reports whether panels of B should be packed. Rows of B that are
// a large power of two apart fall into the same few sets of the cache and push
// each other out; with enough rows of A, packing costs less than that.
func worthPacking(m, k, ldb int) bool { return m >= 24 && k >= 64 && ldb >= 1024 && ldb%256 == 0 }

// inPanels multiplies panel by panel. Steps are taken in order, so the bits are
// those of the whole. wide asks for 512-bit vectors; a function value in its
// place would move the panel to the heap.
func inPanels(wide bool, c []float32, ldc int, a []float32, lda int, b []float32, ldb int, m, n, k int) {
	var panel [panelSteps * panelWidth]float32
	for column := 0; column < n; column += panelWidth {
		width := min(panelWidth, n-column)
		for step := 0; step < k; step += panelSteps {
			steps := min(panelSteps, k-step)
			for t := range steps {
				from := (step+t)*ldb + column
				copy(panel[t*panelWidth:], b[from:from+width])
			}
			if wide {
				gemmWideAVX512(c[column:], ldc, a[step:], lda, panel[:], panelWidth, m, width, steps)
			} else {
				gemmWideAVX2(c[column:], ldc, a[step:], lda, panel[:], panelWidth, m, width, steps)
			}
		}
	}
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
