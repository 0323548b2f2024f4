//go:build amd64

package kernel

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"sweep/rnn/kernel/internal/bound"
)

// benchSizes are the hidden sizes that are measured.
var benchSizes = []int{32, 64, 128, 256, 512}

// updateRank is the length of a name, the rank of its update.
const updateRank = 6

// batch is the number of rows of the products of matrices.
const batch = 32

// BenchmarkMatrix measures each matrix kernel at each hidden size beside its
// bound: the same loads, multiply-adds and stores with nothing else to do.
func BenchmarkMatrix(b *testing.B) {
	for _, tier := range tiers() {
		if !tier.supported || tier.name == generic.name {
			continue
		}
		for _, h := range benchSizes {
			p := newLayer(h)
			for _, c := range p.calls(tier) {
				b.Run(fmt.Sprintf("%s/H=%d/%s", tier.name, h, c.name), func(b *testing.B) {
					for b.Loop() {
						c.run()
					}
					b.ReportMetric(c.flops*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
				})
			}
		}
	}
}

// BenchmarkName measures the products of a name of average length at hidden
// size 128: what bounds the names trained in a second.
func BenchmarkName(b *testing.B) {
	for _, tier := range tiers() {
		if !tier.supported {
			continue
		}
		b.Run(tier.name, func(b *testing.B) {
			p := newLayer(128)
			for b.Loop() {
				for t := range updateRank {
					tier.gemvT(p.y, p.a, p.h, p.x, t%2 == 1)
				}
				for t := range updateRank {
					tier.gemv(p.y, p.a, p.h, p.x, t%2 == 0)
				}
				tier.rankK(p.a, p.h, p.h, p.h, p.xs, p.h, p.ys, p.h, updateRank)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "names/s")
		})
	}
}

// A layer is what the matrix kernels work on at hidden size h.
type layer struct {
	h               int
	a, y, x, xs, ys []float32
}

// newLayer fills a layer with values so small that it can be updated for as
// long as a benchmark runs.
func newLayer(h int) layer {
	rng := rand.New(rand.NewPCG(1, uint64(h)))
	tiny := func(n int) []float32 {
		s := Aligned(n)
		for i := range s {
			s[i] = float32(rng.NormFloat64()) * 1e-6
		}
		return s
	}
	return layer{h, tiny(h * h), tiny(h), tiny(h), tiny(h * batch), tiny(h * batch)}
}

// A call is something to measure.
type call struct {
	name  string
	flops float64
	run   func()
}

// calls lists the bounds and the kernels at the layer's size. A bound is
// credited with what it does, which is less than the whole of a short vector.
// Passes down and up by turns can be above the bound, which only goes down.
func (p layer) calls(t implementation) []call {
	h, wide := p.h, t.name == avx512.name
	flops := 2 * float64(h*h)
	bounded := func(a []float32, k int) float64 { return 2 * float64(bound.Elements(len(a), wide)*k) }
	return []call{
		{"stream-bound", bounded(p.a, 1), func() { bound.Stream(p.a, wide) }},
		{"GemvT", flops, func() { t.gemvT(p.y, p.a, h, p.x, false) }},
		{"Gemv", flops, func() { t.gemv(p.y, p.a, h, p.x, false) }},
		{"GemvT-by-turns", 2 * flops, func() { t.gemvT(p.y, p.a, h, p.x, false); t.gemvT(p.y, p.a, h, p.x, true) }},
		{"Gemv-by-turns", 2 * flops, func() { t.gemv(p.y, p.a, h, p.x, false); t.gemv(p.y, p.a, h, p.x, true) }},
		{"update-bound", bounded(p.a, updateRank), func() { bound.Update(p.a, updateRank, wide) }},
		{"RankK", flops * updateRank, func() { t.rankK(p.a, h, h, h, p.xs, h, p.ys, h, updateRank) }},
		{"product-bound", bounded(p.ys, h), func() { bound.Update(p.ys, h, wide) }},
		{"Gemm", flops * batch, func() { t.gemm(p.ys, h, p.xs, h, p.a, h, batch, h, h, false) }},
		{"GemmNT", flops * batch, func() { t.gemmNT(p.ys, h, p.xs, h, p.a, h, batch, h, h) }},
	}
}
