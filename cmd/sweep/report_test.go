package main

import (
	"bytes"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestReportKilled kills `sweep report` at random instants. Every file that
// stands there under its own name is whole.
func TestReportKilled(t *testing.T) {
	t.Parallel()
	folder, seed := t.TempDir(), setting(t, "SWEEP_SEED", 1)
	rng := rand.New(rand.NewPCG(uint64(seed), 2))
	db, whole := filepath.Join(folder, "results.db"), filepath.Join(folder, "whole")
	mustRun(t, short(db)...)
	began := time.Now()
	mustRun(t, "report", "--db", db, "--out", whole)
	span := time.Since(began)

	cut := filepath.Join(folder, "cut")
	for killed := 0; killed < 5; {
		c := newCommand(t, nil, "report", "--db", db, "--out", cut)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		timer := time.AfterFunc(time.Duration(rng.Int64N(int64(span))), func() { _ = c.Process.Kill() })
		_ = c.Wait() // what counts is what it left
		timer.Stop()
		if c.endedBy(syscall.SIGKILL) {
			killed++
		}
		compareFiles(t, whole, cut, seed)
	}
	mustRun(t, "report", "--db", db, "--out", cut)
	compareFiles(t, whole, cut, seed)
	if files := compareFiles(t, cut, whole, seed); files < 10 {
		t.Errorf("the report has only %d files", files)
	}
}

// compareFiles requires that every file of got, but for temporary ones, is the
// same in want, and returns how many there are.
func compareFiles(t *testing.T, want, got string, seed int) int {
	t.Helper()
	files := 0
	err := filepath.WalkDir(got, func(path string, entry fs.DirEntry, err error) error {
		if os.IsNotExist(err) || entry != nil && (entry.IsDir() || strings.HasPrefix(entry.Name(), ".")) {
			return nil
		}
		name, err := filepath.Rel(got, path)
		if err != nil {
			return err
		}
		a, err := os.ReadFile(filepath.Join(want, name))
		if err != nil {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if !bytes.Equal(a, b) {
			t.Errorf("with seed %d, %s differs: %d bytes, want %d", seed, name, len(b), len(a))
		}
		files++
		return nil
	})
	if err != nil {
		t.Fatalf("with seed %d: %v", seed, err)
	}
	return files
}
