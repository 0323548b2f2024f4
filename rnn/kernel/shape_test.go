package kernel

import (
	"math"
	"testing"
	"unsafe"
)

func TestAligned(t *testing.T) {
	t.Parallel()
	for n := range 100 {
		s := Aligned(n)
		if len(s) != n || cap(s) != n {
			t.Fatalf("Aligned(%d) has length %d and capacity %d", n, len(s), cap(s))
		}
		if address := uintptr(unsafe.Pointer(unsafe.SliceData(s))); address%64 != 0 {
			t.Fatalf("Aligned(%d) starts at %#x", n, address)
		}
		for _, v := range s {
			if v != 0 {
				t.Fatalf("Aligned(%d) is not zero", n)
			}
		}
	}
}

// A wrong shape panics with a constant before anything is written.
func TestWrongShapesPanic(t *testing.T) {
	t.Parallel()
	v := func(n int) []float32 { return make([]float32, n) }
	for _, c := range []struct {
		name, want string
		call       func()
	}{
		{"GemvT short", badMatrix, func() { GemvT(v(3), v(8), 3, v(3), false) }},
		{"GemvT stride", badStride, func() { GemvT(v(3), v(9), 2, v(3), false) }},
		{"GemvT huge stride", badMatrix, func() { GemvT(v(3), v(9), math.MaxInt, v(3), false) }},
		{"Gemv short", badMatrix, func() { Gemv(v(3), v(8), 3, v(3), false) }},
		{"Gemv negative stride", badStride, func() { Gemv(v(3), v(9), -3, v(3), false) }},
		{"RankK negative", badShape, func() { RankK(v(9), 3, -1, 3, v(9), 3, v(9), 3, 3) }},
		{"RankK short a", badMatrix, func() { RankK(v(8), 3, 3, 3, v(9), 3, v(9), 3, 3) }},
		{"RankK short x", badMatrix, func() { RankK(v(9), 3, 3, 3, v(8), 3, v(9), 3, 3) }},
		{"RankK short y", badMatrix, func() { RankK(v(9), 3, 3, 3, v(9), 3, v(8), 3, 3) }},
		{"Gemm short c", badMatrix, func() { Gemm(v(5), 3, v(4), 2, v(6), 3, 2, 3, 2, false) }},
		{"Gemm short b", badMatrix, func() { Gemm(v(6), 3, v(4), 2, v(5), 3, 2, 3, 2, false) }},
		{"GemmNT short b", badMatrix, func() { GemmNT(v(6), 3, v(4), 2, v(5), 2, 2, 3, 2) }},
		{"Axpy", badLength, func() { Axpy(v(3), 1, v(2)) }},
		{"Add", badLength, func() { Add(v(3), v(3), v(2)) }},
		{"Tanh", badLength, func() { Tanh(v(3), v(2)) }},
		{"ReluGrad", badLength, func() { ReluGrad(v(3), v(3), v(4)) }},
		{"LogSoftmax", badLength, func() { LogSoftmax(v(3), v(4)) }},
		{"CrossEntropy", badClass, func() { CrossEntropy(v(3), v(3), 3) }},
		{"CrossEntropy negative", badClass, func() { CrossEntropy(v(3), v(3), -1) }},
		{"GRU rows", badRows, func() { GRU(2, v(3), v(9), v(9), v(9), v(3)) }},
		{"GRU gates", badLength, func() { GRU(2, v(2), v(5), v(6), v(6), v(2)) }},
		{"GRUGrad", badLength, func() { GRUGrad(2, v(6), v(6), v(2), v(2), v(6), v(6), v(3)) }},
		{"LSTM", badLength, func() { LSTM(2, v(2), v(2), v(2), v(8), v(7), v(2)) }},
		{"LSTMGrad", badRows, func() { LSTMGrad(0, nil, nil, nil, nil, nil, nil, nil) }},
		{"SGD", badLength, func() { SGD(v(2), v(1), 1, 0) }},
		{"Momentum", badLength, func() { Momentum(v(2), v(2), v(1), 1, 0, 0, true) }},
		{"Adam", badLength, func() { Adam(v(2), v(2), v(2), v(1), AdamStep{}) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			defer func() {
				if got := recover(); got != c.want {
					t.Errorf("panic %v, want %q", got, c.want)
				}
			}()
			c.call()
		})
	}
}

// Nothing to do is no mistake.
func TestEmptyShapes(t *testing.T) {
	t.Parallel()
	y := []float32{1, 2}
	GemvT(nil, nil, 0, nil, false)
	GemvT(y, nil, 2, nil, true)
	Gemv(y, nil, 0, nil, false)
	RankK(y, 2, 1, 2, nil, 1, nil, 2, 0)
	Gemm(y, 2, nil, 0, nil, 2, 1, 2, 0, true)
	GemmNT(y, 2, nil, 0, nil, 0, 1, 2, 0)
	Axpy(nil, 1, nil)
	LogSoftmax(nil, nil)
	if y[0] != 1 || y[1] != 2 {
		t.Errorf("products without terms changed y to %v", y)
	}
}

// The calls of training allocate nothing.
func TestKernelsDoNotAllocate(t *testing.T) {
	const h = 48
	a, x, y := Aligned(h*h), Aligned(h), Aligned(h)
	gates, input, hidden := Aligned(4*h), Aligned(4*h), Aligned(4*h)
	allocations := testing.AllocsPerRun(10, func() {
		GemvT(y, a, h, x, true)
		Gemv(y, a, h, x, false)
		RankK(a, h, h, h, x, h, y, h, 1)
		Gemm(y, h, x, h, a, h, 1, h, h, true)
		GemmNT(y, h, x, h, a, h, 1, h, h)
		Tanh(y, x)
		CrossEntropy(y, x, 1)
		GRU(h, y, gates[:3*h], input[:3*h], hidden[:3*h], x)
		LSTM(h, y, y, y, gates, input, x)
		SGD(y, x, 0.1, 0)
		Adam(y, x, a[:h], a[h:2*h], AdamStep{Correction1: 1, Correction2: 1})
		SumSquares(x)
	})
	if allocations != 0 {
		t.Errorf("%v allocations", allocations)
	}
}
