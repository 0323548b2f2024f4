package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sweep/data"
)

// TestMain lets the program under test start itself as a peer.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == serveCommand {
		exit(serve(os.Stdin, os.Stdout, os.Args[2]))
	}
	os.Exit(m.Run())
}

// quickly runs the program and returns what it printed and wrote.
func quickly(t *testing.T, python string) (table string, r results, folder string) {
	t.Helper()
	folder = filepath.Join(t.TempDir(), "new", "folder")
	var out bytes.Buffer
	if err := run(t.Context(), []string{"-quick", "-rounds", "1", "-python", python, "-out", folder}, &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	encoded, err := os.ReadFile(filepath.Join(folder, "results.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(encoded, &r); err != nil {
		t.Fatal(err)
	}
	return out.String(), r, folder
}

// TestWithoutPyTorch measures our half alone and says so.
func TestWithoutPyTorch(t *testing.T) {
	t.Parallel()
	table, r, folder := quickly(t, "")
	if r.Machine.PyTorch != "no PyTorch: not asked for" || !strings.Contains(table, r.Machine.PyTorch) {
		t.Errorf("nothing says that PyTorch was left out:\n%s", table)
	}
	for _, c := range r.Comparisons {
		if c.Sweep.Rate.Least <= 0 || !strings.Contains(table, strings.TrimSpace(thousands(c.Sweep.Rate.Median))) {
			t.Errorf("%s on %s: %+v is no rate, or not in the table", c.What, c.Kernel, c.Sweep.Rate)
		}
		if len(c.Installed.Rounds)+len(c.Tuned.Rounds) != 0 {
			t.Errorf("%s: PyTorch ran", c.What)
		}
	}
	checkGrowth(t, r.Growth)
	for _, name := range []string{"hidden-size", "name-length", "workers"} {
		startsWith(t, filepath.Join(folder, name+".png"), "\x89PNG")
		startsWith(t, filepath.Join(folder, name+".svg"), "<?xml")
	}
	startsWith(t, filepath.Join(folder, "table.txt"), strings.SplitAfter(table, "\n")[0])
}

func checkGrowth(t *testing.T, questions []growth) {
	t.Helper()
	if len(questions) != 3 {
		t.Fatalf("%d questions answered, want 3", len(questions))
	}
	for _, g := range questions {
		for _, l := range g.Lines {
			for at, size := range l.Sizes {
				if l.at(at).Least <= 0 {
					t.Errorf("%s, %s at %d: %v", g.Name, l.Name, size, l.Rounds[at])
				}
			}
		}
	}
}

func startsWith(t *testing.T, file, beginning string) {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(content, []byte(beginning)) {
		t.Errorf("%s begins with %.20q, want %.20q", file, content, beginning)
	}
}

const debianPython = "/usr/bin/python3"

// TestPyTorch has pytorch.py train every network, and refuse what it does not know.
func TestPyTorch(t *testing.T) {
	t.Parallel()
	torch, err := startTorch(t.Context(), debianPython, t.TempDir(), data.Default())
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) || strings.Contains(err.Error(), "No module named 'torch'") {
			t.Skip(err)
		}
		t.Fatal(err)
	}
	defer torch.close()
	for _, p := range []*peer{torch.installed, torch.tuned} {
		checkPeer(t, p)
	}
}

func checkPeer(t *testing.T, p *peer) {
	t.Helper()
	for _, w := range []workload{
		tutorialSize(tutorial, 1), tutorialSize(tanhRNN, 1), tutorialSize(tanhRNN, 64), tutorialSize(gru, 1),
		tutorialSize(gru, 64), tutorialSize(lstm, 1), tutorialSize(lstm, 64),
		{Network: lstm, Hidden: 3, Batch: 2, Letters: 5},
	} {
		m, err := p.measure(w, 0.001)
		if err != nil {
			t.Fatalf("%+v: %v", w, err)
		}
		if m.Names < w.Batch || m.Names%w.Batch != 0 || m.Processor < 0.001 || m.Wall <= 0 {
			t.Errorf("%+v: measured %+v", w, m)
		}
	}
	if _, err := p.measure(tutorialSize("perceptron", 1), 0.001); err == nil || !strings.Contains(err.Error(), "KeyError") {
		t.Errorf("an unknown network gives %v, want Python's KeyError", err)
	}
}

// TestNoTorch names the cause where Python has no torch or is not there.
func TestNoTorch(t *testing.T) {
	t.Parallel()
	silent := filepath.Join(t.TempDir(), "python")
	if err := os.WriteFile(silent, []byte("#!/bin/sh\necho 'ModuleNotFoundError: torch' >&2\nexit 1\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	for python, want := range map[string]string{silent: "ModuleNotFoundError: torch", "/no/such/python": "no such file"} {
		b := &bench{corpus: data.Default(), scratch: t.TempDir()}
		b.startTorch(t.Context(), python)
		if b.torch != nil || !strings.Contains(b.noTorch, want) || !strings.Contains(b.noTorch, "python3-torch") {
			t.Errorf("%s: %q, want %q and what to install", python, b.noTorch, want)
		}
	}
}

// TestWorkloads trains each on our side, on names of one length as well.
func TestWorkloads(t *testing.T) {
	t.Parallel()
	for _, w := range []workload{
		tutorialSize(tutorial, 1), tutorialSize(tanhRNN, 64), tutorialSize(gru, 1),
		{Network: lstm, Hidden: 7, Batch: 3, Letters: 5},
	} {
		m, err := train(request{w, 0.001}, data.Default())
		if err != nil {
			t.Fatalf("%+v: %v", w, err)
		}
		if m.Names <= 0 || m.Names%w.Batch != 0 || m.Processor < 0.001 || m.Wall <= 0 {
			t.Errorf("%+v: measured %+v", w, m)
		}
		for _, e := range w.corpus(data.Default()).Train.Examples {
			if w.Letters != 0 && len(e.Letters) != w.Letters {
				t.Fatalf("%+v trains on %s", w, e.Name)
			}
		}
	}
}

// TestRatio takes ratios round by round: here medians of 30 and 7 names a second would make another.
func TestRatio(t *testing.T) {
	t.Parallel()
	rounds := func(names ...int) side {
		var s side
		for _, n := range names {
			s.Rounds = append(s.Rounds, measurement{Names: 2 * n, Processor: 2, Wall: 9})
		}
		return s
	}
	c := comparison{Sweep: rounds(10, 30, 40), Installed: rounds(5, 10, 7)}
	c.summarise()
	if want := (spread{3, 2, 40.0 / 7}); c.Installed.Ratio != want || c.Tuned.Ratio != (spread{}) {
		t.Errorf("ratios %v and %v, want %v and none", c.Installed.Ratio, c.Tuned.Ratio, want)
	}
	if want := (spread{30, 10, 40}); c.Sweep.Rate != want {
		t.Errorf("rate %v, want %v", c.Sweep.Rate, want)
	}
}

// TestSlowBLAS knows Debian's reference library by its path.
func TestSlowBLAS(t *testing.T) {
	t.Parallel()
	for library, slow := range map[string]bool{
		"/usr/lib/x86_64-linux-gnu/blas/libblas.so.3.11.0":            true,
		"/usr/lib/x86_64-linux-gnu/openblas-pthread/libblas.so.3":     false,
		"/usr/lib/x86_64-linux-gnu/openblas-pthread/libopenblas.so.0": false,
		"": false,
	} {
		if got := slowBLAS(library); (got != "") != slow {
			t.Errorf("%q: caution %q", library, got)
		}
	}
}

func TestMistakes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"-rounds", "-1"}, "ask for 1 or more"},
		{[]string{"-rounds", "many"}, "invalid value"},
		{[]string{"now"}, "no argument \"now\""},
		{[]string{"-out", t.TempDir(), "-data", "/no/such/folder"}, "no such folder"},
	} {
		err := run(context.Background(), c.args, io.Discard, io.Discard)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: %v, want %q", c.args, err, c.want)
		}
	}
}

// TestInterrupted ends with the context, peers and all.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	progress := writerFunc(func(p []byte) (int, error) { cancel(); return len(p), nil })
	err := run(ctx, []string{"-python", "", "-out", t.TempDir()}, io.Discard, progress)
	if err == nil || ctx.Err() == nil || !strings.Contains(err.Error(), ctx.Err().Error()) {
		t.Errorf("%v, want %v", err, ctx.Err())
	}
}

type writerFunc func(p []byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func Example_spread() {
	fmt.Println(spreadOf([]float64{31, 29, 35, 30}))
	// Output: 30.50 (29.00–35.00)
}
