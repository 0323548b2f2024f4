package experiment

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
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
	group, ctx := errgroup.WithContext(ctx)
	todo := p.order(round)
	queue := make(chan *Record, len(todo))
	for _, record := range todo {
		queue <- record
	}
	close(queue)
	for worker := range p.Workers {
		group.Go(func() error {
			for record := range queue {
				if err := p.train(ctx, worker, record, ledger); err != nil {
					return err
				}
			}
			return nil
		})
	}
	err := group.Wait()
	if flushed := ledger.Flush(context.WithoutCancel(ctx)); err == nil || errors.Is(err, context.Canceled) && flushed != nil {
		err = flushed
	}
	return err
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

// train takes one run to its end, over as many attempts as that needs.
func (p *Pool) train(ctx context.Context, worker int, record *Record, ledger Ledger) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	s := &session{pool: p, ledger: ledger, run: record.Run, worker: worker}
	snapshot, step, err := s.resume(ctx, record.Attempts > 0)
	if err != nil {
		return err
	}
	p.watch(Event{Kind: Started, Worker: worker, Run: record.Run, Step: step})
	for failures := 0; ; {
		outcome, err := s.attempt(ctx, snapshot, step)
		switch {
		case s.ledgerError() != nil:
			return s.ledgerError()
		case err == nil:
			return s.finish(Done, outcome, "")
		case errors.Is(err, ErrDiverged):
			return s.finish(Diverged, Outcome{}, err.Error())
		case ctx.Err() != nil:
			return s.release(ctx)
		case errors.Is(err, ErrSnapshot) && snapshot != nil:
			if err := ledger.Release(record.Run); err != nil {
				return err
			}
			s.notice(fmt.Sprintf("run %d starts over: %v", record.ID, err))
		default:
			failures++
			if retry := failures <= p.Retries; !retry {
				return s.fail(err)
			}
			if err := ledger.Fail(record.Run, err.Error(), stackOf(err), true); err != nil {
				return err
			}
			s.notice(fmt.Sprintf("run %d failed and is tried again: %v", record.ID, err))
		}
		snapshot, step = nil, 0
	}
}

// protect turns a trainer's panic into an error that carries its stack.
func (p *Pool) protect(ctx context.Context, task Task) (outcome Outcome, err error) {
	defer func() {
		if reason := recover(); reason != nil {
			err = &panicError{reason: reason, stack: string(debug.Stack())}
		}
	}()
	return p.Trainer.Train(ctx, task)
}

type panicError struct {
	reason any
	stack  string
}

func (e *panicError) Error() string { return fmt.Sprintf("panic: %v", e.reason) }

func stackOf(err error) string {
	if panicked, ok := errors.AsType[*panicError](err); ok {
		return panicked.stack
	}
	return ""
}

func (p *Pool) watch(e Event) {
	if p.Watch != nil {
		p.Watch(e)
	}
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
