package report

import (
	"flag"
	"image/color"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/plot/cmpimg"

	"sweep/experiment"
)

var update = flag.Bool("update", false, "write the golden images anew")

const (
	goldenPixels = 60   // an inch: small files
	goldenDelta  = 0.05 // colours may differ by that where a processor fuses multiply and add
)

func TestGoldenImages(t *testing.T) {
	t.Parallel()
	s := defaultShape()
	s.names, s.points = 120, 20
	f := find(imitate(s))
	figures := f.gallery(f.bands()).drawn()
	for _, name := range []string{"curve-val_accuracy", "heatmap-hidden_size-learning_rate", "importance", "confusion-percent", "pareto", "timeline", "parallel-coordinates", "reliability"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := slices.IndexFunc(figures, func(f figure) bool { return f.name == name })
			if i < 0 {
				t.Fatal("not drawn")
			}
			got, err := figures[i].png(goldenPixels)
			if err != nil {
				t.Fatal(err)
			}
			golden := filepath.Join("testdata", name+".png")
			if *update {
				if err := os.WriteFile(golden, got, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			same, err := cmpimg.EqualApprox("png", got, read(t, golden), goldenDelta)
			if err != nil || !same {
				failed := filepath.Join(t.ArtifactDir(), name+".png")
				_ = os.WriteFile(failed, got, 0o600)
				t.Errorf("%s differs from %s (%v); look at %s, then accept it with go test -run Golden -update", name, golden, err, failed)
			}
		})
	}
}

// The colours of data stay when the page changes those of the theme.
func TestScalesKeepClearOfTheTheme(t *testing.T) {
	t.Parallel()
	check := func(what string, c color.RGBA) {
		if variable, taken := themed[hexColor(c)]; taken {
			t.Errorf("%s takes %s, which the page changes to %s", what, hexColor(c), variable)
		}
	}
	for i := range 1001 {
		check("viridis", between(viridis, float64(i)/1000))
		check("blues", between(blues, float64(i)/1000))
	}
	for _, c := range okabeIto {
		check("a line", c)
	}
	check("text", darkText)
	check("text", lightText)
}

// Numbers on cells have WCAG's contrast for large text, 3 to 1, at least.
func TestTextOnCellsIsLegible(t *testing.T) {
	t.Parallel()
	for _, scale := range [][]color.RGBA{viridis, blues} {
		for i := range 101 {
			cell := between(scale, float64(i)/100)
			a, b := luminance(cell), luminance(textOn(cell))
			if contrast := (max(a, b) + 0.05) / (min(a, b) + 0.05); contrast < 3 {
				t.Errorf("text on %s has a contrast of %.2f", hexColor(cell), contrast)
			}
		}
	}
}

func TestRoundTicks(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name      string
		ticks     roundTicks
		low, high float64
		want      string
	}{
		{"percent", roundTicks{}, 0, 100, "0 20 40 60 80 100"},
		{"losses", roundTicks{}, 0.91, 2.9, "1.0 1.5 2.0 2.5"},
		{"iterations", roundTicks{format: thousands}, 0, 100_000, "0 20k 40k 60k 80k 100k"},
		{"millions", roundTicks{format: thousands}, 0, 3e6, "0 500k 1M 1.5M 2M 2.5M 3M"},
		{"around zero", roundTicks{}, -0.2, 0.2, "-0.2 -0.1 0.0 0.1 0.2"},
		{"tiny", roundTicks{}, 0.001, 0.0042, "0.001 0.002 0.003 0.004"},
		{"no range", roundTicks{}, 5, 5, "5"},
	} {
		var labels []string
		for _, tick := range test.ticks.Ticks(test.low, test.high) {
			labels = append(labels, tick.Label)
		}
		if got := strings.Join(labels, " "); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

func TestDuration(t *testing.T) {
	t.Parallel()
	for seconds, want := range map[float64]string{0.04: "0.04 s", 59.9: "59.9 s", 90: "1.5 min", 5400: "1.5 h", math.Inf(1): "–"} {
		if got := duration(seconds); got != want {
			t.Errorf("duration(%v) = %q, want %q", seconds, got, want)
		}
	}
	if got := duration(math.NaN()); got != "–" {
		t.Errorf("duration(NaN) = %q", got)
	}
}

func TestFileNamesAreSafe(t *testing.T) {
	t.Parallel()
	for setting, want := range map[string]string{"hidden_size": "hidden_size", "../../etc": "______etc", "a b": "a_b", "größe": "gr__e", strings.Repeat("x", 99): strings.Repeat("x", 39) + "_"} {
		if got := fileName(setting); got != want {
			t.Errorf("fileName(%q) = %q, want %q", setting, got, want)
		}
	}
	in := imitate(smallShape())
	for i := range in.Records {
		in.Records[i].Settings = experiment.Settings(strings.NewReplacer("hidden_size", "a.b", "learning_rate", "a/b").Replace(string(in.Records[i].Settings)))
	}
	f := find(in)
	seen := map[string]bool{}
	for _, figure := range f.gallery(f.bands()).drawn() {
		if seen[figure.name] {
			t.Errorf("two figures are named %s", figure.name)
		}
		seen[figure.name] = true
	}
}

// The scale bar, the matrix and the table of a heat map agree on what a cell
// is: the mean over seeds and over the settings that it does not name.
func TestHeatMapAveragesOverTheRest(t *testing.T) {
	t.Parallel()
	in := imitate(smallShape())
	for i := range in.Records {
		in.Records[i].Best.ValAccuracy = float64(i/2) / 10 // 0.0, 0.1, 0.2, 0.3 by configuration
		extra := `,"layers":` + string(rune('1'+i/4)) + `}`
		in.Records[i].Settings = experiment.Settings(strings.Replace(string(in.Records[i].Settings), "}", extra, 1))
	}
	fig, ok := heatMap(find(in), "learning_rate", "layers")
	if !ok {
		t.Fatal("not drawn")
	}
	want := [][]string{{"1", "0.00%", "10.00%"}, {"2", "20.00%", "30.00%"}}
	for i, row := range want {
		if !slices.Equal(fig.numbers.Rows[i], row) {
			t.Errorf("row %v, want %v", fig.numbers.Rows[i], row)
		}
	}
}
