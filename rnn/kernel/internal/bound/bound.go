//go:build amd64

// Package bound measures what the kernels of package kernel are compared with:
// how fast this machine loads and multiply-adds when nothing else is to do. Its
// functions compute nothing of use.
package bound

//go:generate go run -C ../../gen . -family bound -out ../internal/bound/bound_amd64.s -stubs ../internal/bound/bound_amd64.go -pkg bound

// block is the number of vectors that a bound takes together.
const block = 12

// Elements returns how many of n elements Stream and Update touch: as many as
// fill whole blocks.
func Elements(n int, wide bool) int {
	size := block * 8
	if wide {
		size *= 2
	}
	return n - n%size
}

// Stream reads a once with one multiply-add an element, the bound of a
// matrix–vector product. wide asks for 512-bit vectors.
func Stream(a []float32, wide bool) {
	if wide {
		streamAVX512(a)
	} else {
		streamAVX2(a)
	}
}

// Update reads and writes a once with k multiply-adds an element, the bound of
// a rank-k update and of a matrix product. wide asks for 512-bit vectors.
func Update(a []float32, k int, wide bool) {
	if wide {
		updateAVX512(a, k)
	} else {
		updateAVX2(a, k)
	}
}
