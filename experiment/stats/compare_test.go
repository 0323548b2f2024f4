package stats

import (
	"math"
	"slices"
	"strings"
	"testing"

	"sweep/experiment"
)

// Student's sleep data (1908), extra hours with either drug; R's t.test and
// scipy 1.10.1's ttest_rel give t = 4.0621, p = 0.00283289.
func TestPairedTTestStudentsSleep(t *testing.T) {
	t.Parallel()
	first := []float64{0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0}
	second := []float64{1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4}
	standings := Leaderboard(slices.Concat(replicates("1", `{"drug":1}`, first...), replicates("2", `{"drug":2}`, second...)), maxAccuracy)
	c := Compare(standings, nil, nil, maxAccuracy)[0]
	near(t, "mean difference", c.Mean, 1.58, 1e-12)
	near(t, "std of differences", c.Std, 1.2299954832798732, 1e-12)
	near(t, "low", c.Low, 0.7001142367452713, 1e-9)
	near(t, "high", c.High, 2.4598857632547286, 1e-9)
	near(t, "p", c.P, 0.00283289019738427, 1e-12)
	near(t, "adjusted", c.Adjusted, c.P, 0)
	near(t, "McNemar without predictions", c.McNemar, math.NaN(), 0)
}

func TestComparisonPairsSharedSeedsOnly(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	records := slices.Concat(replicates("a", `{"h":1}`, 0.9, 0.8, 0.7), replicates("b", `{"h":2}`, 0.5, nan, 0.6))
	c := Compare(Leaderboard(records, maxAccuracy), nil, nil, maxAccuracy)[0]
	if c.Seeds != 2 {
		t.Errorf("%d shared seeds, want 2", c.Seeds)
	}
	near(t, "mean", c.Mean, (0.4+0.1)/2, 1e-15)

	loss := experiment.Minimize(experiment.ValLoss)
	c = Compare(Leaderboard(records, loss), nil, nil, loss)[0]
	near(t, "mean of a minimised objective", c.Mean, (0.4+0.1)/2, 1e-15)
}

// Exact two-sided p-values from scipy 1.10.1, binomtest(b, b+c).
func TestMcNemar(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		b, c int
		want float64
	}{
		{0, 0, 1}, {7, 7, 1}, {3, 12, 0.03515625}, {12, 3, 0.03515625}, {0, 5, 0.0625},
		{45, 65, 0.06956519633623014}, {37, 59, 0.03154812025373351}, {4, 10, 0.1795654296875}, {5000, 5300, 0.003215819673645256},
	} {
		got := mcNemar(test.b, test.c)
		if math.Abs(got-test.want) > 1e-9*test.want {
			t.Errorf("mcNemar(%d, %d) = %.12g, want %.12g", test.b, test.c, got, test.want)
		}
	}
}

func TestCompareModels(t *testing.T) {
	t.Parallel()
	standings := Leaderboard(slices.Concat(replicates("a", `{"h":1}`, 0.9), replicates("b", `{"h":2}`, 0.5)), maxAccuracy)
	test := make([]experiment.Example, 20) // all of class 0
	answers := func(wrong ...int) []experiment.Prediction {
		predictions := make([]experiment.Prediction, len(test))
		for _, i := range wrong {
			predictions[i].Class = 1
		}
		return predictions
	}
	predictions := map[int64][]experiment.Prediction{
		standings[0].Best.ID: answers(0, 1, 2),
		standings[1].Best.ID: answers(2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15),
	}
	c := Compare(standings, predictions, test, maxAccuracy)[0]
	if c.Names != 20 || c.LeaderOnly != 13 || c.OtherOnly != 2 {
		t.Errorf("%d names, %d and %d discordant; want 20, 13 and 2", c.Names, c.LeaderOnly, c.OtherOnly)
	}
	near(t, "p", c.McNemar, 2*(1+15+105)/32768.0, 1e-12) // 2·P(X ≤ 2), X ~ Bin(15, ½)

	predictions[standings[1].Best.ID] = answers()[:19]
	if c := Compare(standings, predictions, test, maxAccuracy)[0]; c.Names != 0 || !math.IsNaN(c.McNemar) {
		t.Errorf("predictions of another test set were compared: %+v", c)
	}
}

// Holm (1979): four hypotheses at 0.01, 0.04, 0.03, 0.005 adjust to 0.03,
// 0.06, 0.06, 0.02, as R's p.adjust(…, "holm") says too.
func TestHolm(t *testing.T) {
	t.Parallel()
	adjusted, multipliers := holm([]float64{0.01, 0.04, math.NaN(), 0.03, 0.005})
	for i, want := range []float64{0.03, 0.06, math.NaN(), 0.06, 0.02} {
		near(t, "adjusted", adjusted[i], want, 1e-15)
	}
	if want := []int{3, 1, 0, 2, 4}; !slices.Equal(multipliers, want) {
		t.Errorf("multipliers %v, want %v", multipliers, want)
	}
	if adjusted, _ := holm([]float64{0.6, 0.9}); adjusted[0] != 1 || adjusted[1] != 1 {
		t.Errorf("adjusted %v, want 1 at most", adjusted)
	}
}

// Sample sizes from the noncentral t of scipy 1.10.1; effect 0.5 at 5% needs
// 34 pairs in Cohen's table too.
func TestSeedsFor(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		effect, level float64
		want          int
	}{
		{0.5, 0.05, 34}, {0.8, 0.05, 15}, {0.2, 0.05, 199}, {1, 0.05 / 8, 17}, {0.5, 0.01, 51}, {0.001, 0.05, mostSeeds + 1},
	} {
		if got := seedsFor(test.effect, test.level); got != test.want {
			t.Errorf("seedsFor(%v, %v) = %d, want %d", test.effect, test.level, got, test.want)
		}
	}
	near(t, "power", power(0.5, 0.05, 34), 0.8077775012792737, 1e-6)
	near(t, "power of a huge effect", power(40, 0.0005, 3), 0.9092729858032569, 0.02)
}

func TestMoreSeeds(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		c    Comparison
		want int
		ok   bool
	}{
		{"some", Comparison{Seeds: 3, Mean: 0.5, Std: 1, P: 0.5, divisor: 1}, 31, true},
		{"Holm asks for more", Comparison{Seeds: 3, Mean: 1, Std: 1, P: 0.2, divisor: 8}, 14, true},
		{"no difference", Comparison{Seeds: 3, Mean: 0, Std: 1, P: 1, divisor: 1}, 0, false},
		{"no spread", Comparison{Seeds: 3, Mean: 0, Std: 0, P: 1, divisor: 1}, 0, false},
		{"one seed", Comparison{Seeds: 1, Mean: 1, Std: math.NaN(), P: math.NaN()}, 0, false},
		{"too many", Comparison{Seeds: 3, Mean: 0.01, Std: 1, P: 0.9, divisor: 1}, 0, false},
	} {
		if got, ok := test.c.MoreSeeds(); got != test.want || ok != test.ok {
			t.Errorf("%s: %d more seeds, %v; want %d, %v", test.name, got, ok, test.want, test.ok)
		}
	}
}

func TestVerdict(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	steady := replicates("a", `{"h":256,"r":0.005}`, 0.60, 0.61, 0.62)
	bad := replicates("z", `{"h":64,"r":0.01}`, 0.30, 0.311, 0.319)
	waiting := replicates("w", `{"h":1,"r":1}`, 0.5, 0.5)
	for i := range waiting {
		waiting[i].State, waiting[i].Best.ValAccuracy = experiment.Waiting, nan
	}
	for _, test := range []struct {
		name    string
		records []experiment.Record
		want    []string
	}{
		{"nothing", nil, []string{"No run is recorded yet."}},
		{"only diverged", replicates("a", `{}`, nan, nan), []string{"There is no winner: no run is done. 2 runs diverged."}},
		{"one configuration", replicates("a", `{}`, 0.5, 0.6), []string{"The only configuration has finished, with val_accuracy 55.00% (95% interval", "nothing to compare"}},
		{"one seed", slices.Concat(replicates("a", `{"h":1}`, 0.6), replicates("b", `{"h":2}`, 0.5)),
			[]string{"1 leads with val_accuracy 60.00% on one seed.", "Whether it is better than 2 or lucky, one seed cannot say"}},
		{"clear winner", slices.Concat(steady, bad), []string{"256 / 0.005 leads with val_accuracy 61.00%", "It is really better than the other configuration."}},
		{"undecided", slices.Concat(steady, bad, replicates("b", `{"h":128,"r":0.005}`, 0.60, 0.60, 0.62)),
			[]string{"better than 1 of the 2 others. 128 / 0.005 cannot be told from it with 3 seeds; about", "more seeds would."}},
		{"equal", slices.Concat(steady, replicates("b", `{"h":128,"r":0.005}`, 0.62, 0.60, 0.61)), []string{"they did equally well"}},
		{"zero variance", slices.Concat(steady, replicates("b", `{"h":128,"r":0.005}`, 0.59, 0.60, 0.61)), []string{"by the same amount on each of 3 seeds"}},
		{"half way", slices.Concat(steady, waiting), []string{"Only 256 / 0.005 has finished", "2 of 5 runs still to come"}},
		{"all flawed", slices.Concat(replicates("a", `{"h":1}`, 0.6, nan), replicates("b", `{"h":2}`, nan, 0.5)),
			[]string{"Of every configuration a seed diverged or failed", "It shares no finished seed with 2"}},
	} {
		standings := Leaderboard(test.records, maxAccuracy)
		got := Verdict(standings, Compare(standings, nil, nil, maxAccuracy), maxAccuracy)
		for _, want := range test.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s: verdict %q does not say %q", test.name, got, want)
			}
		}
	}
}
