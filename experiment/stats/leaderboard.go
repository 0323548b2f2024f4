package stats

import (
	"cmp"
	"math"
	"slices"

	"sweep/experiment"
)

// Standing is one configuration with its replicates. Means, spreads and
// extremes are over the seeds that are done.
type Standing struct {
	experiment.Configuration
	Values  map[string]string   // the settings by name, as text
	Rank    int                 // from 1; 0 while no seed is done
	Records []experiment.Record // by seed

	Done, Diverged, Failed, Pruned, Unfinished int // how many seeds stand where

	Mean, Std float64 // of the objective; Std needs two seeds
	Low, High float64 // 95% interval of the mean by Student's t; needs two seeds

	Best, Worst          experiment.Record // the seeds with the best and worst objective; zero while Rank is 0
	TestAccuracy         float64           // mean
	TestBalancedAccuracy float64           // mean
	Seconds              float64           // mean time spent training
}

// Flawed reports whether a seed diverged or failed.
func (s Standing) Flawed() bool { return s.Diverged+s.Failed > 0 }

// Leaderboard groups records by configuration and ranks these by the mean of
// the objective over the seeds that are done. A configuration of which a seed
// diverged or failed stands below all of which none did, because its mean is
// over the lucky ones alone; one with no seed done is not ranked and stands at
// the end. Equals are ordered by hash.
func Leaderboard(records []experiment.Record, objective experiment.Objective) []Standing {
	byHash := map[string][]experiment.Record{}
	for _, record := range records {
		byHash[record.Hash] = append(byHash[record.Hash], record)
	}
	standings := make([]Standing, 0, len(byHash))
	for _, replicates := range byHash {
		standings = append(standings, newStanding(replicates, objective))
	}
	slices.SortFunc(standings, func(a, b Standing) int { return order(a, b, objective) })
	for i := range standings {
		if standings[i].Rank != 0 {
			standings[i].Rank = i + 1
		}
	}
	return standings
}

// BestRun is the best seed of the configuration that leads.
func BestRun(standings []Standing) (experiment.Record, bool) {
	if len(standings) == 0 || standings[0].Rank == 0 {
		return experiment.Record{}, false
	}
	return standings[0].Best, true
}

// Ranked returns the standings with at least one seed done.
func Ranked(standings []Standing) []Standing {
	for i, standing := range standings {
		if standing.Rank == 0 {
			return standings[:i]
		}
	}
	return standings
}

// newStanding leaves Rank at 1 where there is anything to rank; its place
// among the others is not known yet.
func newStanding(replicates []experiment.Record, objective experiment.Objective) Standing {
	slices.SortFunc(replicates, func(a, b experiment.Record) int {
		return cmp.Or(cmp.Compare(a.Seed, b.Seed), cmp.Compare(a.ID, b.ID))
	})
	s := Standing{Configuration: replicates[0].Configuration, Records: replicates}
	s.Values = s.Settings.Text()
	s.countStates()
	done := scored(replicates, objective)
	values := objectiveOf(done, objective)
	s.Mean, s.Std = meanStd(values)
	s.Low, s.High = interval(s.Mean, s.Std, len(values))
	s.TestAccuracy = meanOf(done, func(r experiment.Record) float64 { return r.TestAccuracy })
	s.TestBalancedAccuracy = meanOf(done, func(r experiment.Record) float64 { return r.TestBalancedAccuracy })
	s.Seconds = meanOf(done, func(r experiment.Record) float64 { return r.Seconds })
	if len(done) == 0 {
		return s
	}
	s.Rank, s.Best, s.Worst = 1, done[0], done[0]
	for i, record := range done {
		if objective.Better(values[i], s.Best.Best.Metric(objective.Metric)) {
			s.Best = record
		}
		if objective.Better(s.Worst.Best.Metric(objective.Metric), values[i]) {
			s.Worst = record
		}
	}
	return s
}

func (s *Standing) countStates() {
	for _, record := range s.Records {
		switch record.State {
		case experiment.Done:
			s.Done++
		case experiment.Diverged:
			s.Diverged++
		case experiment.Failed:
			s.Failed++
		case experiment.Pruned:
			s.Pruned++
		default:
			s.Unfinished++
		}
	}
}

// scored picks the records that count for the ranking. A finished run whose
// objective was never measured has nothing to be ranked by.
func scored(replicates []experiment.Record, objective experiment.Objective) []experiment.Record {
	var done []experiment.Record
	for _, record := range replicates {
		value := record.Best.Metric(objective.Metric)
		if record.State == experiment.Done && !math.IsNaN(value) && !math.IsInf(value, 0) {
			done = append(done, record)
		}
	}
	return done
}

func objectiveOf(records []experiment.Record, objective experiment.Objective) []float64 {
	values := make([]float64, len(records))
	for i, record := range records {
		values[i] = record.Best.Metric(objective.Metric)
	}
	return values
}

func order(a, b Standing, objective experiment.Objective) int {
	if a.Rank != b.Rank { // here 1 or 0: has something to rank, or not
		return b.Rank - a.Rank
	}
	if a.Rank == 0 {
		return cmp.Compare(a.Hash, b.Hash)
	}
	if a.Flawed() != b.Flawed() {
		if a.Flawed() {
			return 1
		}
		return -1
	}
	if objective.Better(a.Mean, b.Mean) {
		return -1
	}
	if objective.Better(b.Mean, a.Mean) {
		return 1
	}
	return cmp.Compare(a.Hash, b.Hash)
}
