//go:build linux

package kernel

import (
	"math/rand/v2"
	"os"
	"runtime/debug"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A fence is memory between two pages that may not be touched.
type fence struct{ inside []float32 }

// newFence returns a fence around at least n elements.
func newFence(t *testing.T, n int) fence {
	t.Helper()
	page := os.Getpagesize()
	size := (4*n+page-1)/page*page + page
	block, err := unix.Mmap(-1, 0, size+2*page, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Munmap(block) })
	for _, guard := range [][]byte{block[:page], block[page+size:]} {
		if err := unix.Mprotect(guard, unix.PROT_NONE); err != nil {
			t.Fatal(err)
		}
	}
	inside := block[page : page+size]
	return fence{unsafe.Slice((*float32)(unsafe.Pointer(unsafe.SliceData(inside))), size/4)}
}

// place copies s against the lower or the upper fence.
func (f fence) place(s []float32, upper bool) []float32 {
	at := f.inside[:len(s):len(s)]
	if upper {
		at = f.inside[len(f.inside)-len(s):]
	}
	copy(at, s)
	return at
}

// unharmed runs f and reports what it faulted on.
func unharmed(f func()) (fault any) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() { fault = recover() }()
	f()
	return nil
}

// Vector kernels neither read nor write outside their slices.
func TestVectorKernelsStayInside(t *testing.T) {
	t.Parallel()
	eachTier(t, func(t *testing.T, tier implementation) {
		rng := source(t)
		var fences []fence
		for range 8 {
			fences = append(fences, newFence(t, 4*100))
		}
		for _, kernel := range vectorKernels {
			for n := range 70 {
				s := numbers(rng, 8)
				for _, upper := range []bool{false, true} {
					v := make([][]float32, len(kernel.widths))
					for i, w := range kernel.widths {
						v[i] = fences[i].place(numbers(rng, n*w), upper)
					}
					if fault := unharmed(func() { kernel.call(tier, v, s) }); fault != nil {
						t.Fatalf("%s of %d elements, upper=%t: %v", kernel.name, n, upper, fault)
					}
				}
			}
		}
	})
}

// Matrix kernels neither read nor write outside their slices. Matrices end with
// their last row, without the rest of its stride.
func TestMatrixKernelsStayInside(t *testing.T) {
	t.Parallel()
	eachTier(t, func(t *testing.T, tier implementation) {
		rng := source(t)
		a, b, c := newFence(t, 200*210), newFence(t, 200*210), newFence(t, 200*210)
		for i := range 400 {
			m, n, k, upper := 1+size(rng, 40), 1+size(rng, 200), 1+size(rng, 40), i%2 == 0
			if rng.IntN(2) == 0 {
				n, k = k, n
			}
			if rng.IntN(4) == 0 {
				n, k = n+(-n&15), k+(-k&15) // whole chunks have kernels of their own
			}
			if rng.IntN(8) == 0 {
				m, n, k = 1+rng.IntN(6), 512, 1+rng.IntN(9) // and so have whole strips
			}
			for _, shape := range shapes(rng, m, n, k) {
				x := a.place(numbers(rng, shape.a), upper)
				y := b.place(numbers(rng, shape.b), upper)
				z := c.place(numbers(rng, shape.c), upper)
				if fault := unharmed(func() { shape.call(tier, z, x, y) }); fault != nil {
					t.Fatalf("%s m=%d n=%d k=%d, upper=%t: %v", shape.name, m, n, k, upper, fault)
				}
			}
		}
	})
}

// A shape is a call of a matrix kernel with the least lengths of its slices.
type shape struct {
	name    string
	a, b, c int
	call    func(t implementation, c, a, b []float32)
}

// shapes lists the calls of the matrix kernels at one size.
func shapes(rng *rand.Rand, m, n, k int) []shape {
	extra := rng.IntN(5)
	length := func(rows, cols int) int { return (rows-1)*(cols+extra) + cols }
	return []shape{
		{"GemvT", k, length(k, n), n, func(t implementation, c, a, b []float32) { t.gemvT(c, b, n+extra, a, false) }},
		{"GemvT up", k, length(k, n), n, func(t implementation, c, a, b []float32) { t.gemvT(c, b, n+extra, a, true) }},
		{"Gemv", k, length(n, k), n, func(t implementation, c, a, b []float32) { t.gemv(c, b, k+extra, a, false) }},
		{"Gemv up", k, length(n, k), n, func(t implementation, c, a, b []float32) { t.gemv(c, b, k+extra, a, true) }},
		{"RankK", length(k, m), length(k, n), length(m, n), func(t implementation, c, a, b []float32) {
			t.rankK(c, n+extra, m, n, a, m+extra, b, n+extra, k)
		}},
		{"Gemm", length(m, k), length(k, n), length(m, n), func(t implementation, c, a, b []float32) {
			t.gemm(c, n+extra, a, k+extra, b, n+extra, m, n, k, false)
		}},
		{"Gemm up", length(m, k), length(k, n), length(m, n), func(t implementation, c, a, b []float32) {
			t.gemm(c, n+extra, a, k+extra, b, n+extra, m, n, k, true)
		}},
		{"GemmNT", length(m, k), length(n, k), length(m, n), func(t implementation, c, a, b []float32) {
			t.gemmNT(c, n+extra, a, k+extra, b, k+extra, m, n, k)
		}},
	}
}

// The fences fault, or the tests above could not fail.
func TestFencesFault(t *testing.T) {
	t.Parallel()
	f := newFence(t, 10)
	inside := f.place(make([]float32, 10), true)
	beyond := unsafe.Slice(unsafe.SliceData(inside), 11)
	if unharmed(func() { beyond[10] = 1 }) == nil {
		t.Error("wrote past the upper fence")
	}
	start := unsafe.Pointer(unsafe.SliceData(f.inside))
	if unharmed(func() { *(*float32)(unsafe.Add(start, -4)) = 1 }) == nil {
		t.Error("wrote before the lower fence")
	}
}
