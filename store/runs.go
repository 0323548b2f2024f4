package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"time"

	"sweep/experiment"
)

// The life of a run, as its trainer tells it. Each method queues one change
// and returns at once; an error is that of a writer that has stopped.

// Begin makes a waiting run running and drops the points after fromStep, and
// at 0 the snapshot.
func (db *DB) Begin(run experiment.Run, worker, fromStep int) error {
	t, now := db.training(run.Sweep), db.begins(run.ID)
	return db.writer.enqueue(0, func(tx *sql.Tx) error {
		err := changeRun(tx, run, "begin", `UPDATE runs SET state = 'running', attempts = attempts + 1, worker = ?,
				error = NULL, stack = NULL, started_at = ?, process = ?, kernel = ?, host = ?, revision = ?, dirty = ?
			WHERE state = 'waiting' AND id = ?`,
			worker, stamp(now), t.process, t.by.Kernel, t.by.Host, t.by.Revision, t.by.Dirty)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(`DELETE FROM points WHERE run_id = ? AND step > ?`, run.ID, fromStep); err != nil || fromStep > 0 {
			return err
		}
		_, err = tx.Exec(`DELETE FROM snapshots WHERE run_id = ?`, run.ID)
		return err
	})
}

// Report adds a point to a running run's curve. A step reported again takes
// the place of the first.
func (db *DB) Report(run experiment.Run, p experiment.Point) error {
	return db.writer.enqueue(0, func(tx *sql.Tx) error {
		_, err := tx.Exec(`INSERT INTO points (run_id, step, train_loss, val_loss, val_accuracy, val_balanced_accuracy)
			VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (run_id, step) DO UPDATE SET train_loss = excluded.train_loss, val_loss = excluded.val_loss,
				val_accuracy = excluded.val_accuracy, val_balanced_accuracy = excluded.val_balanced_accuracy`,
			run.ID, p.Step, measured(p.TrainLoss), measured(p.ValLoss), measured(p.ValAccuracy), measured(p.ValBalancedAccuracy))
		return err
	})
}

// Snapshot replaces a running run's snapshot. The bytes are not copied and must
// not change.
func (db *DB) Snapshot(run experiment.Run, step int, snapshot []byte) error {
	seconds := db.spent(run.ID, true)
	return db.writer.enqueue(len(snapshot), func(tx *sql.Tx) error {
		_, err := tx.Exec(`INSERT INTO snapshots (run_id, step, bytes) VALUES (?, ?, ?)
			ON CONFLICT (run_id) DO UPDATE SET step = excluded.step, bytes = excluded.bytes`, run.ID, step, snapshot)
		if err != nil {
			return err
		}
		return changeRun(tx, run, "snapshot", `UPDATE runs SET seconds = seconds + ? WHERE state = 'running' AND id = ?`, seconds)
	})
}

// Finish ends a running run and removes its snapshot: as Done with its outcome,
// or as Diverged or Pruned with the reason and nothing else, since numbers of a
// run that was not trained to its end must not be taken for results.
func (db *DB) Finish(run experiment.Run, state experiment.State, outcome experiment.Outcome, reason string) error {
	if !state.Finished() || state == experiment.Failed {
		panic("store: Finish with state " + string(state))
	}
	t, now, seconds := db.training(run.Sweep), db.Clock(), db.spent(run.ID, false)
	return db.writer.enqueue(len(outcome.Checkpoint), func(tx *sql.Tx) error {
		if state == experiment.Done {
			if err := putOutcome(tx, run, outcome, t.objective); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(`DELETE FROM snapshots WHERE run_id = ?`, run.ID); err != nil {
			return err
		}
		return changeRun(tx, run, "finish", `UPDATE runs SET state = ?, error = nullif(?, ''), seconds = seconds + ?, finished_at = ?
			WHERE state = 'running' AND id = ?`, string(state), reason, seconds, stamp(now))
	})
}

func putOutcome(tx *sql.Tx, run experiment.Run, o experiment.Outcome, objective experiment.Objective) error {
	err := changeRun(tx, run, "finish", `UPDATE runs SET best_step = ?, train_loss = ?, val_loss = ?, val_accuracy = ?,
			val_balanced_accuracy = ?, score = ?, test_accuracy = ?, test_balanced_accuracy = ?
		WHERE state = 'running' AND id = ?`,
		o.Best.Step, measured(o.Best.TrainLoss), measured(o.Best.ValLoss), measured(o.Best.ValAccuracy),
		measured(o.Best.ValBalancedAccuracy), finite(o.Best.Metric(objective.Metric)), measured(o.TestAccuracy),
		measured(o.TestBalancedAccuracy))
	if err != nil {
		return err
	}
	if err := putCheckpoint(tx, run, o); err != nil {
		return err
	}
	for position, p := range o.Predictions {
		_, err := tx.Exec(`INSERT INTO predictions (run_id, position, class, confidence) VALUES (?, ?, ?, ?)`,
			run.ID, position, p.Class, measured(p.Confidence))
		if err != nil {
			return err
		}
	}
	return nil
}

func putCheckpoint(tx *sql.Tx, run experiment.Run, o experiment.Outcome) error {
	if o.Checkpoint == nil {
		return nil
	}
	sum := sha256.Sum256(o.Checkpoint)
	_, err := tx.Exec(`INSERT INTO checkpoints (run_id, step, sha256, bytes) VALUES (?, ?, ?, ?)`,
		run.ID, o.Best.Step, hex.EncodeToString(sum[:]), o.Checkpoint)
	return err
}

// Fail records that a running run's trainer failed. It is waiting again if
// retry, else failed; its points and its snapshot go, the failure is kept.
func (db *DB) Fail(run experiment.Run, message, stack string, retry bool) error {
	now, seconds := db.Clock(), db.spent(run.ID, false)
	state, finished := experiment.Failed, any(stamp(now))
	if retry {
		state, finished = experiment.Waiting, nil
	}
	return db.writer.enqueue(0, func(tx *sql.Tx) error {
		_, err := tx.Exec(`INSERT INTO failures (run_id, attempt, error, stack, at) SELECT id, attempts, ?, ?, ? FROM runs WHERE id = ?`,
			message, stack, stamp(now), run.ID)
		if err != nil {
			return err
		}
		for _, table := range []string{"points", "snapshots"} {
			if _, err := tx.Exec(`DELETE FROM `+table+` WHERE run_id = ?`, run.ID); err != nil {
				return err
			}
		}
		return changeRun(tx, run, "fail", `UPDATE runs SET state = ?, error = ?, stack = nullif(?, ''), seconds = seconds + ?, finished_at = ?
			WHERE state = 'running' AND id = ?`, string(state), message, stack, seconds, finished)
	})
}

// Release makes a running run that was interrupted waiting again.
func (db *DB) Release(run experiment.Run) error {
	seconds := db.spent(run.ID, false)
	return db.writer.enqueue(0, func(tx *sql.Tx) error {
		return changeRun(tx, run, "release", `UPDATE runs SET state = 'waiting', seconds = seconds + ?
			WHERE state = 'running' AND id = ?`, seconds)
	})
}

// Flush returns when everything queued is durable.
func (db *DB) Flush(ctx context.Context) error {
	if db.writer == nil {
		return nil
	}
	return db.writer.do(ctx, nil)
}

// changeRun updates one run that must be in the state the update asks for. The
// run's ID is the update's last argument.
func changeRun(tx *sql.Tx, run experiment.Run, what, update string, args ...any) error {
	result, err := tx.Exec(update, append(args, run.ID)...)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 1 {
		return err
	}
	var state text
	err = tx.QueryRow(`SELECT state FROM runs WHERE id = ?`, run.ID).Scan(&state)
	if err != nil {
		state = "not in the ledger"
	}
	return fmt.Errorf("cannot %s run %d of sweep %s: it is %s; was the ledger changed by hand?", what, run.ID, run.Sweep, state)
}

// training returns what Register noted.
func (db *DB) training(sweep string) *training {
	db.mu.Lock()
	defer db.mu.Unlock()
	if h := db.held[sweep]; h != nil {
		if t := h.training.Load(); t != nil {
			return t
		}
	}
	panic("store: a run of a sweep that is not registered")
}

// begins starts the clock of a run.
func (db *DB) begins(run int64) time.Time {
	db.mu.Lock()
	defer db.mu.Unlock()
	now := db.Clock()
	db.started[run] = now
	return now
}

// spent returns the seconds since the run began or was last asked about, never
// less than none: a clock may be set back.
func (db *DB) spent(run int64, goesOn bool) float64 {
	db.mu.Lock()
	defer db.mu.Unlock()
	since, ok := db.started[run]
	if !ok {
		return 0
	}
	now := db.Clock()
	if db.started[run] = now; !goesOn {
		delete(db.started, run)
	}
	return max(0, now.Sub(since).Seconds())
}
