package main

import (
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"sweep/data"
	"sweep/experiment"
	"sweep/experiment/enginetest"
	"sweep/store"
	"sweep/sweeps"
)

// BenchmarkRecording trains the default sweep with one seed into results.db
// and into memory by turns, and reports how much more processor time the
// ledger takes: points, snapshots, checkpoints, predictions and all.
func BenchmarkRecording(b *testing.B) {
	plan, err := sweeps.Plan(sweeps.Default, data.Default())
	if err != nil {
		b.Fatal(err)
	}
	plan.Seeds = 1
	var recorded, bare time.Duration
	for b.Loop() {
		ledger, err := store.Open(filepath.Join(b.TempDir(), "results.db"))
		if err != nil {
			b.Fatal(err)
		}
		recorded += processorTime(b, func() {
			train(b, plan, ledger)
			if err := ledger.Close(); err != nil {
				b.Fatal(err)
			}
		})
		bare += processorTime(b, func() { train(b, plan, &enginetest.Ledger{}) })
	}
	b.ReportMetric(100*(float64(recorded)/float64(bare)-1), "%recording")
}

func train(b *testing.B, plan *experiment.Plan, ledger experiment.Ledger) {
	pool := &experiment.Pool{Trainer: sweeps.Trainer{Corpus: data.Default(), Objective: plan.Objective}, Workers: 2}
	if _, err := experiment.Execute(b.Context(), plan, ledger, pool, experiment.Provenance{}, nil); err != nil {
		b.Fatal(err)
	}
}

// processorTime is what f takes of all processors, which company on the
// machine sways less than the clock.
func processorTime(b *testing.B, f func()) time.Duration {
	spent := func() time.Duration {
		var usage syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
			b.Fatal(err)
		}
		return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
	}
	before := spent()
	f()
	return spent() - before
}
