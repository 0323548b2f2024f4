// Package strategy decides what a sweep tries next, one strategy a file. Each
// is a pure function of the ledger; see [experiment.Strategy].
package strategy

import "sweep/experiment"

// Grid tries every combination of the axes' values in one round. All
// configurations are trained with the first seed before any with the second,
// so that a sweep cut short still compares like with like.
type Grid struct{}

// Next returns the whole grid, or none once all of it is finished.
func (Grid) Next(plan *experiment.Plan, history []experiment.Record) ([]experiment.Proposal, error) {
	grid, err := configurations(plan)
	if err != nil {
		return nil, err
	}
	finished := map[experiment.Proposal]bool{}
	for _, record := range history {
		if record.State.Finished() {
			finished[experiment.Proposal{Configuration: record.Configuration, Seed: record.Seed}] = true
		}
	}
	var round []experiment.Proposal
	missing := false
	for seed := 1; seed <= plan.Seeds; seed++ {
		for _, configuration := range grid {
			proposal := experiment.Proposal{Configuration: configuration, Seed: seed}
			missing = missing || !finished[proposal]
			round = append(round, proposal)
		}
	}
	if !missing {
		return nil, nil
	}
	return round, nil
}

func configurations(plan *experiment.Plan) ([]experiment.Configuration, error) {
	var all []experiment.Configuration
	for choice := range plan.Grid() {
		configuration, err := plan.Configuration(choice)
		if err != nil {
			return nil, err
		}
		all = append(all, configuration)
	}
	return all, nil
}
