package experiment

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
)

// worker trains one run at a time, on its own goroutine, and records what the
// trainer reports until the ledger stops or the pool leaves the worker behind.
type worker struct {
	pool   *Pool
	ledger Ledger
	number int
	busy   *atomic.Int64      // workers that may have runs to train
	halt   context.CancelFunc // stops every worker

	run   Run       // in hand
	saved time.Time // when its last snapshot was taken

	mu    sync.Mutex // held while something is recorded
	begun bool       // run is under way in the ledger
	err   error      // why nothing is recorded any more
}

// work takes runs until there are no more or one of them cannot be recorded.
func (w *worker) work(ctx context.Context, queue <-chan *Record) error {
	for record := range queue {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err := w.train(ctx, record); err != nil {
			w.halt()
			return err
		}
	}
	return nil
}

// train takes one run to its end, over as many attempts as that needs.
func (w *worker) train(ctx context.Context, record *Record) error {
	w.run = record.Run
	snapshot, step, err := w.resume(ctx, record.Attempts > 0)
	if err != nil {
		return err
	}
	w.watch(Event{Kind: Started, Step: step})
	for failures := 0; ; {
		outcome, err := w.attempt(ctx, snapshot, step)
		switch {
		case err == nil:
			return w.finish(Done, outcome, "")
		case errors.Is(err, ErrDiverged):
			return w.finish(Diverged, Outcome{}, err.Error())
		case ctx.Err() != nil:
			return w.release(ctx)
		case errors.Is(err, ErrSnapshot) && snapshot != nil:
			over := Event{Kind: Noticed, Message: fmt.Sprintf("run %d starts over: %v", w.run.ID, err)}
			if err := w.end(over, func() error { return w.ledger.Release(w.run) }); err != nil {
				return err
			}
		default:
			failures++
			if retry := failures <= w.pool.Retries; !retry {
				return w.fail(err)
			}
			again := Event{Kind: Noticed, Message: fmt.Sprintf("run %d failed and is tried again: %v", w.run.ID, err)}
			if err := w.end(again, func() error { return w.ledger.Fail(w.run, err.Error(), stackOf(err), true) }); err != nil {
				return err
			}
		}
		snapshot, step = nil, 0
	}
}

func (w *worker) resume(ctx context.Context, begunBefore bool) ([]byte, int, error) {
	if !begunBefore {
		return nil, 0, nil
	}
	return w.ledger.Resume(ctx, w.run)
}

// attempt trains once.
func (w *worker) attempt(ctx context.Context, snapshot []byte, step int) (Outcome, error) {
	if err := w.record(func() error { w.begun = true; return w.ledger.Begin(w.run, w.number, step) }); err != nil {
		return Outcome{}, err
	}
	w.saved = time.Now()
	return w.protect(ctx, w.task(ctx, snapshot))
}

// protect turns a trainer's panic into an error that carries its stack.
func (w *worker) protect(ctx context.Context, task Task) (outcome Outcome, err error) {
	defer func() {
		if reason := recover(); reason != nil {
			err = &panicError{reason: reason, stack: string(debug.Stack())}
		}
	}()
	return w.pool.Trainer.Train(ctx, task)
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

// task is what the trainer gets.
func (w *worker) task(ctx context.Context, snapshot []byte) Task {
	return Task{
		Run:      w.run,
		Snapshot: snapshot,
		Report:   func(p Point) { w.record(func() error { return w.ledger.Report(w.run, p) }) },
		Save: func(step int, encode func() []byte) {
			w.record(func() error { return w.save(step, encode, ctx.Err() != nil) })
		},
		Progress: func(step, total int) { w.watch(Event{Kind: Progressed, Step: step, Total: total}) },
		Sample:   func(sample Sample) { w.watch(Event{Kind: Sampled, Sample: sample}) },
		Cores:    w.cores,
	}
}

// cores is this worker's share of the cores the pool may use: its own and an
// equal part of those whose workers have nothing left to do.
func (w *worker) cores() int {
	return max(1, min(w.pool.Workers, runtime.GOMAXPROCS(0))/int(w.busy.Load()))
}

// save takes a snapshot if it is forced or due.
func (w *worker) save(step int, encode func() []byte, forced bool) error {
	if !forced && time.Since(w.saved) < w.pool.snapshotInterval() {
		return nil
	}
	snapshot := encode()
	w.saved = time.Now()
	w.pool.snapshotBytes.Store(int64(len(snapshot)))
	return w.ledger.Snapshot(w.run, step, snapshot)
}

func (w *worker) finish(state State, outcome Outcome, reason string) error {
	return w.end(Event{Kind: Ended, State: state, Outcome: outcome, Message: reason},
		func() error { return w.ledger.Finish(w.run, state, outcome, reason) })
}

func (w *worker) fail(failure error) error {
	return w.end(Event{Kind: Ended, State: Failed, Message: failure.Error()},
		func() error { return w.ledger.Fail(w.run, failure.Error(), stackOf(failure), false) })
}

// release leaves an interrupted run to the next time.
func (w *worker) release(ctx context.Context) error {
	if err := w.end(Event{Kind: Interrupted}, func() error { return w.ledger.Release(w.run) }); err != nil {
		return err
	}
	return ctx.Err()
}

// abandon leaves behind a worker whose trainer ignores its context: its run
// stands where it was last saved, and nothing it says is recorded any more. It
// returns why the worker stopped: the cause, if nothing else.
func (w *worker) abandon(cause error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err != nil {
		return w.err
	}
	w.err = cause
	if !w.begun {
		return cause
	}
	if err := w.ledger.Release(w.run); err != nil {
		return err
	}
	w.watch(Event{Kind: Noticed, Message: "a run did not stop when asked and goes on from its last snapshot next time"})
	w.watch(Event{Kind: Interrupted})
	return cause
}

// end records what ends an attempt and says so.
func (w *worker) end(e Event, write func() error) error {
	if err := w.record(func() error { w.begun = false; return write() }); err != nil {
		return err
	}
	w.watch(e)
	return nil
}

// record writes to the ledger. When that fails everything stops.
func (w *worker) record(write func() error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err != nil {
		return w.err
	}
	if w.err = write(); w.err != nil {
		w.halt()
	}
	return w.err
}

func (w *worker) watch(e Event) {
	if w.pool.Watch != nil {
		e.Worker, e.Run = w.number, w.run
		w.pool.Watch(e)
	}
}
