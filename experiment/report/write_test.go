package report

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"sweep/experiment"
)

// smallShape has two settings that vary, two seeds and little of the rest.
func smallShape() shape {
	return shape{hidden: []int{64, 128}, rates: []float64{0.005, 0.01}, seeds: 2, points: 10, names: 60, classes: languages[:4], allModel: true}
}

func write(t *testing.T, in Input) (folder string, files []string) {
	t.Helper()
	folder = t.TempDir()
	files, err := Write(t.Context(), folder, in)
	if err != nil {
		t.Fatal(err)
	}
	return folder, files
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestWriteDrawsEveryPlot(t *testing.T) {
	t.Parallel()
	folder, files := write(t, imitate(smallShape()))
	var names []string
	for _, file := range files {
		name, err := filepath.Rel(folder, file)
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
		checkFile(t, file)
	}
	want := []string{"index.html"}
	for _, plot := range []string{
		"confusion-counts", "confusion-percent", "curve-train_loss", "curve-val_accuracy", "curve-val_balanced_accuracy", "curve-val_loss",
		"distribution", "heatmap-hidden_size-learning_rate", "importance", "parallel-coordinates", "pareto", "recall", "reliability",
		"slice-hidden_size", "slice-learning_rate", "timeline", "training-loss",
	} {
		want = append(want, "plots/"+plot+".png", "plots/"+plot+".svg")
	}
	slices.Sort(names)
	if !slices.Equal(names, want) {
		t.Errorf("files %v\nwant %v", names, want)
	}
}

// checkFile reads a file as what its name says it is.
func checkFile(t *testing.T, path string) {
	t.Helper()
	content := read(t, path)
	switch filepath.Ext(path) {
	case ".png":
		if _, err := png.Decode(bytes.NewReader(content)); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	case ".svg":
		checkXML(t, path, content)
	case ".html":
		if !bytes.HasSuffix(content, []byte("</html>\n")) {
			t.Errorf("%s does not end", path)
		}
		for i, drawing := range regexp.MustCompile(`(?s)<svg class="plot".*?</svg>`).FindAll(content, -1) {
			checkXML(t, path+" drawing "+string(rune('0'+i)), drawing)
		}
	}
}

func checkXML(t *testing.T, what string, content []byte) {
	t.Helper()
	decoder := xml.NewDecoder(bytes.NewReader(content))
	for {
		if _, err := decoder.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Errorf("%s is not XML: %v", what, err)
			return
		}
	}
}

// The same ledger gives the same bytes, in whatever order it is read.
func TestWriteIsDeterministic(t *testing.T) {
	t.Parallel()
	in := imitate(smallShape())
	first, files := write(t, in)
	rng := rand.New(rand.NewPCG(1, 1))
	rng.Shuffle(len(in.Records), func(i, j int) { in.Records[i], in.Records[j] = in.Records[j], in.Records[i] })
	second, _ := write(t, in)
	for _, file := range files {
		name, _ := filepath.Rel(first, file)
		if !bytes.Equal(read(t, file), read(t, filepath.Join(second, name))) {
			t.Errorf("%s differs between two reports of one ledger", name)
		}
	}
}

func TestWriteReplacesAnOlderReport(t *testing.T) {
	t.Parallel()
	in := imitate(smallShape())
	folder, _ := write(t, in)
	own := filepath.Join(folder, "plots", "mine.png")
	if err := os.WriteFile(own, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	in.Records = in.Records[:2] // one configuration: nothing to compare
	if _, err := Write(t.Context(), folder, in); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{"mine.png": true, "curve-val_loss.svg": true, "importance.png": false, "slice-hidden_size.svg": false, "heatmap-hidden_size-learning_rate.png": false} {
		_, err := os.Stat(filepath.Join(folder, "plots", name))
		if (err == nil) != want {
			t.Errorf("%s is there: %v, want %v", name, err == nil, want)
		}
	}
}

// A reader finds a whole page at any moment of a rewrite.
func TestWriteLeavesNoHalfPage(t *testing.T) {
	t.Parallel()
	in := imitate(smallShape())
	folder, _ := write(t, in)
	stop, torn := make(chan struct{}), make(chan bool)
	go func() {
		for {
			page, err := os.ReadFile(filepath.Join(folder, "index.html"))
			whole := err == nil && bytes.HasSuffix(page, []byte("</html>\n"))
			select {
			case <-stop:
				torn <- !whole
				return
			default:
			}
			if !whole {
				torn <- true
				return
			}
		}
	}()
	f := find(in)
	for range 20 {
		page, err := renderPage(f, f.bands(), f.gallery(f.bands()))
		if err != nil {
			t.Fatal(err)
		}
		if err := replace(filepath.Join(folder, "index.html"), page); err != nil {
			t.Fatal(err)
		}
	}
	close(stop)
	if <-torn {
		t.Error("a reader saw half a page")
	}
}

func TestWriteStops(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Write(ctx, t.TempDir(), imitate(smallShape())); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the context", err)
	}
}

func TestWriteNamesWhatItCannotWrite(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "taken")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Write(t.Context(), file, imitate(smallShape()))
	if err == nil || !strings.Contains(err.Error(), file) || !strings.Contains(err.Error(), "--out") {
		t.Errorf("error %v names neither the folder nor the remedy", err)
	}
}

// Sweeps with little or nothing to show: each gets a page that says so.
func TestWriteDegenerateSweeps(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		in   func() Input
		says []string
	}{
		{"nothing recorded", func() Input { return Input{Sweep: imitate(smallShape()).Sweep} },
			[]string{"No run is recorded yet.", "No configuration is recorded yet.", "Nothing to draw."}},
		{"one run", func() Input { return only(1, nil) },
			[]string{"The only configuration has finished", "on one seed", "one seed: no interval", "no setting can have mattered"}},
		{"one configuration", func() Input { return only(2, nil) }, []string{"over 2 seeds", "Fewer than two settings vary", "seed 2"}},
		{"one seed", func() Input { s := smallShape(); s.seeds = 1; return imitate(s) }, []string{"one seed cannot say"}},
		{"one value on an axis", func() Input { s := smallShape(); s.rates = s.rates[:1]; return imitate(s) }, []string{"Fewer than two settings vary"}},
		{"only diverged", func() Input {
			s := smallShape()
			s.diverge = func(int, float64, int) bool { return true }
			return imitate(s)
		}, []string{"There is no winner: no run is done.", "8 runs diverged.", "the training loss became NaN"}},
		{"only failed", func() Input {
			return only(8, func(r *experiment.Record) {
				r.State, r.Error, r.Stack = experiment.Failed, "panic: index", "goroutine 1"
			})
		}, []string{"8 runs failed.", "panic: index", "goroutine 1"}},
		{"waiting", func() Input {
			return only(8, func(r *experiment.Record) {
				*r = experiment.Record{Run: r.Run, State: experiment.Waiting, Best: unmeasured(), TestAccuracy: math.NaN(), TestBalancedAccuracy: math.NaN()}
			})
		}, []string{"8 of 8 runs still to come"}},
		{"half way", func() Input {
			return only(8, func(r *experiment.Record) {
				if r.ID > 5 {
					r.State, r.FinishedAt, r.TestAccuracy = experiment.Running, time.Time{}, math.NaN()
				}
			})
		}, []string{"3 of 8 runs still to come", "1/2, 1 to come"}},
		{"all equal", func() Input {
			return only(8, func(r *experiment.Record) { r.Best.ValAccuracy, r.Seconds = 0.5, 1 })
		}, []string{"they did equally well", "all did equally well"}},
		{"no predictions", func() Input { in := imitate(smallShape()); in.Predictions = nil; return in }, []string{noModel}},
		{"no curves", func() Input { in := imitate(smallShape()); in.Curves = nil; return in }, []string{"The best run has no curve."}},
		{"no times", func() Input {
			return only(8, func(r *experiment.Record) {
				r.StartedAt, r.FinishedAt, r.Seconds = time.Time{}, time.Time{}, math.NaN()
			})
		}, []string{"nobody&#39;s time is known"}},
		{"minimised loss", func() Input {
			in := imitate(smallShape())
			in.Sweep.Objective = experiment.Minimize(experiment.ValLoss)
			return in
		}, []string{"leads with val_loss", "lowest mean validation loss"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f := find(test.in())
			bands := f.bands()
			g := f.gallery(bands)
			page, err := renderPage(f, bands, g)
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range test.says {
				if !bytes.Contains(page, []byte(want)) {
					t.Errorf("the page does not say %q; verdict %q", want, f.verdict)
				}
			}
			for _, figure := range g.drawn() {
				if _, err := figure.png(30); err != nil {
					t.Error(err)
				}
			}
			if bytes.Contains(page, []byte("NaN%")) || bytes.Contains(page, []byte("+Inf")) {
				t.Error("the page shows a number that is none")
			}
		})
	}
}

// only is the small sweep's first runs, changed.
func only(runs int, change func(*experiment.Record)) Input {
	in := imitate(smallShape())
	in.Records = in.Records[:runs]
	for i := range in.Records {
		if change != nil {
			change(&in.Records[i])
		}
	}
	return in
}

func unmeasured() experiment.Point {
	nan := math.NaN()
	return experiment.Point{TrainLoss: nan, ValLoss: nan, ValAccuracy: nan, ValBalancedAccuracy: nan}
}
