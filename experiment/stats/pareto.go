package stats

import (
	"cmp"
	"math"
	"slices"

	"sweep/experiment"
)

// Pareto returns the standings that no other beats in both the objective and
// the time it takes to train, quickest first. Where equals meet, the first of
// the standings stays.
func Pareto(standings []Standing, objective experiment.Objective) []Standing {
	var candidates []Standing
	for _, s := range Ranked(standings) {
		if !math.IsNaN(s.Seconds) {
			candidates = append(candidates, s)
		}
	}
	slices.SortStableFunc(candidates, func(a, b Standing) int {
		byObjective := cmp.Compare(b.Mean, a.Mean)
		if objective.Minimize {
			byObjective = -byObjective
		}
		return cmp.Or(cmp.Compare(a.Seconds, b.Seconds), byObjective)
	})
	var front []Standing
	for _, s := range candidates {
		if len(front) == 0 || objective.Better(s.Mean, front[len(front)-1].Mean) {
			front = append(front, s)
		}
	}
	return front
}
