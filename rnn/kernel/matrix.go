package kernel

// narrow is the widest result that is accumulated in four chains instead of
// one. A single chain of dependent multiply-adds waits for the latency of each
// of them; from 64 columns on there are enough columns to fill the wait.
const narrow = 64

// GemvT adds a transposed matrix–vector product:
//
//	y[c] += Σ_r x[r]·a[r,c]
//
// with rows = len(x) and cols = len(y), the forward step of a layer whose
// weights are stored [inputs, outputs].
//
// Above 64 columns each y[c] accumulates r = 0, 1, 2, … by fused multiply-add,
// starting from y[c]; with up, from the last r to the first. Up to 64 columns up
// is ignored: there are four chains, chain j over the rows r ≡ j (mod 4), chain 0
// starting from y[c] and the others from zero, and y[c] = (s₀+s₁) + (s₂+s₃).
//
// Passes over a matrix that is larger than a cache find there what the one
// before left if they go down and up by turns.
//
// It panics if lda < cols or a is shorter than the shape needs.
func GemvT(y, a []float32, lda int, x []float32, up bool) {
	checkMatrix(a, lda, len(x), len(y))
	if len(x) == 0 || len(y) == 0 {
		return
	}
	active.gemvT(y, a, lda, x, up)
}

// Gemv adds a matrix–vector product:
//
//	y[r] += Σ_c a[r,c]·x[c]
//
// with rows = len(y) and cols = len(x), the backward step of a layer whose
// weights are stored [inputs, outputs].
//
// Lane j of 16 accumulates c = j, j+16, j+32, … by fused multiply-add from
// zero, the last columns padded with zeros to a multiple of 16. Lanes are then
// halved: lane j adds lane j+8, then j+4, j+2, j+1, and y[r] adds the sum.
//
// up is a hint to take the rows from the last up, as [GemvT] does; the result is
// the same.
//
// It panics if lda < cols or a is shorter than the shape needs.
func Gemv(y, a []float32, lda int, x []float32, up bool) {
	checkMatrix(a, lda, len(y), len(x))
	if len(x) == 0 || len(y) == 0 {
		return
	}
	active.gemv(y, a, lda, x, up)
}

// RankK adds the product of two tall matrices, a rank-k update in one pass
// over a for k up to 32:
//
//	a[r,c] += Σ_{t<k} x[t,r]·y[t,c]      A[rows,cols] += X[k,rows]ᵀ·Y[k,cols]
//
// It is the gradient of a weight matrix over the steps of a name, or, with y
// scaled by the learning rate, the update itself. Each element accumulates
// t = 0, 1, 2, … by fused multiply-add, starting from a[r,c].
//
// It panics if a stride is less than its columns or a matrix is too short.
func RankK(a []float32, lda, rows, cols int, x []float32, ldx int, y []float32, ldy, k int) {
	checkMatrix(a, lda, rows, cols)
	checkMatrix(x, ldx, k, rows)
	checkMatrix(y, ldy, k, cols)
	if rows == 0 || cols == 0 || k == 0 {
		return
	}
	for ; k > rankStep; k -= rankStep {
		active.rankK(a, lda, rows, cols, x, ldx, y, ldy, rankStep)
		x, y = x[rankStep*ldx:], y[rankStep*ldy:]
	}
	active.rankK(a, lda, rows, cols, x, ldx, y, ldy, k)
}

// rankStep is the rank of the update that one pass over a matrix makes: what it
// reads of x and y for a few rows stays in the first-level cache.
const rankStep = 32

// Gemm adds a matrix product:
//
//	C[m,n] += A[m,k]·B[k,n]
//
// Each row of C is accumulated exactly as [GemvT] with the same up accumulates
// its y, so a name gets the same bits alone and in a batch.
//
// It panics if a stride is less than its columns or a matrix is too short.
func Gemm(c []float32, ldc int, a []float32, lda int, b []float32, ldb int, m, n, k int, up bool) {
	checkMatrix(c, ldc, m, n)
	checkMatrix(a, lda, m, k)
	checkMatrix(b, ldb, k, n)
	if m == 0 || n == 0 || k == 0 {
		return
	}
	active.gemm(c, ldc, a, lda, b, ldb, m, n, k, up)
}

// GemmNT adds the product of a matrix and a transposed one:
//
//	C[m,n] += A[m,k]·B[n,k]ᵀ
//
// Each row of C is accumulated exactly as [Gemv] accumulates its y.
//
// It panics if a stride is less than its columns or a matrix is too short.
func GemmNT(c []float32, ldc int, a []float32, lda int, b []float32, ldb int, m, n, k int) {
	checkMatrix(c, ldc, m, n)
	checkMatrix(a, lda, m, k)
	checkMatrix(b, ldb, n, k)
	if m == 0 || n == 0 || k == 0 {
		return
	}
	active.gemmNT(c, ldc, a, lda, b, ldb, m, n, k)
}
