package stats

import (
	"math"

	"sweep/experiment"
)

// calibrationBins is how many bins of equal width a reliability diagram has.
const calibrationBins = 10

// Calibration compares how sure a model was with how often it was right.
type Calibration struct {
	Bins  []Bin
	Error float64 // expected calibration error: Σ share of bin · |accuracy − confidence|
}

// Bin holds the predictions whose confidence is above From and at most To.
type Bin struct {
	From, To   float64
	Confidence float64    // mean; NaN when the bin is empty
	Accuracy   Proportion // of the predictions in the bin
}

// NewCalibration sorts predictions into ten bins by confidence (Naeini, Cooper
// and Hauskrecht, "Obtaining well calibrated probabilities using Bayesian
// binning", AAAI 2015; Guo et al., "On calibration of modern neural networks",
// ICML 2017). It returns false when there are none, or not as many as
// examples, or a confidence is no probability.
func NewCalibration(test []experiment.Example, predictions []experiment.Prediction) (Calibration, bool) {
	if len(predictions) == 0 || len(predictions) != len(test) {
		return Calibration{}, false
	}
	var hits, totals [calibrationBins]int
	var confidence [calibrationBins]float64
	for i, p := range predictions {
		if !(p.Confidence >= 0 && p.Confidence <= 1) {
			return Calibration{}, false
		}
		bin := max(0, int(math.Ceil(p.Confidence*calibrationBins))-1)
		totals[bin]++
		confidence[bin] += p.Confidence
		if p.Class == test[i].Class {
			hits[bin]++
		}
	}
	var c Calibration
	for i, total := range totals {
		bin := Bin{From: float64(i) / calibrationBins, To: float64(i+1) / calibrationBins, Accuracy: NewProportion(hits[i], total)}
		bin.Confidence = confidence[i] / float64(total)
		if total > 0 {
			c.Error += float64(total) / float64(len(test)) * math.Abs(bin.Accuracy.Rate-bin.Confidence)
		}
		c.Bins = append(c.Bins, bin)
	}
	return c, true
}
