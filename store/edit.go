package store

import (
	"context"
	"database/sql"
	"errors"

	"sweep/experiment"
)

// SetNote writes a note on a run, in place of the one it has; "" removes it.
// The error is ErrNotFound if there is no such run.
func (db *DB) SetNote(ctx context.Context, run int64, note string) error {
	return db.edit(ctx, run, func(tx *sql.Tx) error {
		if note == "" {
			_, err := tx.Exec(`DELETE FROM notes WHERE run_id = ?`, run)
			return err
		}
		_, err := tx.Exec(`INSERT INTO notes (run_id, note) VALUES (?, ?)
			ON CONFLICT (run_id) DO UPDATE SET note = excluded.note`, run, note)
		return err
	})
}

// AddTag tags a run. The error is ErrNotFound if there is no such run.
func (db *DB) AddTag(ctx context.Context, run int64, tag string) error {
	return db.edit(ctx, run, func(tx *sql.Tx) error {
		_, err := tx.Exec(`INSERT INTO tags (run_id, tag) VALUES (?, ?) ON CONFLICT DO NOTHING`, run, tag)
		return err
	})
}

// RemoveTag takes a tag off a run, if it has it. The error is ErrNotFound if
// there is no such run.
func (db *DB) RemoveTag(ctx context.Context, run int64, tag string) error {
	return db.edit(ctx, run, func(tx *sql.Tx) error {
		_, err := tx.Exec(`DELETE FROM tags WHERE run_id = ? AND tag = ?`, run, tag)
		return err
	})
}

// edit changes what stands beside a run that must exist.
func (db *DB) edit(ctx context.Context, run int64, change func(*sql.Tx) error) error {
	return db.writer.do(ctx, func(tx *sql.Tx) error {
		var there bool
		if err := tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM runs WHERE id = ?)`, run).Scan(&there); err != nil {
			return err
		}
		if !there {
			return db.noRun(run)
		}
		return change(tx)
	})
}

// Retry makes failed runs waiting again, by default all there are, and returns
// how many. The error is ErrNotFound if a run does not exist or has not failed;
// then none is changed.
func (db *DB) Retry(ctx context.Context, runs ...int64) (int, error) {
	return ask(ctx, db.writer, func(tx *sql.Tx) (int, error) {
		var err error
		if len(runs) == 0 {
			if runs, err = failedRuns(tx); err != nil {
				return 0, err
			}
		}
		for _, run := range runs {
			if err := db.retry(tx, run); err != nil {
				return 0, err
			}
		}
		return len(runs), nil
	})
}

func failedRuns(tx *sql.Tx) ([]int64, error) {
	rows, err := tx.Query(`SELECT id FROM runs WHERE state = 'failed' ORDER BY id`)
	if err != nil {
		return nil, err
	}
	return collect(rows, func(rows *sql.Rows, id *int64) error { return rows.Scan(id) })
}

func (db *DB) retry(tx *sql.Tx, run int64) error {
	var state experiment.State
	err := tx.QueryRow(`SELECT state FROM runs WHERE id = ?`, run).Scan(&state)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return db.noRun(run)
	case err != nil:
		return err
	case state != experiment.Failed:
		return notFound("run %d in %s has not failed, it is %s; only failed runs are retried", run, db.path, state)
	}
	_, err = tx.Exec(`UPDATE runs SET state = 'waiting', error = NULL, stack = NULL, finished_at = NULL WHERE id = ?`, run)
	return err
}

// RemoveRun removes a run and everything of it. The error is ErrNotFound if
// there is no such run, experiment.ErrHeld if its sweep is being trained by
// another process.
func (db *DB) RemoveRun(ctx context.Context, run int64) error {
	record, err := db.Run(ctx, run)
	if err != nil {
		return err
	}
	return db.remove(ctx, record.Sweep, `DELETE FROM runs WHERE id = ?`, run)
}

// RemoveSweep removes the sweep with this id, its runs and everything of them.
// The error is ErrNotFound if there is no such sweep, experiment.ErrHeld if it
// is being trained by another process.
func (db *DB) RemoveSweep(ctx context.Context, id string) error {
	record, err := db.Sweep(ctx, id)
	if err != nil {
		return err
	}
	if record.ID != id {
		return db.noSweep(ctx, id)
	}
	return db.remove(ctx, id, `DELETE FROM sweeps WHERE id = ?`, id)
}

// remove deletes under the sweep's lock, and then what nothing refers to any
// more.
func (db *DB) remove(ctx context.Context, sweep, deletion string, argument any) error {
	if db.writer == nil {
		return ErrReadOnly
	}
	free, err := db.borrow(sweep)
	if err != nil {
		return err
	}
	err = db.writer.do(ctx, func(tx *sql.Tx) error {
		if _, err := tx.Exec(deletion, argument); err != nil {
			return err
		}
		return sweepUp(tx)
	})
	return errors.Join(err, free())
}

func sweepUp(tx *sql.Tx) error {
	for _, orphans := range []string{
		`DELETE FROM configurations WHERE hash NOT IN (SELECT config FROM runs)`,
		`DELETE FROM datasets WHERE sha256 NOT IN (SELECT data_sha256 FROM sweeps)
			AND sha256 NOT IN (SELECT data_sha256 FROM configurations)`,
		`DELETE FROM processes WHERE id NOT IN (SELECT process FROM runs WHERE process IS NOT NULL)
			AND id NOT IN (SELECT process FROM sweeps WHERE process IS NOT NULL)`,
	} {
		if _, err := tx.Exec(orphans); err != nil {
			return err
		}
	}
	return nil
}

// borrow takes the sweep's lock for a moment, unless this process has it, and
// returns how to let go of it.
func (db *DB) borrow(sweep string) (free func() error, err error) {
	db.mu.Lock()
	defer db.mu.Unlock()
	if _, ours := db.held[sweep]; ours {
		return func() error { return nil }, nil
	}
	lock, err := db.lock(sweep)
	if err != nil {
		return nil, err
	}
	return func() error { return release(lock) }, nil
}
