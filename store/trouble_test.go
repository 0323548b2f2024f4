package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/mattn/go-sqlite3"

	"sweep/experiment"
)

// childSmall trains in the ledger arguments[0] while no file may grow beyond
// arguments[1] bytes, which stands for a disk that fills up.
func childSmall(arguments []string) error {
	signal.Ignore(syscall.SIGXFSZ)
	size, err := strconv.ParseUint(arguments[1], 10, 64)
	if err != nil {
		return err
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: size, Max: size}); err != nil {
		return err
	}
	db, err := Open(arguments[0])
	if err != nil {
		return err
	}
	plan, err := newPlan("default", 20, 5)
	if err != nil {
		return err
	}
	if err := trainAll(context.Background(), db, plan); err != nil {
		db.Close()
		return err
	}
	return db.Close()
}

// TestDiskFull fills the disk in the middle of a sweep: one sentence; what was
// finished stays; the same goes on when there is space, to the same results.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	path, plan := newPath(t), planOf(t, "default", 20, 5)
	said, well := output(t, "small", path, strconv.Itoa(600<<10))
	want := path + " cannot grow, there is no space left; make some: what was recorded is safe, and the same command goes on from there"
	if well || said != want {
		t.Fatalf("got  %q\nwant %q", said, want)
	}
	db := open(t, path)
	before := finished(t, db)
	if n := len(before); n == 0 || n == 100 {
		t.Fatalf("the disk filled up with %d of 100 runs finished; the limit is wrong for this test", n)
	}
	must(t, trainAll(t.Context(), db, plan))
	after := finished(t, db)
	for id, was := range before {
		if after[id] != was {
			t.Errorf("run %d was %s and is %s", id, was, after[id])
		}
	}
	want2 := openNew(t)
	must(t, trainAll(t.Context(), want2, plan))
	mustEqual(t, want2, db)
}

// TestWriterStops makes the next commit fail in several ways.
func TestWriterStops(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, pragma, want string
	}{
		{"full", `PRAGMA max_page_count = 1`, "cannot grow, there is no space left; make some: " + goesOn},
		{"read-only", `PRAGMA query_only = 1`, "can no longer be written; make it and its folder writable: " + goesOn},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			db := openNew(t)
			round := begun(t, db, planOf(t, "default", 2, 1))
			must(t, train(t.Context(), db, round[0].Run))
			must(t, db.Begin(round[1].Run, 0, 0))
			must(t, db.Flush(t.Context()))
			_, err := db.writer.pool.Exec(test.pragma)
			must(t, err)
			want := db.path + " " + test.want
			mustStop(t, db, round[1].Run, want)
			db.Close()
			again := open(t, db.path)
			must(t, trainAll(t.Context(), again, planOf(t, "default", 2, 1)))
		})
	}
}

// mustStop fills the writer's next batch and requires that it stops with this
// sentence, for good.
func mustStop(t *testing.T, db *DB, run experiment.Run, want string) {
	t.Helper()
	for step := 1; step <= 100; step++ {
		if db.Snapshot(run, step, make([]byte, 1<<16)) != nil {
			break
		}
	}
	for name, err := range map[string]error{
		"Flush":  db.Flush(t.Context()),
		"Report": db.Report(run, experiment.Point{Step: 1}),
		"Finish": db.Finish(run, experiment.Done, experiment.Outcome{}, ""),
		"Close":  db.Close(),
	} {
		if err == nil || err.Error() != want {
			t.Errorf("%s returned\n%v\nwant\n%s", name, err, want)
		}
	}
}

// TestLocked has another program sit on the file.
func TestLocked(t *testing.T) {
	t.Parallel()
	db := openNew(t)
	round := begun(t, db, planOf(t, "default", 1, 1))
	must(t, db.Begin(round[0].Run, 0, 0))
	must(t, db.Flush(t.Context()))
	other, err := connectWriter(db.file)
	must(t, err)
	defer other.Close()
	tx, err := other.Begin()
	must(t, err)
	defer tx.Rollback()
	_, err = db.writer.pool.Exec(`PRAGMA busy_timeout = 10`)
	must(t, err)
	if records, err := db.reader(t).Records(t.Context(), "default"); err != nil || len(records) != 1 {
		t.Errorf("while the file is locked a reader gets %d records, %v", len(records), err)
	}
	mustStop(t, db, round[0].Run, db.path+" was kept locked by another program for 30s; end that: "+goesOn)
}

func (db *DB) reader(t *testing.T) *DB {
	t.Helper()
	reader, err := OpenReadOnly(db.path)
	must(t, err)
	t.Cleanup(func() { reader.Close() })
	return reader
}

// TestRemoved takes the ledger away from under a sweep, or puts another in its
// place.
func TestRemoved(t *testing.T) {
	t.Parallel()
	for name, remove := range map[string]func(path string) error{
		"removed": os.Remove,
		"moved":   func(path string) error { return os.Rename(path, path+".moved") },
		"replaced": func(path string) error {
			return errors.Join(os.Rename(path, path+".moved"), os.WriteFile(path, nil, 0o644))
		},
		"log removed": func(path string) error { return os.Remove(path + "-wal") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := openNew(t)
			round := begun(t, db, planOf(t, "default", 1, 1))
			must(t, db.Begin(round[0].Run, 0, 0))
			must(t, db.Flush(t.Context()))
			must(t, remove(db.path))
			gone := db.file
			if name == "log removed" {
				gone += "-wal"
			}
			mustStop(t, db, round[0].Run, fmt.Sprintf("%s was removed or replaced while it was in use (%s is another file or gone); "+
				"put it back, or run the same command again to begin a new one", db.path, gone))
		})
	}
}

// TestDamaged overwrites the middle of the file.
func TestDamaged(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	db := open(t, path)
	must(t, trainAll(t.Context(), db, planOf(t, "default", 5, 5)))
	must(t, db.Close())
	content, err := os.ReadFile(path)
	must(t, err)
	for i := 4096; i < len(content); i++ {
		content[i] = 0xa5
	}
	must(t, os.WriteFile(path, content, 0o644))
	db, err = Open(path)
	if err == nil {
		_, err = db.Records(t.Context(), "default")
		db.Close()
	}
	if err == nil || !strings.Contains(err.Error(), path+" is damaged") || !strings.Contains(err.Error(), ".recover") {
		t.Errorf("a damaged file gives %v", err)
	}
}

// TestDamagedCheckpoint changes a model behind the program's back.
func TestDamagedCheckpoint(t *testing.T) {
	t.Parallel()
	db := openNew(t)
	must(t, trainAll(t.Context(), db, planOf(t, "default", 1, 1)))
	_, err := db.writer.pool.Exec(`DROP TRIGGER checkpoints_update; UPDATE checkpoints SET bytes = x'00'`)
	must(t, err)
	_, _, err = db.Checkpoint(t.Context(), 1)
	if err == nil || !strings.Contains(err.Error(), "the checkpoint of run 1 in "+db.path+" is damaged") {
		t.Errorf("a changed checkpoint gives %v", err)
	}
}

// TestRemedies has a sentence for every kind of trouble SQLite reports.
func TestRemedies(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		failure sqlite3.Error
		want    string
	}{
		{sqlite3.Error{Code: sqlite3.ErrFull}, "no space left"},
		{sqlite3.Error{Code: sqlite3.ErrIoErr, SystemErrno: syscall.ENOSPC}, "no space left"},
		{sqlite3.Error{Code: sqlite3.ErrIoErr, SystemErrno: syscall.EDQUOT}, "no space left"},
		{sqlite3.Error{Code: sqlite3.ErrIoErr, SystemErrno: syscall.EFBIG}, "no space left"},
		{sqlite3.Error{Code: sqlite3.ErrIoErr, SystemErrno: syscall.EIO}, "input/output error"},
		{sqlite3.Error{Code: sqlite3.ErrReadonly}, "can no longer be written"},
		{sqlite3.Error{Code: sqlite3.ErrBusy}, "kept locked"},
		{sqlite3.Error{Code: sqlite3.ErrCorrupt}, "is damaged"},
	} {
		got := explain("results.db", fmt.Errorf("commit: %w", test.failure))
		if !strings.HasPrefix(got.Error(), "results.db ") || !strings.Contains(got.Error(), test.want) {
			t.Errorf("%v gives %q, want %q", test.failure, got, test.want)
		}
		if !errors.As(got, new(sqlite3.Error)) {
			t.Errorf("%q has lost its cause", got)
		}
	}
}

// TestLogStaysSmall lets the write-ahead log grow as it does under readers that
// never rest, once with nobody in the way of starting it over and once with a
// reader that stays: that one costs patience and nothing else.
func TestLogStaysSmall(t *testing.T) {
	t.Parallel()
	for _, stays := range []bool{false, true} {
		t.Run(fmt.Sprint("reader stays ", stays), func(t *testing.T) {
			t.Parallel()
			db := openNew(t)
			r := begun(t, db, planOf(t, "default", 1, 1))[0].Run
			_, err := db.writer.pool.Exec(`PRAGMA wal_autocheckpoint = 0`)
			must(t, err)
			if stays {
				tx, err := db.read.Begin()
				must(t, err)
				defer tx.Rollback()
				must(t, tx.QueryRow(`SELECT count(*) FROM runs`).Scan(new(int)))
			}
			must(t, db.Begin(r, 0, 0))
			for step := range logLimit>>20 + 8 {
				must(t, db.Snapshot(r, step, bytes.Repeat([]byte{byte(step)}, 1<<20)))
				must(t, db.Flush(t.Context()))
			}
			info, err := os.Stat(db.file + "-wal")
			must(t, err)
			if small := info.Size() < logLimit; small == stays {
				t.Errorf("the log has %d MB", info.Size()>>20)
			}
		})
	}
}

// TestClosed calls everything after Close, and Close twice.
func TestClosed(t *testing.T) {
	t.Parallel()
	db := openNew(t)
	r := begun(t, db, planOf(t, "default", 1, 1))[0].Run
	must(t, db.Begin(r, 0, 0))
	must(t, db.Close())
	must(t, db.Close())
	_, schedule := db.Schedule(t.Context(), "default", nil)
	_, records := db.Records(t.Context(), "default")
	for name, err := range map[string]error{
		"Report": db.Report(r, experiment.Point{}), "Flush": db.Flush(t.Context()),
		"Schedule": schedule, "Records": records, "AddTag": db.AddTag(t.Context(), 1, "x"),
	} {
		if !errors.Is(err, ErrClosed) {
			t.Errorf("%s after Close returned %v", name, err)
		}
	}
	if locks, _ := filepath.Glob(db.file + "*"); len(locks) != 1 {
		t.Errorf("after Close there are %v", locks)
	}
}

// TestReadOnly changes a ledger that was opened for reading.
func TestReadOnly(t *testing.T) {
	t.Parallel()
	db := openNew(t)
	must(t, trainAll(t.Context(), db, planOf(t, "default", 1, 1)))
	reader := db.reader(t)
	_, register := reader.Register(t.Context(), planOf(t, "default", 1, 1), here)
	for name, err := range map[string]error{
		"Register": register, "SetNote": reader.SetNote(t.Context(), 1, "x"), "RemoveRun": reader.RemoveRun(t.Context(), 1),
	} {
		if !errors.Is(err, ErrReadOnly) {
			t.Errorf("%s returned %v", name, err)
		}
	}
}

// TestClockSetBack trains while the clock goes backwards.
func TestClockSetBack(t *testing.T) {
	t.Parallel()
	db := openNew(t)
	now := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	db.Clock = func() time.Time {
		now = now.Add(-time.Hour)
		return now
	}
	for _, name := range []string{"first", "second"} {
		must(t, trainAll(t.Context(), db, planOf(t, name, 1, 1)))
	}
	r, err := db.Run(t.Context(), 1)
	must(t, err)
	if r.Seconds != 0 {
		t.Errorf("a run took %v seconds", r.Seconds)
	}
	last, err := db.Sweep(t.Context(), "")
	must(t, err)
	if last.Name != "second" {
		t.Errorf("the sweep that ran last is %s", last.Name)
	}
}
