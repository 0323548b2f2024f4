package experiment_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"sweep/experiment"
	"sweep/experiment/enginetest"
)

// sleeper is a trainer that takes a fixed time and no processor.
type sleeper time.Duration

func (s sleeper) Train(context.Context, experiment.Task) (experiment.Outcome, error) {
	time.Sleep(time.Duration(s))
	return experiment.Outcome{}, nil
}

// BenchmarkScheduling runs 10,000 runs of one millisecond on 16 workers and
// reports how much longer that takes than 10,000/16 such sleeps in a row,
// measured beside it, since a sleep takes longer than it says.
func BenchmarkScheduling(b *testing.B) {
	const runs, workers = 10_000, 16
	var ideal, took time.Duration
	for b.Loop() {
		began := time.Now()
		bare := make(chan struct{})
		for range workers {
			go func() {
				for range runs / workers {
					time.Sleep(time.Millisecond)
				}
				bare <- struct{}{}
			}()
		}
		for range workers {
			<-bare
		}
		ideal += time.Since(began)

		ledger := &enginetest.Ledger{}
		var proposals []experiment.Proposal
		for i := range runs {
			proposals = append(proposals, experiment.Proposal{Configuration: experiment.Configuration{Hash: fmt.Sprint(i % 100)}, Seed: i / 100})
		}
		round, err := ledger.Schedule(b.Context(), "bench", proposals)
		if err != nil {
			b.Fatal(err)
		}
		pool := &experiment.Pool{Trainer: sleeper(time.Millisecond), Workers: workers}
		began = time.Now()
		if err := pool.Execute(b.Context(), round, ledger); err != nil {
			b.Fatal(err)
		}
		took += time.Since(began)
	}
	b.ReportMetric(100*(float64(took)/float64(ideal)-1), "%overhead")
	b.ReportMetric(runs*float64(b.N)/took.Seconds(), "runs/s")
}
