package store

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
	"time"
)

// How much a transaction gathers before it is committed. The delay bounds what
// a kill can lose; the count and the size bound memory.
const (
	batchDelay = 200 * time.Millisecond
	batchCount = 4096
	batchBytes = 8 << 20
	queueCount = 256
)

// SQLite starts the write-ahead log over when nobody reads from it, which never
// happens while somebody polls. Past logLimit the writer waits for the readers
// it has, up to logPatience, but no more often than every logPause.
const (
	logLimit    = 32 << 20
	logPatience = 250 * time.Millisecond
	logPause    = 10 * time.Second
)

// failpoint is called just before a transaction commits, and just after, with
// the name of the place. It does nothing; tests replace it to die there.
var failpoint = func(place string) {}

// operation is one change of the ledger.
type operation struct {
	apply func(*sql.Tx) error // nil changes nothing
	bytes int                 // of blobs it holds
	done  chan error          // told when it is durable or has failed; nil: nobody waits
}

// writer is the goroutine that changes the ledger, and all that others need to
// hand it their changes.
//
// What nobody waits for is applied in batches. The first one that fails stops
// the writer for good, since what is queued after it may rest on it. What
// someone waits for has a transaction of its own, and its failure is theirs.
type writer struct {
	pool     *sql.DB // one connection
	path     string
	presence *presence
	trimmed  time.Time // when the log was last tried to be started over

	queue    chan operation
	quit     chan struct{} // closed by close
	quitOnce sync.Once
	stopped  chan struct{} // closed when err is set
	exited   chan struct{} // closed when the goroutine has ended
	err      error         // why it stopped; read after stopped is closed
}

func startWriter(pool *sql.DB, path string, presence *presence) *writer {
	w := &writer{
		pool: pool, path: path, presence: presence,
		queue: make(chan operation, queueCount), quit: make(chan struct{}),
		stopped: make(chan struct{}), exited: make(chan struct{}),
	}
	go w.run()
	return w
}

// enqueue hands over a change that nobody waits for.
func (w *writer) enqueue(bytes int, apply func(*sql.Tx) error) error {
	return w.send(context.Background(), operation{apply: apply, bytes: bytes})
}

// do makes a change, after everything queued before it, and returns when it is
// durable. A nil change waits for what is queued.
func (w *writer) do(ctx context.Context, apply func(*sql.Tx) error) error {
	done := make(chan error, 1)
	if err := w.send(ctx, operation{apply: apply, done: done}); err != nil {
		return err
	}
	select {
	case err := <-done:
		return err
	case <-w.exited:
	case <-ctx.Done():
		return ctx.Err()
	}
	select { // it may have been the last it did
	case err := <-done:
		return err
	default:
		return w.err
	}
}

// ask makes a change that has a result.
func ask[T any](ctx context.Context, w *writer, apply func(*sql.Tx) (T, error)) (T, error) {
	var result, none T
	err := w.do(ctx, func(tx *sql.Tx) (err error) {
		result, err = apply(tx)
		return err
	})
	if err != nil { // the change may still be at work on result
		return none, err
	}
	return result, nil
}

func (w *writer) send(ctx context.Context, op operation) error {
	if w == nil {
		return ErrReadOnly
	}
	select { // first, since the queue may have room
	case <-w.stopped:
		return w.err
	case <-ctx.Done():
		return ctx.Err()
	default:
	}
	select {
	case w.queue <- op:
		return nil
	case <-w.stopped:
		return w.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// close commits what is queued and ends the goroutine. It may be called again.
func (w *writer) close() error {
	err := w.do(context.Background(), nil)
	w.quitOnce.Do(func() { close(w.quit) })
	<-w.exited
	if err == ErrClosed {
		return nil
	}
	if closing := w.pool.Close(); err == nil {
		return closing
	}
	return err
}

func (w *writer) run() {
	defer close(w.exited)
	for {
		select {
		case op := <-w.queue:
			w.serve(op)
		case <-w.quit:
			w.stop(ErrClosed)
			return
		}
	}
}

// serve gathers a batch that begins with first, commits it and answers who
// waits at its end.
func (w *writer) serve(first operation) {
	batch, last := w.gather(first)
	err := w.commit(batch)
	if last.done == nil {
		return
	}
	if err == nil && last.apply != nil {
		err = w.transact(last.apply)
	}
	last.done <- err
}

// gather collects what nobody waits for until the batch is full or old enough,
// or until someone waits: that operation is last.
func (w *writer) gather(first operation) (batch []operation, last operation) {
	bytes, expired := 0, time.After(batchDelay)
	op := first
	for op.done == nil {
		batch = append(batch, op)
		if bytes += op.bytes; bytes >= batchBytes || len(batch) == batchCount {
			return batch, operation{}
		}
		select {
		case op = <-w.queue:
		case <-expired:
			return batch, operation{}
		}
	}
	return batch, op
}

func (w *writer) commit(batch []operation) error {
	select {
	case <-w.stopped:
		return w.err
	default:
	}
	if len(batch) == 0 {
		return nil
	}
	err := w.transact(func(tx *sql.Tx) error {
		for _, op := range batch {
			if err := op.apply(tx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		w.stop(err)
	}
	return err
}

// transact applies a change in one immediate transaction.
func (w *writer) transact(apply func(*sql.Tx) error) error {
	if err := w.presence.check(); err != nil {
		return err
	}
	tx, err := w.pool.Begin()
	if err != nil {
		return explain(w.path, err)
	}
	defer tx.Rollback()
	if err := apply(tx); err != nil {
		return explain(w.path, err)
	}
	failpoint("commit")
	if err := tx.Commit(); err != nil {
		return explain(w.path, err)
	}
	failpoint("committed")
	w.trimLog()
	return nil
}

// trimLog keeps the write-ahead log from growing without end. It is no harm if
// it fails: what is wrong with the disk the next commit says.
// https://www.sqlite.org/wal.html#avoiding_excessively_large_wal_files
func (w *writer) trimLog() {
	if w.presence.logBytes < logLimit || time.Since(w.trimmed) < logPause {
		return
	}
	w.trimmed = time.Now()
	for _, pragma := range []string{
		fmt.Sprintf("PRAGMA busy_timeout = %d", logPatience.Milliseconds()),
		"PRAGMA wal_checkpoint(TRUNCATE)",
		fmt.Sprintf("PRAGMA busy_timeout = %d", busyTimeout.Milliseconds()),
	} {
		_, _ = w.pool.Exec(pragma)
	}
}

func (w *writer) stop(err error) {
	select {
	case <-w.stopped:
	default:
		w.err = err
		close(w.stopped)
	}
}
