package kernel

import (
	"math/bits"
	"unsafe"
)

// What a caller can get wrong.
const (
	badLength = "kernel: vectors differ in length"
	badStride = "kernel: row stride is less than the columns"
	badMatrix = "kernel: matrix is shorter than its shape"
	badShape  = "kernel: negative dimension"
	badRows   = "kernel: length is no multiple of the hidden size"
	badClass  = "kernel: class out of range"
)

// cacheLine is the alignment of [Aligned] in bytes, one 512-bit vector.
const cacheLine = 64

// Aligned returns n zeros that start on a 64-byte boundary, so that no vector
// of them straddles a cache line.
func Aligned(n int) []float32 {
	const spare = cacheLine/4 - 1
	block := make([]float32, n+spare)
	address := uintptr(unsafe.Pointer(unsafe.SliceData(block)))
	skip := int(-address%cacheLine) / 4
	return block[skip : skip+n : skip+n]
}

// checkMatrix panics unless a holds a rows×cols matrix of row stride ld.
func checkMatrix(a []float32, ld, rows, cols int) {
	if rows < 0 || cols < 0 {
		panic(badShape)
	}
	if ld < cols {
		panic(badStride)
	}
	if rows == 0 || cols == 0 {
		return
	}
	overflow, last := bits.Mul64(uint64(rows-1), uint64(ld))
	if overflow != 0 || last > uint64(len(a)) || cols > len(a)-int(last) {
		panic(badMatrix)
	}
}

// checkLength panics unless a and b are equally long.
func checkLength(a, b []float32) {
	if len(a) != len(b) {
		panic(badLength)
	}
}
