package store

import (
	"context"
	"database/sql"
	"math"

	"sweep/experiment"
)

// runKey is what makes a run the same run.
type runKey struct {
	config string
	seed   int
}

// Schedule adds the proposed runs that are not there yet, waiting, in the
// order given, and returns the record of every proposal in that order.
func (db *DB) Schedule(ctx context.Context, sweep string, proposals []experiment.Proposal) ([]experiment.Record, error) {
	return ask(ctx, db.writer, func(tx *sql.Tx) ([]experiment.Record, error) {
		known, err := keyed(ctx, tx, sweep)
		if err != nil {
			return nil, err
		}
		added, err := schedule(tx, sweep, proposals, known)
		if err != nil {
			return nil, err
		}
		if added {
			if known, err = keyed(ctx, tx, sweep); err != nil {
				return nil, err
			}
		}
		round := make([]experiment.Record, len(proposals))
		for i, p := range proposals {
			round[i] = known[runKey{p.Hash, p.Seed}]
		}
		return round, nil
	})
}

func keyed(ctx context.Context, q querier, sweep string) (map[runKey]experiment.Record, error) {
	records, err := readRecords(ctx, q, runsOf(sweep))
	if err != nil {
		return nil, err
	}
	known := make(map[runKey]experiment.Record, len(records))
	for _, r := range records {
		known[runKey{r.Hash, r.Seed}] = r
	}
	return known, nil
}

// schedule inserts what is not known and notes it in known.
func schedule(tx *sql.Tx, sweep string, proposals []experiment.Proposal, known map[runKey]experiment.Record) (added bool, err error) {
	configured := map[string]copies{}
	for _, p := range proposals {
		key := runKey{p.Hash, p.Seed}
		if _, ok := known[key]; ok {
			continue
		}
		known[key] = experiment.Record{}
		c, ok := configured[p.Hash]
		if !ok {
			if err := insertConfiguration(tx, sweep, p.Configuration); err != nil {
				return false, err
			}
			c = copiesOf(p.Settings)
			configured[p.Hash] = c
		}
		_, err := tx.Exec(`INSERT INTO runs (sweep, config, seed, hidden_size, learning_rate, iterations) VALUES (?, ?, ?, ?, ?, ?)`,
			sweep, p.Hash, p.Seed, c.hiddenSize, c.learningRate, c.iterations)
		if err != nil {
			return false, err
		}
		added = true
	}
	return added, nil
}

func insertConfiguration(tx *sql.Tx, sweep string, c experiment.Configuration) error {
	_, err := tx.Exec(`INSERT INTO configurations (hash, data_sha256, objective, settings)
		SELECT ?, data_sha256, objective, ? FROM sweeps WHERE id = ?
		ON CONFLICT (hash) DO NOTHING`, c.Hash, string(c.Settings), sweep)
	return err
}

// copies are the settings that runs repeat in columns of their own; nil where
// there is none of that kind, since a sweep may use the name for another thing.
type copies struct{ hiddenSize, learningRate, iterations any }

func copiesOf(settings experiment.Settings) copies {
	values := settings.Map()
	c := copies{hiddenSize: whole(values["hidden_size"]), iterations: whole(values["iterations"])}
	if rate, ok := values["learning_rate"].(float64); ok {
		c.learningRate = rate
	}
	return c
}

func whole(value any) any {
	if x, ok := value.(float64); ok && x == math.Trunc(x) {
		return int64(x)
	}
	return nil
}
