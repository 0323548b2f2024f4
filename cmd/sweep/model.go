package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"sweep/experiment/stats"
	"sweep/rnn"
	"sweep/store"
)

// recordedCheckpoint is the checkpoint of a run or, at 0, of the best seed of
// the best configuration of a sweep; "" is the sweep that ran last.
func recordedCheckpoint(ctx context.Context, ledger *store.DB, run int64, sweep string) (int64, []byte, error) {
	if run == 0 {
		var err error
		if run, err = bestRun(ctx, ledger, sweep); err != nil {
			return 0, nil, err
		}
	}
	_, checkpoint, err := ledger.Checkpoint(ctx, run)
	return run, checkpoint, err
}

// recordedModel is the model of [recordedCheckpoint].
func recordedModel(ctx context.Context, db string, run int64, sweep string) (*rnn.Model, error) {
	ledger, err := store.OpenReadOnly(db)
	if err != nil {
		return nil, err
	}
	defer ledger.Close()
	run, checkpoint, err := recordedCheckpoint(ctx, ledger, run, sweep)
	if err != nil {
		return nil, err
	}
	model, err := rnn.ReadCheckpoint(checkpoint)
	if err != nil {
		return nil, fmt.Errorf("run %d of %s: %w", run, db, err)
	}
	return model, nil
}

// bestRun is the best seed of a sweep's best configuration.
func bestRun(ctx context.Context, ledger *store.DB, name string) (int64, error) {
	sweep, err := ledger.Sweep(ctx, name)
	if err != nil {
		return 0, err
	}
	records, err := ledger.Records(ctx, sweep.ID)
	if err != nil {
		return 0, err
	}
	best, found := stats.BestRun(stats.Leaderboard(records, sweep.Objective))
	if !found {
		return 0, fmt.Errorf("%w: sweep %s has no finished run yet; `sweep run %s` goes on with it", store.ErrNotFound, sweep.ID, sweep.Name)
	}
	return best.ID, nil
}

// modelFile reads a model from a file: a checkpoint of this program, or
// weights that PyTorch trained, about which the caller may have to say more.
func modelFile(path string, about rnn.Foreign) (*rnn.Model, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read model: %w", err)
	}
	model, err := rnn.ReadCheckpoint(content)
	if errors.Is(err, rnn.ErrNoMetadata) {
		model, err = rnn.ReadWeights(content, about)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return model, nil
}
