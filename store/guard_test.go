package store

import (
	"strings"
	"testing"

	"sweep/experiment"
)

// TestGuards changes a ledger by hand, as a person with sqlite3 open could.
func TestGuards(t *testing.T) {
	t.Parallel()
	db := openNew(t)
	round := begun(t, db, planOf(t, "default", 5, 1)) // runs 1 to 5
	must(t, train(t.Context(), db, round[0].Run))
	must(t, db.Begin(round[1].Run, 0, 0))
	must(t, db.Report(round[1].Run, pointAt(1, 1)))
	must(t, db.Snapshot(round[1].Run, 1, []byte("one")))
	must(t, db.Begin(round[2].Run, 0, 0))
	must(t, db.Fail(round[2].Run, "bad luck", "", false))
	must(t, db.Begin(round[3].Run, 0, 0))
	must(t, db.Finish(round[3].Run, experiment.Diverged, experiment.Outcome{}, "NaN"))
	must(t, db.Flush(t.Context()))

	const (
		finishedStays = "a finished run does not change"
		identityStays = "a run keeps its id, sweep, configuration and seed"
		curve         = "a curve changes only while it is running"
	)
	for _, test := range []struct{ statement, want string }{
		{`UPDATE runs SET state = 'waiting' WHERE id = 1`, finishedStays},
		{`UPDATE runs SET val_accuracy = 1 WHERE id = 1`, finishedStays},
		{`UPDATE runs SET error = NULL WHERE id = 4`, finishedStays},
		{`UPDATE runs SET error = NULL WHERE id = 3`, finishedStays},
		{`UPDATE runs SET state = 'running' WHERE id = 3`, finishedStays},
		{`UPDATE runs SET state = 'done' WHERE id = 5`, "a waiting run begins before it ends"},
		{`UPDATE runs SET state = 'failed' WHERE id = 5`, "a waiting run begins before it ends"},
		{`UPDATE runs SET state = 'asleep' WHERE id = 2`, "CHECK constraint failed"},
		{`UPDATE runs SET seed = 9 WHERE id = 2`, identityStays},
		{`UPDATE runs SET config = 'x' WHERE id = 2`, identityStays},
		{`UPDATE runs SET id = 9 WHERE id = 2`, identityStays},
		{`UPDATE runs SET sweep = 'x' WHERE id = 2`, identityStays},
		{`INSERT INTO runs (sweep, config, seed, state) SELECT sweep, config, 9, 'done' FROM runs WHERE id = 1`, "a new run is waiting"},
		{`INSERT INTO runs (sweep, config, seed) SELECT sweep, config, seed FROM runs WHERE id = 1`, "UNIQUE constraint failed"},
		{`INSERT INTO runs (sweep, config, seed) SELECT 'none', config, 1 FROM runs WHERE id = 1`, "FOREIGN KEY constraint failed"},
		{`UPDATE runs SET hidden_size = 'wide' WHERE id = 2`, "cannot store TEXT value in INTEGER column"},
		{`INSERT INTO points (run_id, step) VALUES (1, 99)`, curve},
		{`INSERT INTO points (run_id, step) VALUES (5, 99)`, curve},
		{`INSERT INTO points (run_id, step) VALUES (99, 1)`, "FOREIGN KEY constraint failed"},
		{`UPDATE points SET val_loss = 0 WHERE run_id = 1`, curve},
		{`DELETE FROM points WHERE run_id = 1`, curve},
		{`INSERT INTO checkpoints (run_id, step, sha256, bytes) VALUES (4, 1, '', x'')`, "a checkpoint is kept only while it is running"},
		{`UPDATE checkpoints SET bytes = x''`, "a checkpoint is kept only while it is running"},
		{`DELETE FROM checkpoints`, "a checkpoint is kept only while it is running"},
		{`UPDATE predictions SET class = 0`, "predictions are kept only while it is running"},
		{`INSERT INTO snapshots (run_id, step, bytes) VALUES (1, 1, x'')`, "a run is snapshot only while it is running"},
	} {
		_, err := db.writer.pool.Exec(test.statement)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s\ngave %v\nwant %s", test.statement, err, test.want)
		}
	}
	for _, allowed := range []string{
		`UPDATE runs SET seconds = 3 WHERE id = 2`,
		`UPDATE points SET val_loss = 0 WHERE run_id = 2`,
		`UPDATE runs SET state = 'waiting' WHERE id = 3`,
		`DELETE FROM runs WHERE id IN (1, 2)`,
	} {
		if _, err := db.writer.pool.Exec(allowed); err != nil {
			t.Errorf("%s: %v", allowed, err)
		}
	}
}

// TestRemovalLeavesNothing removes a run and then the sweep.
func TestRemovalLeavesNothing(t *testing.T) {
	t.Parallel()
	db := openNew(t)
	must(t, trainAll(t.Context(), db, planOf(t, "default", 2, 1)))
	must(t, trainAll(t.Context(), db, planOf(t, "tutorial", 1, 1)))
	must(t, db.SetNote(t.Context(), 1, "good"))
	must(t, db.AddTag(t.Context(), 1, "best"))
	must(t, db.RemoveRun(t.Context(), 1))
	wantRows(t, db, map[string]int{"runs": 2, "points": 2 * lastStep, "checkpoints": 2, "notes": 0, "tags": 0, "sweeps": 2})
	must(t, db.RemoveSweep(t.Context(), "default"))
	wantRows(t, db, map[string]int{
		"runs": 1, "points": lastStep, "checkpoints": 1, "predictions": 2, "sweeps": 1, "configurations": 1, "processes": 1, "datasets": 1,
	})
	must(t, db.RemoveSweep(t.Context(), "tutorial"))
	for _, table := range []string{
		"runs", "points", "snapshots", "checkpoints", "predictions", "failures", "notes", "tags", "sweeps", "configurations",
		"processes", "datasets", "examples",
	} {
		wantRows(t, db, map[string]int{table: 0})
	}
}

func wantRows(t *testing.T, db *DB, want map[string]int) {
	t.Helper()
	for table, rows := range want {
		var got int
		must(t, db.read.QueryRow(`SELECT count(*) FROM `+table).Scan(&got))
		if got != rows {
			t.Errorf("%s has %d rows, want %d", table, got, rows)
		}
	}
}
