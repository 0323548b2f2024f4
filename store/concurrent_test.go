package store

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sweep/experiment"
)

// TestPolling has 8 workers write and 2 readers look all the time, one of them
// through connections of its own. No call may fail, least of all for a lock.
// SWEEP_SOAK=1m makes it last.
func TestPolling(t *testing.T) {
	t.Parallel()
	span := 500 * time.Millisecond
	if soak := os.Getenv("SWEEP_SOAK"); soak != "" {
		var err error
		span, err = time.ParseDuration(soak)
		must(t, err)
	}
	db := openNew(t)
	round := begun(t, db, planOf(t, "default", 8, 1))
	ctx, cancel := context.WithTimeout(t.Context(), span)
	defer cancel()
	var all sync.WaitGroup
	var points, reads atomic.Int64
	for worker, r := range round {
		all.Go(func() {
			err := db.Begin(r.Run, worker, 0)
			for step := 1; ctx.Err() == nil && err == nil; step++ {
				err = errors.Join(db.Report(r.Run, pointAt(step, 1)), db.Snapshot(r.Run, step, []byte("here")), db.Flush(t.Context()))
				points.Add(1)
			}
			if err = errors.Join(err, db.Finish(r.Run, experiment.Done, experiment.Outcome{}, "")); err != nil {
				t.Error(err)
			}
		})
	}
	for _, reader := range []*DB{db, db.reader(t)} {
		all.Go(func() {
			for ctx.Err() == nil {
				_, records := reader.Records(t.Context(), "default")
				_, curves := reader.Curves(t.Context(), "default")
				if err := errors.Join(records, curves, read(t, reader, `SELECT * FROM leaderboard`)); err != nil {
					t.Error(err)
					return
				}
				reads.Add(1)
			}
		})
	}
	all.Wait()
	t.Logf("%d points and %d reads in %v", points.Load(), reads.Load(), span)
}

// TestTwoProcesses trains two sweeps in one file in two processes while this
// one reads.
func TestTwoProcesses(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	must(t, open(t, path).Close())
	var running atomic.Int64
	for _, sweep := range []string{"default", "tutorial"} {
		running.Add(1)
		c := child(t, "train", path, sweep)
		must(t, c.Start())
		go func() {
			if err := c.Wait(); err != nil {
				t.Errorf("%s: %v", sweep, err)
			}
			running.Add(-1)
		}()
	}
	reader, err := OpenReadOnly(path)
	must(t, err)
	defer reader.Close()
	for running.Load() > 0 {
		_, err := reader.Sweeps(t.Context())
		must(t, err)
		must(t, read(t, reader, `SELECT count(*) FROM points`))
	}
	want := openNew(t)
	for _, sweep := range []string{"default", "tutorial"} {
		must(t, trainAll(t.Context(), want, planOf(t, sweep, 2, 2)))
	}
	mustEqual(t, want, reader)
}

// TestLockExcludes has many take and let go of one lock, whose file goes each
// time: never do two have it.
func TestLockExcludes(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "results.db.default.lock")
	var inside atomic.Int32
	var holders sync.WaitGroup
	for range 8 {
		holders.Go(func() {
			for won := 0; won < 100; {
				lock, err := tryLock(path)
				if err != nil {
					t.Error(err)
					return
				}
				if lock == nil {
					continue
				}
				// A lock on a file that is gone would let this one in as well.
				again, err := tryLock(path)
				if inside.Add(1) != 1 || again != nil || err != nil {
					t.Errorf("two hold the lock, %v", err)
				}
				won++
				inside.Add(-1)
				if err := release(lock); err != nil {
					t.Error(err)
				}
			}
		})
	}
	holders.Wait()
	if _, err := os.Stat(path); err == nil {
		t.Error("the lock file is left")
	}
}

// TestLockFile reads what stands in the lock of a sweep that is held, and
// copes with what should not stand there.
func TestLockFile(t *testing.T) {
	t.Parallel()
	db := openNew(t)
	begun(t, db, planOf(t, "default", 1, 1))
	content, err := os.ReadFile(db.file + ".default.lock")
	must(t, err)
	for _, key := range []string{`"pid":`, `"host":`, `"since":"20`} {
		if !strings.Contains(string(content), key) {
			t.Errorf("the lock says %s, without %s", content, key)
		}
	}
	must(t, os.WriteFile(db.file+".default.lock", []byte("{"), 0o644))
	_, err = open(t, db.path).Register(t.Context(), planOf(t, "default", 1, 1), here)
	if !errors.Is(err, experiment.ErrHeld) || !strings.Contains(err.Error(), "another process") {
		t.Errorf("with a lock that says nothing Register returned %v", err)
	}
}
