package stats

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"

	"sweep/experiment"
)

// Confusion counts a model's answers: K×K for K classes.
type Confusion struct {
	Classes []string
	Counts  [][]int   // Counts[is][guessed]
	Names   [][][]int // Names[is][guessed]: which test examples, in their order
}

// NewConfusion sorts a model's predictions, one for each test example in
// order. It returns false when there are none, or not as many as examples, or
// one names no class.
func NewConfusion(classes []string, test []experiment.Example, predictions []experiment.Prediction) (Confusion, bool) {
	if len(predictions) == 0 || len(predictions) != len(test) {
		return Confusion{}, false
	}
	k := len(classes)
	c := Confusion{Classes: classes, Counts: make([][]int, k), Names: make([][][]int, k)}
	for i := range k {
		c.Counts[i], c.Names[i] = make([]int, k), make([][]int, k)
	}
	for i, example := range test {
		is, guessed := example.Class, predictions[i].Class
		if min(is, guessed) < 0 || max(is, guessed) >= k {
			return Confusion{}, false
		}
		c.Counts[is][guessed]++
		c.Names[is][guessed] = append(c.Names[is][guessed], i)
	}
	return c, true
}

// Recall is the share of each class that the model found.
func (c Confusion) Recall() []Proportion {
	recall := make([]Proportion, len(c.Classes))
	for is, row := range c.Counts {
		total := 0
		for _, n := range row {
			total += n
		}
		recall[is] = NewProportion(row[is], total)
	}
	return recall
}

// Proportion is hits out of a total, with Wilson's 95% interval.
type Proportion struct {
	Hits, Total     int
	Rate, Low, High float64 // NaN when Total is 0
}

// NewProportion estimates a rate from its sample (Wilson, "Probable inference,
// the law of succession, and statistical inference", JASA 22, 1927). The
// interval stays within 0 and 1 and is sound for small totals.
func NewProportion(hits, total int) Proportion {
	if total == 0 {
		return Proportion{Rate: math.NaN(), Low: math.NaN(), High: math.NaN()}
	}
	n := float64(total)
	rate := float64(hits) / n
	z := distuv.UnitNormal.Quantile(1 - Level/2)
	centre := (rate + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(rate*(1-rate)/n+z*z/(4*n*n))
	return Proportion{Hits: hits, Total: total, Rate: rate, Low: max(0, centre-half), High: min(1, centre+half)}
}
