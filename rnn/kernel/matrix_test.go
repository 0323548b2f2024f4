package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Operands of a random call of a matrix kernel.
type operands struct {
	m, n, k       int
	lda, ldb, ldc int
	a, b, c       []float32
}

// randomOperands draws operands; heights and widths are those of a, b, c.
func randomOperands(rng *rand.Rand, limit int, odd bool) operands {
	p := operands{m: size(rng, limit), n: size(rng, limit), k: size(rng, limit)}
	longest := max(p.m, p.n, p.k)
	p.lda, p.ldb, p.ldc = longest+rng.IntN(9), longest+rng.IntN(9), longest+rng.IntN(9)
	p.a, p.b, p.c = numbers(rng, p.lda*longest), numbers(rng, p.ldb*longest), numbers(rng, p.ldc*longest)
	if odd {
		peculiar(rng, p.a)
		peculiar(rng, p.b)
		peculiar(rng, p.c)
	}
	return p
}

// size draws a dimension, often near a multiple of 16 or small.
func size(rng *rand.Rand, limit int) int {
	switch rng.IntN(3) {
	case 0:
		return rng.IntN(20)
	case 1:
		return min(limit, max(0, 16*rng.IntN(limit/16+1)+rng.IntN(3)-1))
	default:
		return rng.IntN(limit + 1)
	}
}

// matrixKernels calls each matrix kernel of a tier on a operands; c is written.
var matrixKernels = []struct {
	name string
	call func(t implementation, p operands, c []float32)
}{
	{"GemvT", func(t implementation, p operands, c []float32) { t.gemvT(c[:p.n], p.b, p.ldb, p.a[:p.k], false) }},
	{"GemvT up", func(t implementation, p operands, c []float32) { t.gemvT(c[:p.n], p.b, p.ldb, p.a[:p.k], true) }},
	{"Gemv", func(t implementation, p operands, c []float32) { t.gemv(c[:p.n], p.b, p.ldb, p.a[:p.k], false) }},
	{"Gemv up", func(t implementation, p operands, c []float32) { t.gemv(c[:p.n], p.b, p.ldb, p.a[:p.k], true) }},
	{"RankK", func(t implementation, p operands, c []float32) {
		t.rankK(c, p.ldc, p.m, p.n, p.a, p.lda, p.b, p.ldb, p.k)
	}},
	{"Gemm", func(t implementation, p operands, c []float32) {
		t.gemm(c, p.ldc, p.a, p.lda, p.b, p.ldb, p.m, p.n, p.k, false)
	}},
	{"Gemm up", func(t implementation, p operands, c []float32) {
		t.gemm(c, p.ldc, p.a, p.lda, p.b, p.ldb, p.m, p.n, p.k, true)
	}},
	{"GemmNT", func(t implementation, p operands, c []float32) {
		t.gemmNT(c, p.ldc, p.a, p.lda, p.b, p.ldb, p.m, p.n, p.k)
	}},
}

// Every tier gives the bits of the plain Go twin, and so AVX2 those of AVX-512,
// whatever the size, offset and stride, and touches nothing else.
func TestMatrixKernelsEqualTwin(t *testing.T) {
	t.Parallel()
	for _, kernel := range matrixKernels {
		t.Run(kernel.name, func(t *testing.T) {
			t.Parallel()
			eachTier(t, func(t *testing.T, tier implementation) {
				rng := source(t)
				for range 150 {
					p := randomOperands(rng, rng.IntN(300), rng.IntN(4) == 0)
					if work := p.m * p.n * p.k; work == 0 || work > 1<<20 { // the twin is slow
						continue
					}
					got, want := clone(rng, p.c), clone(rng, p.c)
					kernel.call(tier, p, got)
					kernel.call(generic, p, want)
					if err := sameBits(got, want); err != nil {
						t.Fatalf("m=%d n=%d k=%d lda=%d ldb=%d ldc=%d: %v", p.m, p.n, p.k, p.lda, p.ldb, p.ldc, err)
					}
				}
			})
		})
	}
}

// Large vectors reach the passes that small ones do not.
func TestProductsOfLongVectorsEqualTwin(t *testing.T) {
	t.Parallel()
	eachTier(t, func(t *testing.T, tier implementation) {
		rng := source(t)
		for range 60 {
			rows, cols := 1+size(rng, 40), 1+size(rng, 900)
			if rng.IntN(2) == 0 {
				rows, cols = cols, rows
			}
			lda := cols + rng.IntN(5)
			a := numbers(rng, lda*rows)
			y, x := numbers(rng, cols), numbers(rng, rows)
			up := rng.IntN(2) == 0
			want := clone(rng, y)
			tier.gemvT(y, a, lda, x, up)
			gemvTGeneric(want, a, lda, x, up)
			if err := sameBits(y, want); err != nil {
				t.Fatalf("gemvT rows=%d cols=%d up=%v: %v", rows, cols, up, err)
			}
			y, x = x, y
			want = clone(rng, y)
			tier.gemv(y, a, lda, x, up)
			gemvGeneric(want, a, lda, x, up)
			if err := sameBits(y, want); err != nil {
				t.Fatalf("gemv rows=%d cols=%d up=%v: %v", rows, cols, up, err)
			}
		}
	})
}

// Wide results of whole strips are taken four rows at a time.
func TestGemvTOfStripsEqualsTwin(t *testing.T) {
	t.Parallel()
	eachTier(t, func(t *testing.T, tier implementation) {
		rng := source(t)
		for cols := 256; cols <= 1024; cols += 128 {
			for rows := 1; rows <= 13; rows++ {
				lda := cols + rng.IntN(5)
				a, x, y := numbers(rng, lda*rows), numbers(rng, rows), numbers(rng, cols)
				if rows%3 == 0 {
					peculiar(rng, a)
				}
				for _, up := range []bool{false, true} {
					want := clone(rng, y)
					tier.gemvT(y, a, lda, x, up)
					gemvTGeneric(want, a, lda, x, up)
					if err := sameBits(y, want); err != nil {
						t.Fatalf("rows=%d cols=%d lda=%d up=%v: %v", rows, cols, lda, up, err)
					}
				}
			}
		}
	})
}

// Short rows of whole chunks are packed in panels.
func TestGemmNTOfShortRowsEqualsTwin(t *testing.T) {
	t.Parallel()
	eachTier(t, func(t *testing.T, tier implementation) {
		rng := source(t)
		for k := lanes; k <= 80; k += lanes {
			for range 12 {
				m, n := 6+rng.IntN(30), lanes*(1+rng.IntN(4))
				lda, ldb, ldc := k+rng.IntN(5), k+rng.IntN(5), n+rng.IntN(5)
				a, b, c := numbers(rng, m*lda), numbers(rng, n*ldb), numbers(rng, m*ldc)
				if rng.IntN(4) == 0 {
					peculiar(rng, a)
					peculiar(rng, b)
				}
				want := clone(rng, c)
				tier.gemmNT(c, ldc, a, lda, b, ldb, m, n, k)
				gemmNTGeneric(want, ldc, a, lda, b, ldb, m, n, k)
				if err := sameBits(c, want); err != nil {
					t.Fatalf("m=%d n=%d k=%d lda=%d ldb=%d ldc=%d: %v", m, n, k, lda, ldb, ldc, err)
				}
			}
		}
	})
}

// An update of high rank is taken in several passes.
func TestRankKOfHighRank(t *testing.T) {
	t.Parallel()
	rng := source(t)
	const rows, cols = 7, 21
	for _, k := range []int{rankStep - 1, rankStep, rankStep + 1, 3 * rankStep, 3*rankStep + 5} {
		x, y, a := numbers(rng, k*rows), numbers(rng, k*cols), numbers(rng, rows*cols)
		want := clone(rng, a)
		RankK(a, cols, rows, cols, x, rows, y, cols, k)
		rankKGeneric(want, cols, rows, cols, x, rows, y, cols, k)
		if err := sameBits(a, want); err != nil {
			t.Errorf("k=%d: %v", k, err)
		}
	}
}

// The twin itself is held to float64 within the bound of a recursive sum
// (Higham 2002, section 3.1): k rounding errors of Σ|a·b| at most.
func TestMatrixTwinsAreAccurate(t *testing.T) {
	t.Parallel()
	rng := source(t)
	for range 100 {
		p := randomOperands(rng, 60, false)
		c := clone(rng, p.c)
		gemmGeneric(c, p.ldc, p.a, p.lda, p.b, p.ldb, p.m, p.n, p.k, rng.IntN(2) == 0)
		transposed := clone(rng, p.c)
		gemmNTGeneric(transposed, p.ldc, p.a, p.lda, p.b, p.ldb, p.m, p.n, p.k)
		update := clone(rng, p.c)
		rankKGeneric(update, p.ldc, p.m, p.n, p.a, p.lda, p.b, p.ldb, p.k)
		for i := range p.m {
			for j := range p.n {
				at := i*p.ldc + j
				near(t, "gemm", c[at], p.c[at], p.k, func(s int) (x, y float32) { return p.a[i*p.lda+s], p.b[s*p.ldb+j] })
				near(t, "gemmNT", transposed[at], p.c[at], p.k, func(s int) (x, y float32) { return p.a[i*p.lda+s], p.b[j*p.ldb+s] })
				near(t, "rankK", update[at], p.c[at], p.k, func(s int) (x, y float32) { return p.a[s*p.lda+i], p.b[s*p.ldb+j] })
			}
		}
	}
}

// near fails unless got is start plus the sum of k products, to rounding.
func near(t *testing.T, name string, got, start float32, k int, factors func(int) (x, y float32)) {
	t.Helper()
	sum, size := float64(start), math.Abs(float64(start))
	for s := range k {
		x, y := factors(s)
		sum += float64(x) * float64(y)
		size += math.Abs(float64(x) * float64(y))
	}
	if !(math.Abs(float64(got)-sum) <= float64(k+4)*0x1p-24*size) {
		t.Fatalf("%s, k=%d: %g, want %g", name, k, got, sum)
	}
}
