package rnn

import (
	"bytes"
	"encoding/binary"
	"errors"
	"flag"
	"hash/crc64"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// someSnapshot returns a run of 40 iterations and its snapshot.
func someSnapshot(t testing.TB, c Config) []byte {
	t.Helper()
	run := startTraining(t, c, 1)
	for run.state.step < 40 {
		if err := run.advance(t.Context(), &Session{}); err != nil {
			t.Fatal(err)
		}
	}
	return run.snapshot()
}

func TestSnapshotStep(t *testing.T) {
	t.Parallel()
	b := someSnapshot(t, variants[0])
	if step, err := SnapshotStep(b); step != 40 || err != nil {
		t.Errorf("step %d, %v, want 40", step, err)
	}
	for n := range len(b) {
		if _, err := SnapshotStep(b[:n]); !errors.Is(err, ErrSnapshot) {
			t.Fatalf("the first %d of %d bytes: %v", n, len(b), err)
		}
	}
	for i := range b {
		damaged := bytes.Clone(b)
		damaged[i] ^= 0x10
		if _, err := SnapshotStep(damaged); !errors.Is(err, ErrSnapshot) {
			t.Fatalf("a bit of byte %d turned: %v", i, err)
		}
	}
}

// sealed gives a changed snapshot the checksum that fits it.
func sealed(b []byte) []byte {
	body := b[:len(b)-checksumSize]
	return binary.LittleEndian.AppendUint64(bytes.Clone(body), crc64.Checksum(body, checksums))
}

// TestTrainRefusesSnapshot is ErrSnapshot for whatever cannot be gone on from, so that the caller may start over.
func TestTrainRefusesSnapshot(t *testing.T) {
	t.Parallel()
	c := Config{HiddenSize: 5, Iterations: 100, ReportEvery: 7, EvaluateEvery: 30}
	good := someSnapshot(t, c)
	changed := func(change func(b []byte) []byte) []byte { return sealed(change(bytes.Clone(good))) }
	wider := c
	wider.HiddenSize = 6
	for name, test := range map[string]struct {
		snapshot []byte
		config   Config
		seed     uint64
		by       Selection
		want     string
	}{
		"damaged":              {good[:len(good)-1], c, 1, byAccuracy, "checksum"},
		"no snapshot":          {[]byte("hello"), c, 1, byAccuracy, "no snapshot"},
		"another seed":         {good, c, 2, byAccuracy, "belongs to another"},
		"another selection":    {good, c, 1, Selection{"val_loss", true}, "belongs to another"},
		"another config":       {good, wider, 1, byAccuracy, "belongs to another"},
		"another version":      {changed(func(b []byte) []byte { b[8] = 99; return b }), c, 1, byAccuracy, "version 99"},
		"shorter, sealed":      {changed(func(b []byte) []byte { return b[:len(b)-40] }), c, 1, byAccuracy, "cut short"},
		"longer, sealed":       {changed(func(b []byte) []byte { return append(b, 1, 2, 3) }), c, 1, byAccuracy, "3 bytes too many"},
		"beyond the end":       {changed(func(b []byte) []byte { b[13] = 1; return b }), c, 1, byAccuracy, "counts contradict"},
		"absurd step":          {changed(func(b []byte) []byte { b[19] = 1; return b }), c, 1, byAccuracy, "claims"},
		"negative mean length": {changed(func(b []byte) []byte { b[snapshotHeader+47] = 0xff; return b }), c, 1, byAccuracy, "counts contradict"},
	} {
		_, err := Train(t.Context(), test.config, test.seed, smallCorpus(), test.by, Session{Snapshot: test.snapshot})
		if !errors.Is(err, ErrSnapshot) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want ErrSnapshot with %q", name, err, test.want)
		}
	}
	if _, err := Train(t.Context(), c, 1, smallCorpus(), byAccuracy, Session{Snapshot: good}); err != nil {
		t.Errorf("the good snapshot: %v", err)
	}
}

// FuzzRestore restores what carries a right checksum, or says ErrSnapshot, without a panic; and what was restored it
// encodes as it was.
func FuzzRestore(f *testing.F) {
	c := Config{Cell: "lstm", HiddenSize: 1, Optimizer: "adam"}
	good := someSnapshot(f, c)
	f.Add(good)
	f.Add(good[:len(good)/2])
	f.Add(someSnapshot(f, variants[1]))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) >= checksumSize {
			b = sealed(b)
		}
		run := startTraining(t, c, 1)
		if err := run.restore(b); err != nil {
			if !errors.Is(err, ErrSnapshot) {
				t.Fatalf("error without ErrSnapshot: %v", err)
			}
			return
		}
		if !bytes.Equal(run.snapshot(), b) {
			t.Fatal("another snapshot after restoring one")
		}
	})
}
