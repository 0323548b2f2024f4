package kernel

import "testing"

// Rows of B a large power of two apart are copied before they are used.
func TestGemmOfWideStridesEqualsTwin(t *testing.T) {
	t.Parallel()
	eachTier(t, func(t *testing.T, tier implementation) {
		rng := source(t)
		for _, size := range []struct{ m, n, k, ldb int }{{84, 65, 64, 1024}, {85, 130, 129, 1280}, {91, 200, 300, 1024}} {
			if !worthPacking(size.m, size.k, size.ldb) {
				t.Fatalf("%+v is not packed", size)
			}
			a, b, c := numbers(rng, size.m*size.k), numbers(rng, size.k*size.ldb), numbers(rng, size.m*size.n)
			for _, up := range []bool{false, true} {
				want := clone(rng, c)
				tier.gemm(c, size.n, a, size.k, b, size.ldb, size.m, size.n, size.k, up)
				gemmGeneric(want, size.n, a, size.k, b, size.ldb, size.m, size.n, size.k, up)
				if err := sameBits(c, want); err != nil {
					t.Errorf("%+v up=%v: %v", size, up, err)
				}
			}
		}
	})
}
