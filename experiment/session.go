package experiment

import (
	"context"
	"errors"
	"sync"
	"time"
)

// session is one run in the hands of one worker: it passes on what the trainer
// reports, and falls silent when the worker has left the trainer behind.
type session struct {
	pool   *Pool
	ledger Ledger
	run    Run
	worker int

	mu     sync.Mutex // held while the trainer speaks
	closed bool       // the trainer is not listened to any more
	err    error      // the ledger's
	saved  time.Time  // when the last snapshot was taken
}

func (s *session) resume(ctx context.Context, begunBefore bool) ([]byte, int, error) {
	if !begunBefore {
		return nil, 0, nil
	}
	return s.ledger.Resume(ctx, s.run)
}

// attempt trains once. A trainer that ignores its context for longer than the
// grace is left behind; the run then stands where it was last saved.
func (s *session) attempt(ctx context.Context, snapshot []byte, step int) (Outcome, error) {
	if err := s.ledger.Begin(s.run, s.worker, step); err != nil {
		s.err = err
		return Outcome{}, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s.saved = time.Now()
	ended := make(chan func() (Outcome, error), 1)
	go func() {
		outcome, err := s.pool.protect(ctx, s.task(ctx, cancel, snapshot))
		ended <- func() (Outcome, error) { return outcome, err }
	}()
	select {
	case result := <-ended:
		return result()
	case <-ctx.Done():
	}
	timer := time.NewTimer(s.pool.grace())
	defer timer.Stop()
	select {
	case result := <-ended:
		return result()
	case <-timer.C:
		s.close()
		s.notice("a run did not stop when asked and goes on from its last snapshot next time")
		return Outcome{}, errors.Join(ctx.Err(), errors.New("trainer ignored its context"))
	}
}

// task is what the trainer gets. A ledger that has stopped cancels it.
func (s *session) task(ctx context.Context, cancel func(), snapshot []byte) Task {
	record := func(write func() error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.closed || s.err != nil {
			return
		}
		if s.err = write(); s.err != nil {
			cancel()
		}
	}
	event := func(e Event) {
		e.Worker, e.Run = s.worker, s.run
		s.pool.watch(e)
	}
	return Task{
		Run:      s.run,
		Snapshot: snapshot,
		Report:   func(p Point) { record(func() error { return s.ledger.Report(s.run, p) }) },
		Save: func(step int, encode func() []byte) {
			record(func() error { return s.save(step, encode, ctx.Err() != nil) })
		},
		Progress: func(step, total int) { event(Event{Kind: Progressed, Step: step, Total: total}) },
		Sample:   func(sample Sample) { event(Event{Kind: Sampled, Sample: sample}) },
	}
}

// save takes a snapshot if it is forced or due.
func (s *session) save(step int, encode func() []byte, forced bool) error {
	if !forced && time.Since(s.saved) < s.pool.snapshotInterval() {
		return nil
	}
	snapshot := encode()
	s.saved = time.Now()
	s.pool.snapshotBytes.Store(int64(len(snapshot)))
	return s.ledger.Snapshot(s.run, step, snapshot)
}

func (s *session) ledgerError() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

func (s *session) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
}

func (s *session) finish(state State, outcome Outcome, reason string) error {
	if err := s.ledger.Finish(s.run, state, outcome, reason); err != nil {
		return err
	}
	s.pool.watch(Event{Kind: Ended, Worker: s.worker, Run: s.run, State: state, Outcome: outcome, Message: reason})
	return nil
}

func (s *session) fail(failure error) error {
	if err := s.ledger.Fail(s.run, failure.Error(), stackOf(failure), false); err != nil {
		return err
	}
	s.pool.watch(Event{Kind: Ended, Worker: s.worker, Run: s.run, State: Failed, Message: failure.Error()})
	return nil
}

// release leaves an interrupted run to the next time.
func (s *session) release(ctx context.Context) error {
	if err := s.ledger.Release(s.run); err != nil {
		return err
	}
	s.pool.watch(Event{Kind: Interrupted, Worker: s.worker, Run: s.run})
	return ctx.Err()
}

func (s *session) notice(text string) {
	s.pool.watch(Event{Kind: Noticed, Worker: s.worker, Run: s.run, Message: text})
}
