package kernel

import "golang.org/x/sys/cpu"

//go:generate go run -C gen . -family matrix -out ../matrix_amd64.s -stubs ../matrix_amd64.go -pkg kernel
//go:generate go run -C gen . -family vector -out ../vector_amd64.s -stubs ../vector_amd64.go -pkg kernel

// tiers lists the implementations, the best first.
func tiers() []implementation {
	x86 := cpu.X86
	hasAVX2 := x86.HasAVX2 && x86.HasFMA && x86.HasBMI2
	hasAVX512 := hasAVX2 && x86.HasAVX512F && x86.HasAVX512VL && x86.HasAVX512DQ
	avx2, avx512 := avx2, avx512
	avx2.supported, avx512.supported = hasAVX2, hasAVX512
	return []implementation{avx512, avx2, generic}
}

// avx512 works on vectors of 512 bits with mask registers.
var avx512 = func() implementation {
	t := generic
	t.name = "avx512"
	t.gemvT, t.gemv, t.rankK = gemvTAVX512, gemvAVX512, rankKAVX512
	t.gemm = func(c []float32, ldc int, a []float32, lda int, b []float32, ldb int, m, n, k int) {
		if n > narrow {
			gemmWideAVX512(c, ldc, a, lda, b, ldb, m, n, k)
			return
		}
		for r := range m {
			gemvTAVX512(c[r*ldc:r*ldc+n], b, ldb, a[r*lda:r*lda+k])
		}
	}
	t.gemmNT = func(c []float32, ldc int, a []float32, lda int, b []float32, ldb int, m, n, k int) {
		for r := range m {
			gemvAVX512(c[r*ldc:r*ldc+n], b, ldb, a[r*lda:r*lda+k])
		}
	}
	return t
}()

// avx2 works on vectors of 256 bits.
var avx2 = func() implementation {
	t := generic
	t.name = "avx2"
	t.gemvT, t.gemv, t.rankK = gemvTAVX2, gemvAVX2, rankKAVX2
	t.gemm = func(c []float32, ldc int, a []float32, lda int, b []float32, ldb int, m, n, k int) {
		if n > narrow {
			gemmWideAVX2(c, ldc, a, lda, b, ldb, m, n, k)
			return
		}
		for r := range m {
			gemvTAVX2(c[r*ldc:r*ldc+n], b, ldb, a[r*lda:r*lda+k])
		}
	}
	t.gemmNT = func(c []float32, ldc int, a []float32, lda int, b []float32, ldb int, m, n, k int) {
		for r := range m {
			gemvAVX2(c[r*ldc:r*ldc+n], b, ldb, a[r*lda:r*lda+k])
		}
	}
	return t
}()
