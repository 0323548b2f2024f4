package stats

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"sweep/experiment"
)

// Comparison holds the leader against one other configuration.
type Comparison struct {
	Other     Standing
	Seeds     int     // how many seeds both have done
	Mean      float64 // of leader − other over these seeds; positive when the leader is better
	Std       float64 // of the same differences
	Low, High float64 // 95% interval of Mean
	P         float64 // paired t-test, two-sided; NaN with one seed, or differences that do not vary
	Adjusted  float64 // P after Holm's correction over all comparisons
	divisor   int     // what Holm's correction divides the level by for this one

	Names           int     // test names that both final models answered; 0: not compared
	LeaderOnly      int     // that only the leader's model got right
	OtherOnly       int     // that only the other's model got right
	McNemar         float64 // exact, two-sided; NaN when not compared
	McNemarAdjusted float64 // after Holm's correction
}

// Apart reports whether the seeds tell the two configurations apart at the
// 5% level, after Holm's correction.
func (c Comparison) Apart() bool { return c.Adjusted < Level }

// Compare holds the first of the standings against each other that is ranked,
// in their order. Differences are paired by seed, since seeds share their
// order of examples. Predictions are by run, in the order of test; final
// models are compared where both best seeds have them.
//
// The leader was picked for its mean, which favours it a little over what the
// p-values say (Hsu, "Constrained simultaneous confidence intervals for
// multiple comparisons with the best", Annals of Statistics 12, 1984).
func Compare(
	standings []Standing, predictions map[int64][]experiment.Prediction, test []experiment.Example, objective experiment.Objective,
) []Comparison {
	ranked := Ranked(standings)
	if len(ranked) < 2 {
		return nil
	}
	leader := ranked[0]
	comparisons := make([]Comparison, 0, len(ranked)-1)
	for _, other := range ranked[1:] {
		c := Comparison{Other: other, McNemar: math.NaN()}
		c.compareSeeds(leader, objective)
		c.compareModels(predictions[leader.Best.ID], predictions[other.Best.ID], test)
		comparisons = append(comparisons, c)
	}
	correct(comparisons)
	return comparisons
}

func (c *Comparison) compareSeeds(leader Standing, objective experiment.Objective) {
	differences := pairedDifferences(leader, c.Other, objective)
	c.Seeds = len(differences)
	c.Mean, c.Std = meanStd(differences)
	c.Low, c.High = interval(c.Mean, c.Std, c.Seeds)
	c.P = pairedTTest(c.Mean, c.Std, c.Seeds)
}

func pairedDifferences(leader, other Standing, objective experiment.Objective) []float64 {
	bySeed := map[int]float64{}
	for _, record := range scored(other.Records, objective) {
		bySeed[record.Seed] = record.Best.Metric(objective.Metric)
	}
	var differences []float64
	for _, record := range scored(leader.Records, objective) {
		if value, ok := bySeed[record.Seed]; ok {
			difference := record.Best.Metric(objective.Metric) - value
			if objective.Minimize {
				difference = -difference
			}
			differences = append(differences, difference)
		}
	}
	return differences
}

// pairedTTest is the two-sided p-value of n differences with the given mean
// and standard deviation (Student, "The probable error of a mean", Biometrika
// 6, 1908). Differences that are all zero are equal beyond doubt; some that
// are equal and not zero leave the spread, and so the test, without an answer.
// What rounding alone makes of equal differences counts as no spread.
func pairedTTest(mean, std float64, n int) float64 {
	if n < 2 {
		return math.NaN()
	}
	if std <= 1e-12*math.Abs(mean) {
		if mean == 0 {
			return 1
		}
		return math.NaN()
	}
	t := math.Abs(mean) / (std / math.Sqrt(float64(n)))
	return 2 * distuv.StudentsT{Sigma: 1, Nu: float64(n - 1)}.Survival(t)
}

// compareModels is McNemar's test in its exact form: of the names that one
// model alone gets right, each model is as likely to be it (McNemar, "Note on
// the sampling error of the difference between correlated proportions",
// Psychometrika 12, 1947; Dietterich, Neural Computation 10, 1998, recommends
// it for two models on one test set). The binomial is exact at any count, so
// that no approximation for large ones is needed.
func (c *Comparison) compareModels(leader, other []experiment.Prediction, test []experiment.Example) {
	if len(leader) == 0 || len(leader) != len(other) || len(leader) != len(test) {
		return
	}
	c.Names = len(test)
	for i, example := range test {
		right, otherRight := leader[i].Class == example.Class, other[i].Class == example.Class
		switch {
		case right && !otherRight:
			c.LeaderOnly++
		case otherRight && !right:
			c.OtherOnly++
		}
	}
	c.McNemar = mcNemar(c.LeaderOnly, c.OtherOnly)
}

func mcNemar(b, c int) float64 {
	if b == c { // none at all included
		return 1
	}
	tail := distuv.Binomial{N: float64(b + c), P: 0.5}.CDF(float64(min(b, c)))
	return min(1, 2*tail)
}

func correct(comparisons []Comparison) {
	seeds := make([]float64, len(comparisons))
	models := make([]float64, len(comparisons))
	for i, c := range comparisons {
		seeds[i], models[i] = c.P, c.McNemar
	}
	adjusted, divisors := holm(seeds)
	adjustedModels, _ := holm(models)
	for i := range comparisons {
		comparisons[i].Adjusted, comparisons[i].divisor = adjusted[i], divisors[i]
		comparisons[i].McNemarAdjusted = adjustedModels[i]
	}
}

// holm returns the adjusted p-values of a family of tests and what each raw
// one was multiplied by (Holm, "A simple sequentially rejective multiple test
// procedure", Scandinavian Journal of Statistics 6, 1979). NaN is no test and
// stays NaN.
func holm(p []float64) (adjusted []float64, multipliers []int) {
	var order []int
	for i, value := range p {
		if !math.IsNaN(value) {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(p[a], p[b]) })
	adjusted, multipliers = slices.Clone(p), make([]int, len(p))
	largest := 0.0
	for rank, i := range order {
		multipliers[i] = len(order) - rank
		largest = max(largest, min(1, p[i]*float64(multipliers[i])))
		adjusted[i] = largest
	}
	return adjusted, multipliers
}
