package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"

	"sweep/experiment"
)

// Resume returns the run's last snapshot and the step it stands at; nil and 0
// if it has none.
func (db *DB) Resume(ctx context.Context, run experiment.Run) (snapshot []byte, step int, err error) {
	if err := db.Flush(ctx); err != nil {
		return nil, 0, err
	}
	err = db.read.QueryRowContext(ctx, `SELECT bytes, step FROM snapshots WHERE run_id = ?`, run.ID).Scan(&snapshot, &step)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, 0, nil
	}
	return snapshot, step, db.explain(err)
}

// Checkpoint returns the model a run kept and the step it was taken at. The
// bytes are those that were recorded: their hash was verified. ErrNotFound if
// the run does not exist or kept none.
func (db *DB) Checkpoint(ctx context.Context, run int64) (step int, bytes []byte, err error) {
	record, err := db.Run(ctx, run)
	if err != nil {
		return 0, nil, err
	}
	var sum string
	err = db.read.QueryRowContext(ctx, `SELECT step, sha256, bytes FROM checkpoints WHERE run_id = ?`, run).Scan(&step, &sum, &bytes)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return 0, nil, notFound("run %d in %s has no checkpoint: it is %s", run, db.path, record.State)
	case err != nil:
		return 0, nil, db.explain(err)
	}
	if got := sha256.Sum256(bytes); hex.EncodeToString(got[:]) != sum {
		return 0, nil, fmt.Errorf("the checkpoint of run %d in %s is damaged: its SHA-256 is not the recorded %s; "+
			"remove the run (sweep rm %d) and train it again", run, db.path, sum, run)
	}
	return step, bytes, nil
}

// Predictions returns what each run's model answered to the test examples of
// its sweep's dataset, in their order. A run without any is not in the map.
func (db *DB) Predictions(ctx context.Context, runs ...int64) (map[int64][]experiment.Prediction, error) {
	if err := db.Flush(ctx); err != nil {
		return nil, err
	}
	answers := map[int64][]experiment.Prediction{}
	for _, run := range runs {
		found, err := readPredictions(ctx, db.read, run)
		if err != nil {
			return nil, db.explain(err)
		}
		if len(found) > 0 {
			answers[run] = found
		}
	}
	return answers, nil
}

func readPredictions(ctx context.Context, q querier, run int64) ([]experiment.Prediction, error) {
	rows, err := q.QueryContext(ctx, `SELECT class, confidence FROM predictions WHERE run_id = ? ORDER BY position`, run)
	if err != nil {
		return nil, err
	}
	return collect(rows, func(rows *sql.Rows, p *experiment.Prediction) error {
		return rows.Scan(&p.Class, (*number)(&p.Confidence))
	})
}
