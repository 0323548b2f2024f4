package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"sweep/experiment"
)

func TestLeaderboardRanks(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	records := slices.Concat(
		replicates("flawed", `{"h":1}`, 0.9, nan, 0.9),
		replicates("lucky", `{"h":2}`, 0.8, 0.2, 0.2),
		replicates("steady", `{"h":3}`, 0.5, 0.6, 0.55),
		replicates("lost", `{"h":4}`, nan, nan),
		replicates("tie-b", `{"h":5}`, 0.1),
		replicates("tie-a", `{"h":6}`, 0.1),
	)
	var hashes []string
	var ranks []int
	standings := Leaderboard(records, maxAccuracy)
	for _, s := range standings {
		hashes, ranks = append(hashes, s.Hash), append(ranks, s.Rank)
	}
	if want := []string{"steady", "lucky", "tie-a", "tie-b", "flawed", "lost"}; !slices.Equal(hashes, want) {
		t.Errorf("order %v, want %v", hashes, want)
	}
	if want := []int{1, 2, 3, 4, 5, 0}; !slices.Equal(ranks, want) {
		t.Errorf("ranks %v, want %v", ranks, want)
	}
	best, ok := BestRun(standings)
	if !ok || best.Hash != "steady" || best.Seed != 2 {
		t.Errorf("best run is %s seed %d, want steady seed 2", best.Hash, best.Seed)
	}
	if standings[1].Worst.Seed != 2 {
		t.Errorf("worst of lucky is seed %d, want the first of equals, 2", standings[1].Worst.Seed)
	}
	near(t, "mean of flawed", standings[4].Mean, 0.9, 1e-15)
	near(t, "mean of lost", standings[5].Mean, nan, 0)
}

func TestLeaderboardMinimizes(t *testing.T) {
	t.Parallel()
	records := slices.Concat(replicates("high-loss", `{"h":1}`, 0.2, 0.3), replicates("low-loss", `{"h":2}`, 0.6, 0.8))
	standings := Leaderboard(records, experiment.Minimize(experiment.ValLoss))
	if standings[0].Hash != "low-loss" || standings[0].Best.Seed != 2 || standings[0].Worst.Seed != 1 {
		t.Errorf("led by %s, best seed %d, worst seed %d", standings[0].Hash, standings[0].Best.Seed, standings[0].Worst.Seed)
	}
}

func TestLeaderboardIgnoresOrder(t *testing.T) {
	t.Parallel()
	records := grid([]int{3, 4, 2}, func(c []int) float64 { return float64((c[0]*7+c[1]*3+c[2])%5) / 5 })
	want := Leaderboard(slices.Clone(records), maxAccuracy)
	rng := rand.New(rand.NewPCG(6, 6))
	for range 20 {
		rng.Shuffle(len(records), func(i, j int) { records[i], records[j] = records[j], records[i] })
		got := Leaderboard(slices.Clone(records), maxAccuracy)
		for i := range got {
			if got[i].Hash != want[i].Hash || got[i].Rank != want[i].Rank {
				t.Fatalf("place %d is %s, want %s", i, got[i].Hash, want[i].Hash)
			}
		}
	}
}

// The interval as scipy 1.10.1 gives it: t.interval(0.95, 2, mean, sem).
func TestIntervalIsStudents(t *testing.T) {
	t.Parallel()
	s := Leaderboard(replicates("a", `{}`, 0.601, 0.599, 0.590), maxAccuracy)[0]
	near(t, "mean", s.Mean, 0.5966666666666667, 1e-15)
	near(t, "std", s.Std, 0.00585946527708232, 1e-15)
	near(t, "low", s.Low, 0.5821109480006275, 1e-12)
	near(t, "high", s.High, 0.6112223853327059, 1e-12)

	one := Leaderboard(replicates("a", `{}`, 0.6), maxAccuracy)[0]
	near(t, "std of one seed", one.Std, math.NaN(), 0)
	near(t, "low of one seed", one.Low, math.NaN(), 0)
}

func TestDoneWithoutObjectiveIsNotRanked(t *testing.T) {
	t.Parallel()
	records := replicates("a", `{}`, 0.5)
	records[0].Best.ValAccuracy = math.Inf(1)
	s := Leaderboard(records, maxAccuracy)
	if _, ok := BestRun(s); ok || s[0].Rank != 0 || s[0].Done != 1 {
		t.Errorf("rank %d with %d done, want no rank", s[0].Rank, s[0].Done)
	}
}

func TestVaryingAndLabel(t *testing.T) {
	t.Parallel()
	records := slices.Concat(
		replicates("a", `{"cell":"elman","hidden":128,"rate":0.005}`, 0.5),
		replicates("b", `{"cell":"elman","hidden":64,"note":"x","rate":0.005}`, 0.4),
		replicates("c", `{"cell":"elman","hidden":64,"note":"`+strings.Repeat("<", 99)+`","rate":0.01}`, 0.3),
	)
	standings := Leaderboard(records, maxAccuracy)
	varying := Varying(standings)
	if want := []string{"hidden", "note", "rate"}; !slices.Equal(varying, want) {
		t.Fatalf("varying %v, want %v", varying, want)
	}
	for i, want := range []string{"128 / – / 0.005", "64 / x / 0.005", "64 / " + strings.Repeat("<", 23) + "… / 0.01"} {
		if got := Label(standings[i], varying); got != want {
			t.Errorf("label %q, want %q", got, want)
		}
	}
	if got := Label(Standing{Configuration: experiment.Configuration{Hash: "0123456789"}}, nil); got != "01234567" {
		t.Errorf("label without settings %q", got)
	}
	if got, want := Levels(standings, "hidden"), []string{"64", "128"}; !slices.Equal(got, want) {
		t.Errorf("levels %v, want %v", got, want)
	}
}

func TestFigure(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		metric string
		value  float64
		want   string
	}{
		{experiment.ValAccuracy, 0.61234, "61.23%"},
		{experiment.ValLoss, 1.23456, "1.2346"},
		{experiment.ValLoss, math.NaN(), "–"},
		{experiment.ValAccuracy, math.Inf(1), "–"},
	} {
		if got := Figure(test.metric, test.value); got != test.want {
			t.Errorf("Figure(%s, %v) = %q, want %q", test.metric, test.value, got, test.want)
		}
	}
}
