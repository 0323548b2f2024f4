package report

import (
	"runtime"
	"testing"
)

// BenchmarkPage writes the page of 10,050 runs of 100 points, in memory.
func BenchmarkPage(b *testing.B) {
	in := imitate(largeShape())
	var size int
	for b.Loop() {
		f := find(in)
		bands := f.bands()
		page, err := renderPage(f, bands, f.gallery(bands))
		if err != nil {
			b.Fatal(err)
		}
		size = len(page)
	}
	b.ReportMetric(float64(size)/1e6, "page-MB")
	b.ReportMetric(float64(heap())/1e6, "heap-MB")
}

// BenchmarkPlots draws every plot of the same sweep.
func BenchmarkPlots(b *testing.B) {
	in := imitate(largeShape())
	folder := b.TempDir()
	for b.Loop() {
		f := find(in)
		if _, err := writePlots(b.Context(), folder, f.gallery(f.bands()).drawn()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(heap())/1e6, "heap-MB")
}

// heap is the memory that the process has taken for its heap, the input and
// what awaits collection included.
func heap() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapSys - m.HeapReleased
}
