package stats

import (
	"math"
	"slices"
	"testing"

	"sweep/experiment"
)

// Newcombe ("Two-sided confidence intervals for the single proportion",
// Statistics in Medicine 17, 1998), table I, prints 81/263 as 0.2553 to 0.3662
// and 0/20 and 1/29 as below; scipy 1.10.1 has more digits.
func TestWilson(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		hits, total int
		low, high   float64
	}{
		{81, 263, 0.2552885198782742, 0.36620956698280004},
		{7, 20, 0.1811918241010821, 0.5671457233147637},
		{0, 10, 0, 0.27753279986288926},
		{20, 20, 0.8388748419471808, 1},
		{0, 20, 0, 0.1611}, {1, 29, 0.0061, 0.1718},
	} {
		p := NewProportion(test.hits, test.total)
		near(t, "low", p.Low, test.low, 5e-5)
		near(t, "high", p.High, test.high, 5e-5)
		near(t, "rate", p.Rate, float64(test.hits)/float64(test.total), 0)
	}
	if p := NewProportion(0, 0); !math.IsNaN(p.Rate) || !math.IsNaN(p.Low) {
		t.Errorf("nothing out of nothing is %+v, want NaN", p)
	}
}

func TestConfusion(t *testing.T) {
	t.Parallel()
	test := []experiment.Example{{Class: 0}, {Class: 0}, {Class: 1}, {Class: 1}, {Class: 1}}
	answers := []experiment.Prediction{{Class: 0}, {Class: 1}, {Class: 1}, {Class: 1}, {Class: 2}}
	c, ok := NewConfusion([]string{"x", "y", "z"}, test, answers)
	if !ok {
		t.Fatal("refused")
	}
	for i, want := range [][]int{{1, 1, 0}, {0, 2, 1}, {0, 0, 0}} {
		if !slices.Equal(c.Counts[i], want) {
			t.Errorf("row %d is %v, want %v", i, c.Counts[i], want)
		}
	}
	if !slices.Equal(c.Names[1][2], []int{4}) {
		t.Errorf("behind the cell stands %v, want example 4", c.Names[1][2])
	}
	recall := c.Recall()
	near(t, "recall of y", recall[1].Rate, 2.0/3, 1e-15)
	near(t, "recall of z", recall[2].Rate, math.NaN(), 0)

	for name, bad := range map[string][]experiment.Prediction{"too few": answers[:4], "none": nil, "unknown class": {{Class: 9}, {}, {}, {}, {}}, "negative": {{Class: -1}, {}, {}, {}, {}}} {
		if _, ok := NewConfusion(c.Classes, test, bad); ok {
			t.Errorf("%s: accepted", name)
		}
	}
}

// Ten answers at 0.8 of which 7 are right and ten at 0.35 of which 2 are: the
// error is ½·|0.7−0.8| + ½·|0.2−0.35| by its definition.
func TestCalibration(t *testing.T) {
	t.Parallel()
	var test []experiment.Example
	var answers []experiment.Prediction
	for i := range 20 {
		p, right := experiment.Prediction{Confidence: 0.8}, i < 7
		if i >= 10 {
			p.Confidence, right = 0.35, i < 12
		}
		if !right {
			p.Class = 1
		}
		test, answers = append(test, experiment.Example{}), append(answers, p)
	}
	c, ok := NewCalibration(test, answers)
	if !ok || len(c.Bins) != 10 {
		t.Fatalf("%d bins, %v", len(c.Bins), ok)
	}
	near(t, "error", c.Error, 0.125, 1e-12)
	near(t, "accuracy at 0.7–0.8", c.Bins[7].Accuracy.Rate, 0.7, 1e-15) // 0.8 belongs below
	near(t, "confidence at 0.3–0.4", c.Bins[3].Confidence, 0.35, 1e-12)
	near(t, "confidence of an empty bin", c.Bins[0].Confidence, math.NaN(), 0)

	for _, confidence := range []float64{math.NaN(), -0.1, 1.1} {
		answers[0].Confidence = confidence
		if _, ok := NewCalibration(test, answers); ok {
			t.Errorf("a confidence of %v was accepted", confidence)
		}
	}
	answers[0].Confidence = 0
	if c, _ := NewCalibration(test, answers); c.Bins[0].Accuracy.Total != 1 {
		t.Error("a confidence of 0 fell out of the first bin")
	}
}

func TestPareto(t *testing.T) {
	t.Parallel()
	var records []experiment.Record
	for _, r := range []struct {
		hash              string
		accuracy, seconds float64
	}{{"quick", 0.4, 1}, {"same-but-slow", 0.4, 2}, {"middle", 0.5, 3}, {"beaten", 0.45, 4}, {"best", 0.6, 9}, {"tied", 0.55, 9}, {"unknown", 0.7, math.NaN()}} {
		record := replicates(r.hash, `{"h":"`+r.hash+`"}`, r.accuracy)
		record[0].Seconds = r.seconds
		records = append(records, record...)
	}
	flawed := replicates("flawed-but-good", `{"h":0}`, 0.65, math.NaN())
	flawed[0].Seconds = 9 // as long as best, which ranks above it
	records = append(records, flawed...)
	var front []string
	for _, s := range Pareto(Leaderboard(records, maxAccuracy), maxAccuracy) {
		front = append(front, s.Hash)
	}
	if want := []string{"quick", "middle", "flawed-but-good"}; !slices.Equal(front, want) {
		t.Errorf("front %v, want %v", front, want)
	}
}
