package stats

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

const (
	wantedPower = 0.8  // the chance to tell the two apart, if they differ as much as they seem to
	mostSeeds   = 1000 // beyond which more seeds are no advice
)

// MoreSeeds estimates how many more seeds each of the two configurations needs
// before the test tells them apart with a chance of 80 %, if they really
// differ as the seeds so far suggest. The level is the one that Holm's
// correction asks of this comparison. It reports false when that takes more
// than a thousand seeds, and when the seeds so far say nothing about the
// spread or show no difference.
func (c Comparison) MoreSeeds() (int, bool) {
	effect := math.Abs(c.Mean) / c.Std
	if math.IsNaN(c.P) || math.IsNaN(effect) || effect == 0 {
		return 0, false
	}
	level := Level / float64(max(1, c.divisor))
	enough := seedsFor(effect, level)
	if enough > mostSeeds {
		return 0, false
	}
	return max(1, enough-c.Seeds), true
}

// seedsFor is the smallest number of seeds, at most one beyond mostSeeds, at
// which a paired t-test has the wanted power. The power grows with the number,
// so bisection finds it.
func seedsFor(effect, level float64) int {
	low, high := 1, mostSeeds+1
	for high-low > 1 {
		middle := (low + high) / 2
		if power(effect, level, middle) < wantedPower {
			low = middle
		} else {
			high = middle
		}
	}
	return high
}

// power is the chance that a two-sided paired t-test of n differences rejects
// at the level when their mean is effect standard deviations (Cohen,
// "Statistical Power Analysis for the Behavioral Sciences", 1988): the test
// statistic then follows the noncentral t distribution. That the test rejects
// on the wrong side is left out: at a power worth having it never does.
func power(effect, level float64, n int) float64 {
	nu := float64(n - 1)
	critical := distuv.StudentsT{Sigma: 1, Nu: nu}.Quantile(1 - level/2)
	statistic := distuv.NoncentralT{Nu: nu, Mu: effect * math.Sqrt(float64(n))}
	return 1 - statistic.CDF(critical)
}
