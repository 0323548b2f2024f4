package data

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// The split is part of every recorded result: these names must stay where they
// are. The digits were computed with sha256sum.
func TestPartOfIsPinned(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]part{
		"Albert":   training,
		"Satoshi":  training,
		"Walesa":   test,
		"O'Neill":  training,
		"Okafor":   validation,
		"Kowalski": validation,
	} {
		if got := partOf(name); got != want {
			t.Errorf("partOf(%q) = %v, want %v", name, got, want)
		}
	}
}

func TestPartOfPassesOverCapitals(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[A-Za-z' ]{1,12}`).Draw(t, "name")
		if a, b := partOf(name), partOf(strings.ToUpper(name)); a != b {
			t.Errorf("partOf(%q) is %v, of the same in capitals %v", name, a, b)
		}
	})
}

// Of 100,000 names a share p of 0.8 or 0.1 has a standard deviation of about
// 0.001; five of them are allowed.
func TestPartsHaveTheirShares(t *testing.T) {
	t.Parallel()
	const n = 100_000
	var counts [parts]float64
	for i := range n {
		counts[partOf(fmt.Sprintf("name%d", i))]++
	}
	for p, want := range [parts]float64{0.8, 0.1, 0.1} {
		if got := counts[p] / n; math.Abs(got-want) > 5*math.Sqrt(want*(1-want)/n) {
			t.Errorf("the %v set gets a share of %.4f, want %.1f", part(p), got, want)
		}
	}
}
