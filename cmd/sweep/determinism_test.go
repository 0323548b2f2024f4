package main

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"sweep/data"
	"sweep/experiment"
	"sweep/store"
	"sweep/sweeps"
)

// TestSameBytesAtAnyWorkerCount trains the same sweep on 1, 2, 4 and 8 workers.
func TestSameBytesAtAnyWorkerCount(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	one := filepath.Join(folder, "1.db")
	mustRun(t, append(short(one), "--workers", "1")...)
	for _, workers := range []string{"2", "4", "8"} {
		db := filepath.Join(folder, workers+".db")
		mustRun(t, append(short(db), "--workers", workers)...)
		mustEqual(t, one, db)
	}
}

// TestTwoSweepsShareALedger trains two sweeps at once, in two processes, in
// one file, while a third process reads.
func TestTwoSweepsShareALedger(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	shared := filepath.Join(folder, "shared.db")
	var both sync.WaitGroup
	for _, args := range [][]string{short(shared), tiny(shared)} {
		both.Go(func() {
			c := newCommand(t, nil, args...)
			if err := c.Run(); err != nil {
				t.Errorf("%v\n%s", err, c.stderr.String())
			}
		})
	}
	both.Wait()
	list := mustRun(t, "list", "--db", shared, "--json", "--columns", "sweep,state")
	if done := strings.Count(list, `"state":"done"`); done != 10 {
		t.Errorf("%d runs are done, want the 9 of one sweep and the one of the other:\n%s", done, list)
	}
	for name, args := range map[string]func(string) []string{"default": short, "tutorial": tiny} {
		alone := filepath.Join(folder, name+".db")
		mustRun(t, args(alone)...)
		want := mustRun(t, "list", name, "--db", alone, "--json", "--columns", "config,seed,val_loss,test_accuracy")
		if got := mustRun(t, "list", name, "--db", shared, "--json", "--columns", "config,seed,val_loss,test_accuracy"); got != want {
			t.Errorf("%s differs in company:\n%s\nalone:\n%s", name, got, want)
		}
	}
}

// TestDamagedSnapshotStartsOver changes a byte of a snapshot: the run says so,
// starts over, and ends as if nothing had happened.
func TestDamagedSnapshotStartsOver(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	seconds := func(db string) []string {
		return []string{"run", "tutorial", "--db", db, "--seeds", "1", "--json", "--set", "iterations=150000"}
	}
	want, db := filepath.Join(folder, "undisturbed.db"), filepath.Join(folder, "damaged.db")
	mustRun(t, seconds(want)...)
	interrupted := started(t, seconds(db)...)
	if err := interrupted.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	_ = interrupted.Wait() // what counts is what it left
	damageSnapshot(t, db)
	c := newCommand(t, nil, seconds(db)...)
	if err := c.Run(); err != nil {
		t.Fatalf("%v\n%s", err, c.stderr.String())
	}
	if !strings.Contains(c.stdout.String(), "run 1 starts over: ") {
		t.Errorf("nothing says that the run starts over:\n%s", c.stdout.String())
	}
	mustEqual(t, want, db)
}

// damageSnapshot flips the bits of a byte in the middle of a snapshot.
func damageSnapshot(t *testing.T, db string) {
	t.Helper()
	ledger, err := sql.Open("sqlite3", db)
	if err != nil {
		t.Fatal(err)
	}
	defer ledger.Close()
	var snapshot []byte
	if err := ledger.QueryRow("SELECT bytes FROM snapshots WHERE run_id = 1").Scan(&snapshot); err != nil {
		t.Fatalf("the interrupted run left no snapshot: %v", err)
	}
	snapshot[len(snapshot)/2] ^= 0xff
	if _, err := ledger.Exec("UPDATE snapshots SET bytes = ? WHERE run_id = 1", snapshot); err != nil {
		t.Fatal(err)
	}
}

// TestFailedRunStaysUntilRetried: a failure is the exit status of every
// command that finds it, until `sweep retry` lets the run train again.
func TestFailedRunStaysUntilRetried(t *testing.T) {
	t.Parallel()
	db := filepath.Join(t.TempDir(), "results.db")
	failOneRun(t, db)
	again := newCommand(t, nil, tiny(db)...)
	if again.Run() == nil || again.ProcessState.ExitCode() != exitFailed {
		t.Errorf("exit status %d with a failed run, want %d", again.ProcessState.ExitCode(), exitFailed)
	}
	if message := again.stderr.String(); !strings.Contains(message, "1 of 1 runs failed: 1") || !strings.Contains(message, "sweep retry --db "+db) {
		t.Errorf("the message does not say what to do:\n%s", message)
	}
	if show := mustRun(t, "show", "--db", db, "1"); !strings.Contains(show, "out of luck") || !strings.Contains(show, "luck.go:7") {
		t.Errorf("the failure's message and stack are not shown:\n%s", show)
	}
	mustRun(t, "retry", "--db", db)
	mustRun(t, tiny(db)...)
}

// failOneRun leaves in db what a run that panicked leaves.
func failOneRun(t *testing.T, db string) {
	t.Helper()
	var command runCommand
	command.Name, command.Seeds, command.Workers, command.Snapshots = "tutorial", 1, 1, 1
	command.Set = []string{"hidden_size=8", "iterations=400", "evaluate_every=100", "report_every=50"}
	sweep, err := command.sweep()
	if err != nil {
		t.Fatal(err)
	}
	plan, err := sweeps.Plan(sweep, data.Default())
	if err != nil {
		t.Fatal(err)
	}
	ledger, err := store.Open(db)
	if err != nil {
		t.Fatal(err)
	}
	registered, err := ledger.Register(t.Context(), plan, experiment.Provenance{})
	if err != nil {
		t.Fatal(err)
	}
	proposals, err := plan.Strategy.Next(plan, nil)
	if err != nil {
		t.Fatal(err)
	}
	round, err := ledger.Schedule(t.Context(), registered.ID, proposals)
	if err != nil {
		t.Fatal(err)
	}
	run := round[0].Run
	for _, err := range []error{
		ledger.Begin(run, 0, 0),
		ledger.Fail(run, "panic: out of luck", fmt.Sprintln("main.luck()\n\tluck.go:7"), false),
		ledger.Close(),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
}
