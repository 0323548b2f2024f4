package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"sweep/store"
)

// short is a sweep of nine runs that reports, evaluates and saves often, so
// that a kill finds it in every stage.
func short(db string) []string {
	return []string{"run", "default", "--db", db, "--seeds", "1", "--workers", "2", "--snapshots", "1", "--json",
		"--set", "iterations=8000", "--set", "evaluate_every=400", "--set", "report_every=100"}
}

// tiny is a sweep of one run, for trying every write.
func tiny(db string) []string {
	return []string{"run", "tutorial", "--db", db, "--seeds", "1", "--snapshots", "1", "--json",
		"--set", "hidden_size=8", "--set", "iterations=400", "--set", "evaluate_every=100", "--set", "report_every=50"}
}

// setting reads a setting of the test from the environment, where `make soak`
// asks for more and a failure is repeated.
func setting(t *testing.T, name string, standard int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return standard
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s=%s is not a number", name, text)
	}
	return n
}

// TestKilledAtRandom kills the command at random instants, now and then
// interrupts it instead, starts it again on the same ledger each time, and
// compares the end with an undisturbed run.
func TestKilledAtRandom(t *testing.T) {
	t.Parallel()
	kills, seed := setting(t, "SWEEP_KILLS", 25), setting(t, "SWEEP_SEED", 1)
	rng := rand.New(rand.NewPCG(uint64(seed), 0))
	t.Logf("%d kills, seed %d", kills, seed)
	folder := t.TempDir()
	want := filepath.Join(folder, "undisturbed.db")
	began := time.Now()
	mustRun(t, short(want)...)
	span := time.Since(began)

	resumed, finished := 0, map[string]string{}
	db := filepath.Join(folder, "killed-0.db")
	for killed := 0; killed < kills; {
		c := newCommand(t, nil, short(db)...)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		signal := syscall.SIGKILL
		if rng.IntN(3) == 0 {
			signal = syscall.SIGTERM // an interruption saves in the middle of things, which a kill cannot
		}
		timer := time.AfterFunc(time.Duration(rng.Int64N(int64(span))), func() { _ = c.Process.Signal(signal) })
		err := c.Wait()
		timer.Stop()
		resumed += strings.Count(c.stdout.String(), `"resumed":true`)
		switch {
		case c.endedBy(syscall.SIGKILL):
			killed++
			finished = mustKeep(t, db, finished)
		case c.ProcessState.ExitCode() == exitInterrupted, c.endedBy(syscall.SIGTERM): // the latter before it listened
			finished = mustKeep(t, db, finished)
		case err != nil:
			t.Fatalf("after %d kills with seed %d: %v\n%s", killed, seed, err, c.stderr.String())
		default:
			mustEqual(t, want, db)
			db, finished = filepath.Join(folder, fmt.Sprintf("killed-%d.db", killed)), nil
		}
	}
	mustRun(t, short(db)...)
	mustKeep(t, db, finished)
	mustEqual(t, want, db)
	if resumed == 0 {
		t.Errorf("no run went on from a snapshot in %d kills", kills)
	}
}

// mustKeep requires that runs that were finished are as they were, and returns
// those that are now.
func mustKeep(t *testing.T, db string, before map[string]string) map[string]string {
	t.Helper()
	after := map[string]string{}
	if _, err := os.Stat(db); err != nil {
		return after // killed before the ledger was there
	}
	ledger, err := store.OpenReadOnly(db)
	if err != nil {
		return after // killed before the ledger had its tables
	}
	defer ledger.Close()
	known, err := ledger.Sweeps(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, sweep := range known {
		records, err := ledger.Records(context.Background(), sweep.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range records {
			if r.State.Finished() {
				after[fmt.Sprint(r.ID)] = fmt.Sprint(r.State, r.FinishedAt, r.Attempts, r.Seconds)
			}
		}
	}
	for run, was := range before {
		if after[run] != was {
			t.Fatalf("run %s was finished as %q and is now %q", run, was, after[run])
		}
	}
	return after
}

// faulty builds the library that puts faults into SQLite's writes, and returns
// the environment that loads it.
func faulty(t *testing.T) func(fault string, at int) []string {
	t.Helper()
	library := filepath.Join(t.TempDir(), "fault.so")
	if out, err := exec.Command("cc", "-shared", "-fPIC", "-o", library, "testdata/fault.c", "-ldl").CombinedOutput(); err != nil {
		t.Skipf("no fault injection on this system: %v\n%s", err, out)
	}
	return func(fault string, at int) []string {
		return []string{"LD_PRELOAD=" + library, "FAULT_FILE=.db", "FAULT=" + fault, "FAULT_AT=" + strconv.Itoa(at)}
	}
}

// TestKilledWhileWriting kills the command within its nth write to the ledger,
// leaving half of it on disk, for n from the first on: creating the file,
// migrating, committing, checkpointing the log.
func TestKilledWhileWriting(t *testing.T) {
	t.Parallel()
	fault, seed := faulty(t), setting(t, "SWEEP_SEED", 1)
	rng := rand.New(rand.NewPCG(uint64(seed), 1))
	folder := t.TempDir()
	want := filepath.Join(folder, "undisturbed.db")
	mustRun(t, tiny(want)...)
	kills, at := 0, 1
	for {
		db := filepath.Join(folder, fmt.Sprintf("at-%d.db", at))
		c := newCommand(t, fault("kill", at), tiny(db)...)
		err := c.Run()
		if err == nil {
			break // it has no more writes than that
		}
		if !c.endedBy(syscall.SIGKILL) {
			t.Fatalf("write %d: %v\n%s", at, err, c.stderr.String())
		}
		kills++
		mustRun(t, tiny(db)...)
		mustEqual(t, want, db)
		at += 1 + rng.IntN(max(1, setting(t, "SWEEP_STRIDE", 8)))
	}
	t.Logf("killed in %d of about %d writes, seed %d", kills, at, seed)
	if kills < 5 {
		t.Errorf("only %d kills hit a write", kills)
	}
}

// TestDiskTrouble lets the disk fill up or break in the middle: one sentence,
// what was committed stays, and the same command goes on when the trouble is
// over.
func TestDiskTrouble(t *testing.T) {
	t.Parallel()
	fault := faulty(t)
	folder := t.TempDir()
	want := filepath.Join(folder, "undisturbed.db")
	mustRun(t, tiny(want)...)
	for _, trouble := range []string{"enospc", "eio"} {
		for _, at := range []int{1, 20, 60, 90} {
			name := fmt.Sprintf("%s-%d", trouble, at)
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				db := filepath.Join(folder, name+".db")
				c := newCommand(t, fault(trouble, at), tiny(db)...)
				if err := c.Run(); err == nil {
					t.Fatal("the command did not notice")
				}
				message := strings.TrimSpace(c.stderr.String())
				if code := c.ProcessState.ExitCode(); code != exitFailed && code != exitUsage {
					t.Errorf("exit status %d", code)
				}
				if strings.Contains(message, "goroutine") || !strings.Contains(message, db) {
					t.Errorf("the message does not say what and where in a sentence:\n%s", message)
				}
				mustRun(t, tiny(db)...)
				mustEqual(t, want, db)
			})
		}
	}
}
