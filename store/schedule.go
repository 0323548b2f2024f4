package store

import (
	"context"
	"database/sql"

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
	configured := map[string]bool{}
	for _, p := range proposals {
		key := runKey{p.Hash, p.Seed}
		if _, ok := known[key]; ok {
			continue
		}
		known[key] = experiment.Record{}
		if !configured[p.Hash] {
			if err := insertConfiguration(tx, sweep, p.Configuration); err != nil {
				return false, err
			}
			configured[p.Hash] = true
		}
		if err := insertRun(tx, sweep, p); err != nil {
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

// insertRun copies the three settings that have columns of their own, if they
// are numbers of that kind: another sweep may use the names for other things.
func insertRun(tx *sql.Tx, sweep string, p experiment.Proposal) error {
	_, err := tx.Exec(`INSERT INTO runs (sweep, config, seed, hidden_size, learning_rate, iterations)
		SELECT ?, hash, ?,
			CASE json_type(settings, '$.hidden_size') WHEN 'integer' THEN json_extract(settings, '$.hidden_size') END,
			CASE WHEN json_type(settings, '$.learning_rate') IN ('integer', 'real') THEN json_extract(settings, '$.learning_rate') END,
			CASE json_type(settings, '$.iterations') WHEN 'integer' THEN json_extract(settings, '$.iterations') END
		FROM configurations WHERE hash = ?`, sweep, p.Seed, p.Hash)
	return err
}
