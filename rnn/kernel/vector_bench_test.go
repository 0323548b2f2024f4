package kernel

import (
	"fmt"
	"testing"
)

// BenchmarkVector measures the vector kernels, in elements (of one gate) a
// second.
func BenchmarkVector(b *testing.B) {
	const n = 1000 // not a page: vectors a multiple of it apart hinder each other
	for _, tier := range tiers() {
		if !tier.supported {
			continue
		}
		for _, kernel := range vectorKernels {
			b.Run(fmt.Sprintf("%s/%s", tier.name, kernel.name), func(b *testing.B) {
				v, s := make([][]float32, len(kernel.widths)), make([]float32, 8)
				for i, w := range kernel.widths {
					v[i] = Aligned(n * w)
				}
				for b.Loop() {
					kernel.call(tier, v, s)
				}
				b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds()/1e9, "Gelem/s")
			})
		}
	}
}

// BenchmarkLogSoftmax measures the last step of a name at the classes of the
// tutorial.
func BenchmarkLogSoftmax(b *testing.B) {
	x, d := Aligned(18), Aligned(18)
	for b.Loop() {
		CrossEntropy(d, x, 3)
	}
}
