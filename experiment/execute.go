package experiment

import (
	"context"
	"fmt"
)

// Execute carries out a plan: it asks the strategy for a round and has the
// engine execute it, until there is none. What the ledger has already is not
// trained again. Watch, which may be nil, is told of each round; the engine
// tells the rest.
func Execute(ctx context.Context, plan *Plan, ledger Ledger, engine Engine, by Provenance, watch func(Event)) (SweepRecord, error) {
	sweep, err := ledger.Register(ctx, plan, by)
	if err != nil {
		return SweepRecord{}, err
	}
	if watch == nil {
		watch = func(Event) {}
	}
	if sweep.ID != sweep.Name {
		watch(Event{Kind: Noticed, Message: fmt.Sprintf(
			"sweep %s has other data, base settings or another objective in this ledger; this one is recorded as %s", sweep.Name, sweep.ID)})
	}
	for {
		round, err := nextRound(ctx, plan, ledger, sweep.ID)
		if err != nil || len(round) == 0 {
			return sweep, err
		}
		watch(Event{Kind: Planned, Round: round})
		if err := engine.Execute(ctx, round, ledger); err != nil {
			return sweep, err
		}
	}
}

func nextRound(ctx context.Context, plan *Plan, ledger Ledger, sweep string) ([]Record, error) {
	history, err := ledger.Records(ctx, sweep)
	if err != nil {
		return nil, err
	}
	proposals, err := plan.Strategy.Next(plan, history)
	if err != nil || len(proposals) == 0 {
		return nil, err
	}
	round, err := ledger.Schedule(ctx, sweep, proposals)
	if err != nil {
		return nil, err
	}
	if Unfinished(round) == 0 {
		return nil, fmt.Errorf("strategy %T proposed only runs that are finished, which would never end", plan.Strategy)
	}
	return round, nil
}

// Unfinished counts the runs that are still to be trained.
func Unfinished(records []Record) int {
	n := 0
	for _, r := range records {
		if !r.State.Finished() {
			n++
		}
	}
	return n
}
