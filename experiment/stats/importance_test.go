package stats

import (
	"math"
	"slices"
	"strings"
	"testing"

	"sweep/experiment"
)

func decompose(t *testing.T, records []experiment.Record) Decomposition {
	t.Helper()
	d, ok := Importance(Leaderboard(records, maxAccuracy))
	if !ok {
		t.Fatal("nothing to decompose")
	}
	return d
}

func share(d Decomposition, settings ...string) float64 {
	for _, effect := range d.Effects {
		if slices.Equal(effect.Settings, settings) {
			return effect.Share
		}
	}
	return math.NaN()
}

// A product Π(1 + g_i) of functions with mean 0 has V_u = Π_{i∈u} Var(g_i) and
// V = Π(1 + Var(g_i)) − 1: Sobol's g-function, here on a grid.
func TestImportanceOfSobolsProduct(t *testing.T) {
	t.Parallel()
	g := [][]float64{{-0.5, 0, 0.5}, {-0.2, 0.2}, {0.3, -0.1, -0.1, -0.1}}
	variances := []float64{0.5 / 3, 0.04, 0.12 / 4}
	total := (1+variances[0])*(1+variances[1])*(1+variances[2]) - 1
	d := decompose(t, grid([]int{3, 2, 4}, func(c []int) float64 {
		return (1 + g[0][c[0]]) * (1 + g[1][c[1]]) * (1 + g[2][c[2]])
	}))
	for i, name := range []string{"a", "b", "c"} {
		near(t, name, share(d, name), variances[i]/total, 1e-12)
	}
	near(t, "a, b", share(d, "a", "b"), variances[0]*variances[1]/total, 1e-12)
	near(t, "a, c", share(d, "a", "c"), variances[0]*variances[2]/total, 1e-12)
	near(t, "b, c", share(d, "b", "c"), variances[1]*variances[2]/total, 1e-12)
	near(t, "residual", d.Residual, variances[0]*variances[1]*variances[2]/total, 1e-12)
	if d.Used != 24 || d.Total != 24 || !strings.Contains(d.Method, "exact") {
		t.Errorf("%d of %d configurations by %s", d.Used, d.Total, d.Method)
	}
}

func TestImportanceExtremes(t *testing.T) {
	t.Parallel()
	sign := func(i int) float64 { return float64(2*i - 1) }
	for _, test := range []struct {
		name  string
		value func(c []int) float64
		want  map[string]float64 // by settings, joined
	}{
		{"one setting", func(c []int) float64 { return sign(c[1]) }, map[string]float64{"a": 0, "b": 1, "a,b": 0}},
		{"sum", func(c []int) float64 { return 3*sign(c[0]) + sign(c[1]) }, map[string]float64{"a": 0.9, "b": 0.1, "a,b": 0}},
		{"parity of two", func(c []int) float64 { return sign(c[0]) * sign(c[1]) }, map[string]float64{"a": 0, "b": 0, "a,b": 1}},
		{"parity of three", func(c []int) float64 { return sign(c[0]) * sign(c[1]) * sign(c[2]) }, map[string]float64{"a": 0, "a,b": 0, "b,c": 0, "": 1}},
	} {
		d := decompose(t, grid([]int{2, 2, 2}, test.value))
		for settings, want := range test.want {
			got := d.Residual
			if settings != "" {
				got = share(d, strings.Split(settings, ",")...)
			}
			near(t, test.name+": "+settings, got, want, 1e-12)
		}
	}
}

func TestImportanceOfIncompleteGrid(t *testing.T) {
	t.Parallel()
	value := func(c []int) float64 { return 3*float64(c[0]) + float64(c[1]) }
	records := grid([]int{2, 4}, value)
	d := decompose(t, slices.Delete(records, 7, 8)) // without a=1, b=3
	if d.Used != 6 || d.Total != 7 || !strings.Contains(d.Method, "incomplete") {
		t.Errorf("used %d of %d by %s, want 6 of 7", d.Used, d.Total, d.Method)
	}
	near(t, "a", share(d, "a"), (9.0/4)/(9.0/4+2.0/3), 1e-12) // b = 0, 1, 2 is left
}

// Without the only run at a=1 a full grid of e is left, but only once a, of
// which then one value is left, is no longer cut.
func TestImportanceKeepsTheLastLevel(t *testing.T) {
	t.Parallel()
	var records []experiment.Record
	for i, settings := range []string{
		`{"a":0,"b":0,"c":0,"e":0}`, `{"a":0,"b":0,"c":0,"e":1}`, `{"a":0,"b":1,"c":1,"e":0}`, `{"a":0,"b":1,"c":1,"e":1}`, `{"a":1,"b":0,"c":1,"e":0}`,
	} {
		records = append(records, replicates(string(rune('p'+i)), settings, float64(i)/10)...)
	}
	d := decompose(t, records)
	if near(t, "e", share(d, "e"), 1, 1e-12); d.Used != 2 {
		t.Errorf("used %d configurations, want 2", d.Used)
	}
}

func TestImportanceRefuses(t *testing.T) {
	t.Parallel()
	random := grid([]int{12}, func(c []int) float64 { return float64(c[0]) })
	for i := range random { // every value of both settings occurs once, but they are not the same split
		settings := []string{`{"x":0,"y":5}`, `{"x":0,"y":6}`, `{"x":1,"y":6}`}[i%3]
		random[i].Settings = experiment.Settings(strings.Replace(settings, "{", `{"z":`+string(rune('0'+i/3))+`,"w":`+string(rune('0'+i%4))+`,"v":`+string(rune('0'+i/2))+`,`, 1))
	}
	for name, records := range map[string][]experiment.Record{
		"nothing":           nil,
		"one configuration": replicates("a", `{"h":1}`, 0.5),
		"all equal":         grid([]int{2, 2}, func([]int) float64 { return 0.1 }),
		"no grid":           random,
	} {
		if d, ok := Importance(Leaderboard(records, maxAccuracy)); ok {
			t.Errorf("%s: decomposed as %+v", name, d)
		}
	}
}

func TestImportanceMergesTwins(t *testing.T) {
	t.Parallel()
	records := slices.Concat(replicates("a", `{"h":1,"r":10}`, 0.5, 0.7), replicates("b", `{"h":2,"r":20}`, 0.6, 0.6))
	records = append(records, replicates("c", `{"h":3,"r":30}`, 0.9, 0.9)...)
	d := decompose(t, records)
	near(t, "h + r", share(d, "h + r"), 1, 1e-12)
	// Means 0.6, 0.6, 0.9 vary by 0.02; their seeds alone by (0.02 + 0 + 0)/2/3.
	near(t, "noise", d.Noise, (0.02/2/3)/0.02, 1e-9)
}
