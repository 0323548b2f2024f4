package stats

import (
	"math"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"sweep/experiment"
)

// Level is the error that the intervals and tests allow: intervals cover 95 %.
const Level = 0.05

// meanStd returns the mean and the standard deviation with n−1 below the sum;
// NaN for what too few values leave open.
func meanStd(values []float64) (mean, std float64) {
	switch len(values) {
	case 0:
		return math.NaN(), math.NaN()
	case 1:
		return values[0], math.NaN()
	}
	return stat.MeanStdDev(values, nil)
}

// interval is the 95% interval of a mean of n values: mean ± t·std/√n, t the
// quantile of Student's distribution with n−1 degrees of freedom.
func interval(mean, std float64, n int) (low, high float64) {
	if n < 2 {
		return math.NaN(), math.NaN()
	}
	t := distuv.StudentsT{Sigma: 1, Nu: float64(n - 1)}.Quantile(1 - Level/2)
	half := t * stat.StdErr(std, float64(n))
	return mean - half, mean + half
}

// Summarize returns the mean of values, NaN left out, and its 95% interval.
func Summarize(values []float64) (mean, low, high float64) {
	known := make([]float64, 0, len(values))
	for _, v := range values {
		if !math.IsNaN(v) {
			known = append(known, v)
		}
	}
	mean, std := meanStd(known)
	low, high = interval(mean, std, len(known))
	return mean, low, high
}

func meanOf(records []experiment.Record, value func(experiment.Record) float64) float64 {
	var sum, n float64
	for _, record := range records {
		if v := value(record); !math.IsNaN(v) {
			sum += v
			n++
		}
	}
	return sum / n
}
