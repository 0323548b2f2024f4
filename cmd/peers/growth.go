package main

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"time"

	"sweep/experiment"
	"sweep/experiment/enginetest"
	"sweep/experiment/strategy"
	"sweep/rnn"
	"sweep/rnn/kernel"
	"sweep/sweeps"
)

// growth is how a figure moves with the size of something: a question, and a plot that answers it.
type growth struct {
	Name        string `json:"name"` // of the plot's files
	Title       string `json:"title"`
	X           string `json:"x"` // what it grows with, and its unit
	Y           string `json:"y"`
	Logarithmic bool   `json:"logarithmic"`  // both axes
	Aim         string `json:"aim,omitzero"` // in words
	Lines       []line `json:"lines"`
}

// line is one thing measured at several sizes.
type line struct {
	Name   string      `json:"name"`
	Sizes  []int       `json:"sizes"`
	Rounds [][]float64 `json:"rounds"`         // by size
	Ideal  bool        `json:"ideal,omitzero"` // not measured but reckoned

	peer     *peer
	workload func(size int) workload
}

// at is what was measured at a size, given by its index.
func (l line) at(size int) spread { return spreadOf(l.Rounds[size]) }

// byHiddenSize trains networks of several widths.
func (b *bench) byHiddenSize(context.Context) (growth, error) {
	wide := func(network string, batch int) func(int) workload {
		return func(size int) workload { return workload{Network: network, Hidden: size, Batch: batch} }
	}
	ours := b.ours[kernel.Tier()]
	lines := []line{
		{Name: "sweep, one name at a time", peer: ours, workload: wide(tutorial, 1)},
		{Name: "sweep, batches of 64", peer: ours, workload: wide(tanhRNN, 64)},
	}
	if b.torch != nil {
		lines = append(lines,
			line{Name: "PyTorch tuned, tutorial loop", peer: b.torch.tuned, workload: wide(tutorial, 1)},
			line{Name: "PyTorch tuned, nn.RNN, batches of 64", peer: b.torch.tuned, workload: wide(tanhRNN, 64)})
	}
	return b.timeNames(growth{Name: "hidden-size", Title: "Time to train on a name, by hidden size (elman)",
		X: "hidden size (units)", Logarithmic: true, Lines: lines}, b.hidden)
}

// byLetters trains on the names of one length at a time. Lengths that the corpus has not are left out.
func (b *bench) byLetters(context.Context) (growth, error) {
	long := func(network string) func(int) workload {
		return func(size int) workload {
			w := tutorialSize(network, 1)
			w.Letters = size
			return w
		}
	}
	ours := b.ours[kernel.Tier()]
	lengths := slices.DeleteFunc(slices.Clone(b.lengths), func(n int) bool { return len(ofLength(b.corpus.Train, n)) == 0 })
	return b.timeNames(growth{Name: "name-length", Title: "Time to train on a name, by its length (hidden size 128)",
		X: "name length (letters)", Lines: []line{
			{Name: "elman", peer: ours, workload: long(tutorial)},
			{Name: "gru", peer: ours, workload: long(gru)},
			{Name: "lstm", peer: ours, workload: long(lstm)},
		}}, lengths)
}

// timeNames measures every line of g at every size, in microseconds of processor time a name.
func (b *bench) timeNames(g growth, sizes []int) (growth, error) {
	g.Y = "processor time (µs a name)"
	for i := range g.Lines {
		g.Lines[i].Sizes, g.Lines[i].Rounds = sizes, make([][]float64, len(sizes))
	}
	return g, b.eachRound("by "+g.X, func() error {
		for at, size := range sizes {
			for _, l := range g.Lines {
				m, err := l.peer.measure(l.workload(size), b.seconds/2)
				if err != nil {
					return err
				}
				l.Rounds[at] = append(l.Rounds[at], 1e6/m.rate())
			}
		}
		return nil
	})
}

// byWorkers trains the same sweep with pools of several sizes. Speed is against the round's first pool, of one worker.
// How many cores the pool had tells a pool that wastes its time from a machine that others use.
func (b *bench) byWorkers(ctx context.Context) (growth, error) {
	speed := line{Name: "speed, times one worker", Sizes: b.workers, Rounds: make([][]float64, len(b.workers))}
	cores := line{Name: "cores that the system gave", Sizes: b.workers, Rounds: make([][]float64, len(b.workers))}
	ideal := line{Name: "a core for each worker", Sizes: b.workers, Ideal: true}
	for _, workers := range b.workers {
		ideal.Rounds = append(ideal.Rounds, []float64{float64(min(workers, runtime.GOMAXPROCS(0)))})
	}
	g := growth{Name: "workers", Title: "Speed of a sweep, by workers (elman, hidden size 128)",
		X: "workers", Y: "speed (times one worker), cores", Lines: []line{speed, cores, ideal},
		Aim: "2 workers at least 1.95 times one; more workers than cores no slower than cores"}
	if _, err := b.timeSweep(ctx, 1); err != nil { // warm-up
		return g, err
	}
	return g, b.eachRound("by workers", func() error {
		var alone float64
		for at, workers := range b.workers {
			took, err := b.timeSweep(ctx, workers)
			if err != nil {
				return err
			}
			if at == 0 {
				alone = took.Wall
			}
			speed.Rounds[at] = append(speed.Rounds[at], alone/took.Wall)
			cores.Rounds[at] = append(cores.Rounds[at], took.Processor/took.Wall)
		}
		return nil
	})
}

// timeSweep has a pool do whole trainings, as the command trains them, with a ledger in memory.
func (b *bench) timeSweep(ctx context.Context, workers int) (measurement, error) {
	sweep := sweeps.Sweep{
		Name:     "workers",
		Base:     rnn.Config{HiddenSize: hiddenSize, Iterations: b.iterations},
		Seeds:    b.trainings,
		Strategy: strategy.Grid{},
	}
	plan, err := sweeps.Plan(sweep, b.corpus)
	if err != nil {
		return measurement{}, err
	}
	ledger := &enginetest.Ledger{}
	pool := &experiment.Pool{Trainer: sweeps.Trainer{Corpus: b.corpus, Objective: plan.Objective}, Workers: workers}
	processor, wall := processorTime(), time.Now()
	if _, err := experiment.Execute(ctx, plan, ledger, pool, experiment.Provenance{}, nil); err != nil {
		return measurement{}, err
	}
	took := measurement{b.trainings * b.iterations, (processorTime() - processor).Seconds(), time.Since(wall).Seconds()}
	records, err := ledger.Records(ctx, plan.Name)
	for _, r := range records {
		if r.State != experiment.Done {
			return took, fmt.Errorf("training with seed %d is %s, so its time says nothing: %s", r.Seed, r.State, r.Error)
		}
	}
	return took, err
}
