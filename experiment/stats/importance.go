package stats

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// Decomposition says how much of the variance between configurations each
// setting and each pair of settings explains.
type Decomposition struct {
	Method   string   // how it was computed, for people
	Used     int      // configurations in the grid that was decomposed
	Total    int      // configurations that are ranked
	Effects  []Effect // single settings, the largest share first, then pairs
	Residual float64  // share of what takes three settings or more to explain
	Noise    float64  // share that the spread over seeds alone would make; NaN with one seed
}

// Effect is the share of the variance that a setting explains by itself, or a
// pair beyond what its two explain by themselves.
type Effect struct {
	Settings []string // one or two names; settings that always change together are one name, joined by " + "
	Share    float64  // of the variance, 0 to 1
}

// factor is a setting, or several that always change together.
type factor struct {
	name   string
	levels []int // of each configuration
	count  int
}

// Importance decomposes the variance of the configurations' means by
// functional ANOVA (Hutter, Hoos and Leyton-Brown, "An efficient approach for
// assessing hyperparameter importance", ICML 2014; Sobol', "Sensitivity
// estimates for nonlinear mathematical models", 1993). On a full grid the
// integrals of the method are sums over the grid, so the result is exact and
// needs no random forest. Of an incomplete grid the largest full part that is
// found by leaving out the values that lack most is decomposed, which Method
// says. It returns false when nothing that varies is left, when the settings
// were not chosen from a grid, and when all means are equal.
func Importance(standings []Standing) (Decomposition, bool) {
	ranked := Ranked(standings)
	d := Decomposition{Total: len(ranked), Method: "exact functional ANOVA of the full grid"}
	used := fullGrid(ranked, factorsOf(ranked))
	factors := factorsOf(used)
	if len(factors) == 0 || cells(factors) != len(used) {
		return d, false
	}
	d.Used = len(used)
	if d.Used < d.Total {
		d.Method = "exact functional ANOVA of the largest full grid found in an incomplete one"
	}
	return d, d.decompose(used, factors)
}

func (d *Decomposition) decompose(used []Standing, factors []factor) bool {
	values := make([]float64, len(used))
	for i, s := range used {
		values[i] = s.Mean
	}
	mean, total := meanVariance(values)
	if total <= 1e-24*mean*mean { // equal but for rounding
		return false
	}
	single := make([]float64, len(factors))
	explained := 0.0
	for i, f := range factors {
		single[i] = marginalVariance(values, f.levels, f.count, mean)
		d.Effects = append(d.Effects, Effect{Settings: []string{f.name}, Share: single[i] / total})
		explained += single[i]
	}
	for i, f := range factors {
		for j, g := range factors[:i] {
			variance := marginalVariance(values, cross(g, f), g.count*f.count, mean) - single[i] - single[j]
			variance = max(0, variance)
			d.Effects = append(d.Effects, Effect{Settings: []string{g.name, f.name}, Share: variance / total})
			explained += variance
		}
	}
	d.Residual = max(0, 1-explained/total)
	d.Noise = noise(used) / total
	slices.SortStableFunc(d.Effects, func(a, b Effect) int {
		return cmp.Or(cmp.Compare(len(a.Settings), len(b.Settings)), cmp.Compare(b.Share, a.Share))
	})
	return true
}

// noise is the mean over configurations of the variance that a mean over seeds
// has by itself.
func noise(used []Standing) float64 {
	var sum float64
	for _, s := range used {
		sum += s.Std * s.Std / float64(s.Done)
	}
	return sum / float64(len(used))
}

func meanVariance(values []float64) (mean, variance float64) {
	for _, v := range values {
		mean += v / float64(len(values))
	}
	for _, v := range values {
		variance += (v - mean) * (v - mean) / float64(len(values))
	}
	return mean, variance
}

// marginalVariance is the variance of the means over all but the levels given:
// in a full grid every level has as many values as any other.
func marginalVariance(values []float64, levels []int, count int, mean float64) float64 {
	marginal := make([]float64, count)
	share := float64(count) / float64(len(values))
	for i, v := range values {
		marginal[levels[i]] += (v - mean) * share
	}
	var variance float64
	for _, effect := range marginal {
		variance += effect * effect / float64(count)
	}
	return variance
}

func cross(a, b factor) []int {
	levels := make([]int, len(a.levels))
	for i := range levels {
		levels[i] = a.levels[i]*b.count + b.levels[i]
	}
	return levels
}

// factorsOf numbers the values of every setting that varies. Settings that
// split the configurations alike cannot be told apart and become one factor.
func factorsOf(standings []Standing) []factor {
	var factors []factor
	for _, name := range Varying(standings) {
		f := factor{name: name}
		number := map[string]int{}
		for _, s := range standings {
			value := s.Values[name]
			if _, ok := number[value]; !ok {
				number[value] = len(number)
			}
			f.levels = append(f.levels, number[value])
		}
		f.count = len(number)
		twin := slices.IndexFunc(factors, func(g factor) bool { return slices.Equal(g.levels, f.levels) })
		if twin >= 0 {
			factors[twin].name = strings.Join([]string{factors[twin].name, name}, " + ")
			continue
		}
		factors = append(factors, f)
	}
	return factors
}

// cells is how many configurations a full grid of the factors has.
func cells(factors []factor) int {
	n := 1
	for _, f := range factors {
		if n > math.MaxInt32 { // more than any sweep holds; do not overflow
			return n
		}
		n *= f.count
	}
	return n
}

// sparsest is how many times as many cells as configurations a grid may have
// and still be taken for one; beyond, the values were drawn at random.
const sparsest = 16

// fullGrid leaves out, one value at a time, the configurations with the value
// that is rarest compared with the others of its setting, until every
// combination of what is left is there. To find the largest such part is
// NP-hard (it holds the maximum biclique problem); leaving out the rarest
// finds it where a few runs are missing, which is what happens.
func fullGrid(standings []Standing, factors []factor) []Standing {
	if cells(factors) > sparsest*len(standings) {
		return nil
	}
	kept := make([]int, len(standings))
	for i := range kept {
		kept[i] = i
	}
	for {
		counts := countLevels(factors, kept)
		f, level, full := rarest(counts, len(kept))
		if full {
			break
		}
		kept = slices.DeleteFunc(kept, func(i int) bool { return factors[f].levels[i] == level })
	}
	used := make([]Standing, len(kept))
	for i, k := range kept {
		used[i] = standings[k]
	}
	return used
}

// countLevels counts how many of the kept configurations have each level of
// each factor.
func countLevels(factors []factor, kept []int) [][]int {
	counts := make([][]int, len(factors))
	for i, f := range factors {
		counts[i] = make([]int, f.count)
		for _, k := range kept {
			counts[i][f.levels[k]]++
		}
	}
	return counts
}

// rarest finds the level with the smallest share of the cells that a full grid
// of the levels in use would give it. full says that n configurations fill
// that grid.
func rarest(counts [][]int, n int) (factor, level int, full bool) {
	inUse := make([]int, len(counts))
	grid := 1
	for i, levels := range counts {
		for _, count := range levels {
			inUse[i] += min(count, 1)
		}
		grid *= inUse[i]
	}
	fewest := math.Inf(1)
	for i, levels := range counts {
		for l, count := range levels {
			if coverage := float64(count * inUse[i]); inUse[i] > 1 && count > 0 && coverage < fewest {
				factor, level, fewest = i, l, coverage
			}
		}
	}
	return factor, level, grid == n
}
