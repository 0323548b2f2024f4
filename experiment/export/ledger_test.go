package export

import (
	"flag"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sweep/experiment"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares what was written with testdata/name.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Errorf("output differs from %s; look at it and run with -update if it is right\ngot:\n%.2000s", file, got)
	}
}

// hostile is what people and systems may write where text is kept.
var hostile = "line\nbreak, \"quotes\", 'single', <script>alert(1)</script>, \x00\x1b[31m, bytes \xff\xfe, " + strings.Repeat("long ", 2000)

var (
	nan    = math.NaN()
	begun0 = time.Date(2026, 10, 3, 12, 0, 0, 0, time.UTC)
)

// aSweep is two configurations: one with a seed done and a seed diverged, one
// with a run that waits, and settings of every kind.
func aSweep() (experiment.SweepRecord, []experiment.Record, map[int64][]experiment.Point) {
	sweep := experiment.SweepRecord{
		ID: "default", Name: "default", Objective: experiment.Maximize(experiment.ValAccuracy), CreatedAt: begun0,
		Definition: experiment.Definition{Axes: []experiment.AxisValue{{Name: "hidden_size"}, {Name: "cell"}}},
	}
	first := experiment.Configuration{Hash: "aa11", Settings: `{"cell":"elman","dropout":0,"hidden_size":64,"learning_rate":0.005,"nesterov":true}`}
	second := experiment.Configuration{Hash: "bb22", Settings: `{"cell":"g/../ru","dropout":0.5,"hidden_size":128,"learning_rate":0.005,"seed":7}`}
	by := experiment.Provenance{Revision: "abc", GoVersion: "go1.26", Host: "here", CPU: "a CPU", Kernel: "avx2", Command: "sweep run default"}
	none := experiment.Point{TrainLoss: nan, ValLoss: nan, ValAccuracy: nan, ValBalancedAccuracy: nan}
	records := []experiment.Record{
		{
			Run: experiment.Run{ID: 1, Sweep: "default", Configuration: first, Seed: 1}, State: experiment.Done, Attempts: 1, Seconds: 12.5,
			Best:         experiment.Point{Step: 200, TrainLoss: 1.25, ValLoss: 1.5, ValAccuracy: 0.75, ValBalancedAccuracy: 0.7},
			TestAccuracy: 0.7109375, TestBalancedAccuracy: 0.65, StartedAt: begun0, FinishedAt: begun0.Add(20 * time.Second),
			Note: "the first", Tags: []string{"baseline", "good"}, Provenance: by,
		},
		{
			Run: experiment.Run{ID: 2, Sweep: "default", Configuration: first, Seed: 2}, State: experiment.Diverged, Attempts: 2, Worker: 1, Seconds: 3,
			Best: none, TestAccuracy: nan, TestBalancedAccuracy: nan, StartedAt: begun0, FinishedAt: begun0.Add(3 * time.Second),
			Error: hostile, Provenance: by,
		},
		{
			Run: experiment.Run{ID: 3, Sweep: "default", Configuration: second, Seed: 1}, State: experiment.Waiting,
			Best: none, TestAccuracy: nan, TestBalancedAccuracy: nan, Note: hostile,
		},
	}
	curves := map[int64][]experiment.Point{
		1: {
			{Step: 100, TrainLoss: 2.5, ValLoss: nan, ValAccuracy: nan, ValBalancedAccuracy: nan},
			{Step: 200, TrainLoss: 1.25, ValLoss: 1.5, ValAccuracy: 0.75, ValBalancedAccuracy: 0.7},
		},
		2: {{Step: 100, TrainLoss: math.Inf(1), ValLoss: nan, ValAccuracy: nan, ValBalancedAccuracy: nan}},
	}
	return sweep, records, curves
}
