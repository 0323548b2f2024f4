package kernel

func gemmAVX512(c []float32, ldc int, a []float32, lda int, b []float32, ldb int, m, n, k int) {
	if n > narrow {
		gemmWideAVX512(c, ldc, a, lda, b, ldb, m, n, k)
		return
	}
	for r := range m {
		gemvTAVX512(c[r*ldc:r*ldc+n], b, ldb, a[r*lda:r*lda+k])
	}
}

func gemmAVX2(c []float32, ldc int, a []float32, lda int, b []float32, ldb int, m, n, k int) {
	if n > narrow {
		gemmWideAVX2(c, ldc, a, lda, b, ldb, m, n, k)
		return
	}
	for r := range m {
		gemvTAVX2(c[r*ldc:r*ldc+n], b, ldb, a[r*lda:r*lda+k])
	}
}

func gemmNTAVX512(c []float32, ldc int, a []float32, lda int, b []float32, ldb int, m, n, k int) {
	for r := range m {
		gemvAVX512(c[r*ldc:r*ldc+n], b, ldb, a[r*lda:r*lda+k])
	}
}

func gemmNTAVX2(c []float32, ldc int, a []float32, lda int, b []float32, ldb int, m, n, k int) {
	for r := range m {
		gemvAVX2(c[r*ldc:r*ldc+n], b, ldb, a[r*lda:r*lda+k])
	}
}
