package experiment

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"time"
)

// Pool is the [Engine] of this machine: workers that take runs in order, each
// training one at a time.
type Pool struct {
	Trainer Trainer
	Workers int // at least 1
	// Retries is how often a failed run is tried again, from its beginning.
	Retries int
	// SnapshotShare is the part of the training time that writing snapshots
	// may take; 0 means DefaultSnapshotShare.
	SnapshotShare float64
	// Grace is how long a run may take to save itself when interrupted, before
	// it is left behind; 0 means DefaultGrace.
	Grace time.Duration
	// Watch is told what happens, by several goroutines at once; may be nil.
	Watch func(Event)

	snapshotBytes atomic.Int64 // size of the last snapshot taken
}

// The defaults of a [Pool].
const (
	DefaultSnapshotShare = 0.01
	DefaultGrace         = 1500 * time.Millisecond
)

// snapshotPace is what a snapshot is reckoned to cost: a slow disk's bytes a
// second. Reckoning by size keeps the share whatever the disk does meanwhile.
const snapshotPace = 100e6

// Execute trains the unfinished runs of the round.
func (p *Pool) Execute(ctx context.Context, round []Record, ledger Ledger) error {
	working, halt := context.WithCancel(ctx)
	defer halt()
	queue := p.queue(round)
	ended := make(chan error, p.Workers)
	var busy atomic.Int64
	busy.Store(int64(p.Workers))
	var crew []*worker
	for number := range p.Workers {
		w := &worker{pool: p, ledger: ledger, number: number, busy: &busy, halt: halt}
		crew = append(crew, w)
		go func() {
			err := w.work(working, queue)
			busy.Add(-1)
			ended <- err
		}()
	}
	err := p.wait(working, crew, ended)
	return graver(err, ledger.Flush(context.WithoutCancel(ctx)))
}

// wait returns when every worker has ended or, its context having done so, the
// grace is over; whoever still trains then is left behind.
func (p *Pool) wait(ctx context.Context, crew []*worker, ended <-chan error) (err error) {
	stopped := ctx.Done()
	var graceOver <-chan time.Time
	for working := len(crew); working > 0; {
		select {
		case reason := <-ended:
			err = graver(err, reason)
			working--
		case <-stopped:
			stopped, graceOver = nil, time.After(p.grace())
		case <-graceOver:
			for _, w := range crew {
				err = graver(err, w.abandon(ctx.Err()))
			}
			return err
		}
	}
	return err
}

// graver is the error to return of two: an interruption only where nothing else
// went wrong.
func graver(a, b error) error {
	if a == nil || errors.Is(a, context.Canceled) && b != nil {
		return b
	}
	return a
}

// queue holds the runs to train in their order.
func (p *Pool) queue(round []Record) <-chan *Record {
	todo := p.order(round)
	queue := make(chan *Record, len(todo))
	for _, record := range todo {
		queue <- record
	}
	close(queue)
	return queue
}

// order is the runs to train in the order they are started, which no result
// depends on: as proposed or, where the trainer knows, the longest of each seed
// first.
func (p *Pool) order(round []Record) []*Record {
	var todo []*Record
	for i := range round {
		if !round[i].State.Finished() {
			todo = append(todo, &round[i])
		}
	}
	if coster, ok := p.Trainer.(Coster); ok {
		costs := map[int64]float64{}
		for _, r := range todo {
			costs[r.ID] = coster.Cost(r.Run)
		}
		slices.SortStableFunc(todo, func(a, b *Record) int {
			return cmp.Or(cmp.Compare(a.Seed, b.Seed), cmp.Compare(costs[b.ID], costs[a.ID]))
		})
	}
	return todo
}

func (p *Pool) grace() time.Duration {
	if p.Grace > 0 {
		return p.Grace
	}
	return DefaultGrace
}

// snapshotInterval is how long a run trains between two snapshots so that they
// stay within their share of its time.
func (p *Pool) snapshotInterval() time.Duration {
	share := p.SnapshotShare
	if share == 0 {
		share = DefaultSnapshotShare
	}
	cost := float64(p.snapshotBytes.Load()) / snapshotPace
	return time.Duration(cost / share * float64(time.Second))
}
