package kernel

// product is a kernel with the arguments of GemmNT.
type product func(c []float32, ldc int, a []float32, lda int, b []float32, ldb int, m, n, k int)

func gemmAVX512(c []float32, ldc int, a []float32, lda int, b []float32, ldb int, m, n, k int, up bool) {
	switch {
	case n <= narrow:
		gemmNarrowAVX512(c, ldc, a, lda, b, ldb, m, n, k)
	case worthPacking(m, k, ldb):
		inPanels(true, c, ldc, a, lda, b, ldb, m, n, k, up)
	default:
		gemmWideAVX512(c, ldc, a, lda, b, ldb, m, n, k, up)
	}
}

func gemmAVX2(c []float32, ldc int, a []float32, lda int, b []float32, ldb int, m, n, k int, up bool) {
	switch {
	case n <= narrow:
		gemmNarrowAVX2(c, ldc, a, lda, b, ldb, m, n, k)
	case worthPacking(m, k, ldb):
		inPanels(false, c, ldc, a, lda, b, ldb, m, n, k, up)
	default:
		gemmWideAVX2(c, ldc, a, lda, b, ldb, m, n, k, up)
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
func worthPacking(m, k, ldb int) bool { return m >= 84 && k >= 64 && ldb >= 1024 && ldb%256 == 0 }

// inPanels multiplies panel by panel. Steps are taken in order, so the bits are
// those of the whole. wide asks for 512-bit vectors; a function value in its
// place would move the panel to the heap.
func inPanels(wide bool, c []float32, ldc int, a []float32, lda int, b []float32, ldb int, m, n, k int, up bool) {
	var panel [panelSteps * panelWidth]float32
	for column := 0; column < n; column += panelWidth {
		width := min(panelWidth, n-column)
		for done := 0; done < k; done += panelSteps {
			steps := min(panelSteps, k-done)
			step := done
			if up {
				step = k - done - steps
			}
			for t := range steps {
				from := (step+t)*ldb + column
				copy(panel[t*panelWidth:], b[from:from+width])
			}
			if wide {
				gemmWideAVX512(c[column:], ldc, a[step:], lda, panel[:], panelWidth, m, width, steps, up)
			} else {
				gemmWideAVX2(c[column:], ldc, a[step:], lda, panel[:], panelWidth, m, width, steps, up)
			}
		}
	}
}

// shallow is the longest dot product that GemmNT takes in panels. Beyond it the
// sums of the lanes are too small a part of the work to make them cheaper.
const shallow = 64

// panelRows is the number of rows of A that share the loads of a panel.
const panelRows = 2

// worthPanels reports whether GemmNT should pack panels of B, which hold whole
// chunks of lanes. Four rows of A pay for packing.
func worthPanels(m, n, k int) bool { return m >= 4 && n%lanes == 0 && k%lanes == 0 && k <= shallow }

func gemmNTAVX512(c []float32, ldc int, a []float32, lda int, b []float32, ldb int, m, n, k int) {
	if worthPanels(m, n, k) {
		inTiles(panelRows, lanes, gemmNTPanelsAVX512, gemvAVX512, c, ldc, a, lda, b, ldb, m, n, k)
		return
	}
	inTiles(4, 4, gemmNTSquaresAVX512, gemvAVX512, c, ldc, a, lda, b, ldb, m, n, k)
}

func gemmNTAVX2(c []float32, ldc int, a []float32, lda int, b []float32, ldb int, m, n, k int) {
	if worthPanels(m, n, k) {
		inTiles(panelRows, lanes, gemmNTPanelsAVX2, gemvAVX2, c, ldc, a, lda, b, ldb, m, n, k)
		return
	}
	inTiles(2, 2, gemmNTSquaresAVX2, gemvAVX2, c, ldc, a, lda, b, ldb, m, n, k)
}

// inTiles covers C by tiles of the given height and width and takes the rows
// below and the columns beside them one row at a time.
func inTiles(height, width int, tiles product, gemv func(y, a []float32, lda int, x []float32, up bool),
	c []float32, ldc int, a []float32, lda int, b []float32, ldb int, m, n, k int) {
	rows, cols := m-m%height, n-n%width
	if rows > 0 && cols > 0 {
		tiles(c, ldc, a, lda, b, ldb, rows, cols, k)
	}
	if cols < n {
		for r := range rows {
			gemv(c[r*ldc+cols:r*ldc+n], b[cols*ldb:], ldb, a[r*lda:r*lda+k], false)
		}
	}
	for r := rows; r < m; r++ {
		gemv(c[r*ldc:r*ldc+n], b, ldb, a[r*lda:r*lda+k], false)
	}
}
