package main

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// long is a run that no test waits for.
func long(db string) []string {
	return []string{"run", "tutorial", "--db", db, "--seeds", "1", "--json", "--set", "iterations=500000000"}
}

// started starts the command and returns once a run is being trained.
func started(t *testing.T, args ...string) *command {
	t.Helper()
	c := newCommand(t, nil, args...)
	c.Stdout = nil
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if strings.Contains(lines.Text(), `"started"`) {
			return c
		}
	}
	t.Fatalf("nothing started: %s", c.stderr.String())
	return nil
}

func TestInterruptSavesAndSaysHowToGoOn(t *testing.T) {
	t.Parallel()
	for name, signal := range map[string]os.Signal{"SIGINT": os.Interrupt, "SIGTERM": syscall.SIGTERM} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := filepath.Join(t.TempDir(), "results.db")
			c := started(t, long(db)...)
			if err := c.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			_ = c.Wait() // its status is looked at below
			if code := c.ProcessState.ExitCode(); code != exitInterrupted {
				t.Fatalf("exit status %d, want %d\n%s", code, exitInterrupted, c.stderr.String())
			}
			if want := "To go on: sweep run tutorial --db"; !strings.Contains(c.stderr.String(), want) {
				t.Errorf("stderr lacks %q:\n%s", want, c.stderr.String())
			}
			if list := mustRun(t, "list", "--db", db); !strings.Contains(list, "waiting") {
				t.Errorf("the interrupted run does not wait:\n%s", list)
			}
		})
	}
}

func TestSecondInterruptEndsAtOnce(t *testing.T) {
	t.Parallel()
	db := filepath.Join(t.TempDir(), "results.db")
	c := started(t, long(db)...)
	ended := make(chan struct{})
	go func() {
		_ = c.Wait() // its status is looked at below
		close(ended)
	}()
	for { // signals may merge, so keep sending
		select {
		case <-ended:
			if code := c.ProcessState.ExitCode(); code != exitInterrupted {
				t.Errorf("exit status %d, want %d", code, exitInterrupted)
			}
			return
		case <-time.After(time.Millisecond):
			_ = c.Process.Signal(os.Interrupt) // it may be gone already
		}
	}
}

// TestStoppedProcessHoldsItsSweep: a stopped process is not dead. Its sweep
// stays its own until it ends, and readers are free meanwhile.
func TestStoppedProcessHoldsItsSweep(t *testing.T) {
	t.Parallel()
	db := filepath.Join(t.TempDir(), "results.db")
	holder := started(t, long(db)...)
	defer func() { _ = holder.Process.Kill() }()
	for !strings.Contains(mustRun(t, "list", "--db", db), "running") { // until that is committed
	}
	if err := holder.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	second := newCommand(t, nil, long(db)...)
	if err := second.Run(); err == nil || !strings.Contains(second.stderr.String(), "process") {
		t.Fatalf("a second process was let in (%v): %s", err, second.stderr.String())
	}
	if list := mustRun(t, "list", "--db", db); !strings.Contains(list, "running") {
		t.Errorf("a reader does not see the running run:\n%s", list)
	}
	if err := holder.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	if err := holder.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = holder.Wait() // killed
	third := started(t, long(db)...)
	if err := third.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	_ = third.Wait() // its status is looked at below
	if code := third.ProcessState.ExitCode(); code != exitInterrupted {
		t.Errorf("the sweep of a dead holder was not taken over: exit status %d\n%s", code, third.stderr.String())
	}
}

// TestLedgerRemovedWhileRunning: writing on into a file that has no name would
// lose everything.
func TestLedgerRemovedWhileRunning(t *testing.T) {
	t.Parallel()
	db := filepath.Join(t.TempDir(), "results.db")
	c := started(t, long(db)...)
	if err := os.Remove(db); err != nil {
		t.Fatal(err)
	}
	_ = c.Wait() // its status is looked at below
	if code := c.ProcessState.ExitCode(); code != exitFailed || !strings.Contains(c.stderr.String(), db) {
		t.Errorf("exit status %d\n%s", code, c.stderr.String())
	}
}
