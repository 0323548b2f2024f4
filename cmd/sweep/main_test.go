package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"sweep/store"
)

// TestMain lets the test binary stand in for the command: under the name
// "sweep" it is the command.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"sweep": main})
}

func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error { // a script cannot hold a byte that is not UTF-8
			folder := filepath.Join(env.WorkDir, "latin1")
			if err := os.MkdirAll(folder, 0o755); err != nil {
				return err
			}
			return os.WriteFile(filepath.Join(folder, "French.txt"), []byte("Martin\nDupr\xe9\n"), 0o644)
		},
	})
}

// command is the real command in a process of its own.
type command struct {
	*exec.Cmd
	stdout, stderr bytes.Buffer
}

func newCommand(t *testing.T, env []string, args ...string) *command {
	t.Helper()
	test, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(t.TempDir(), "sweep")
	if err := os.Symlink(test, program); err != nil {
		t.Fatal(err)
	}
	c := &command{Cmd: exec.Command(program, args...)}
	c.Env = append(os.Environ(), env...)
	c.Stdout, c.Stderr = &c.stdout, &c.stderr
	return c
}

// mustRun runs the command to its end and requires exit status 0.
func mustRun(t *testing.T, args ...string) string {
	t.Helper()
	c := newCommand(t, nil, args...)
	if err := c.Run(); err != nil {
		t.Fatalf("sweep %s: %v\n%s", strings.Join(args, " "), err, c.stderr.String())
	}
	return c.stdout.String()
}

// endedBy reports whether the process was ended by a signal it did not handle.
func (c *command) endedBy(signal syscall.Signal) bool {
	status, ok := c.ProcessState.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == signal
}

// mustEqual requires that two ledgers hold the same results.
func mustEqual(t *testing.T, want, got string) {
	t.Helper()
	a, err := store.OpenReadOnly(want)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	b, err := store.OpenReadOnly(got)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	difference, err := store.Diff(context.Background(), a, b)
	if err != nil {
		t.Fatal(err)
	}
	if difference != "" {
		t.Fatalf("the disturbed ledger differs: %s", difference)
	}
}
