package store

import (
	"slices"
	"strings"
	"testing"

	"sweep/experiment"
)

// TestDiffEqual trains the same runs in another order, by other hands, with
// interruptions and notes: that is no difference.
func TestDiffEqual(t *testing.T) {
	t.Parallel()
	plan := planOf(t, "default", 3, 2)
	a, b := openNew(t), openNew(t)
	must(t, trainAll(t.Context(), a, plan))
	_, err := b.Register(t.Context(), plan, experiment.Provenance{Revision: "other", Host: "there"})
	must(t, err)
	proposals, err := plan.Strategy.Next(plan, nil)
	must(t, err)
	slices.Reverse(proposals)
	round, err := b.Schedule(t.Context(), "default", proposals)
	must(t, err)
	must(t, b.Begin(round[2].Run, 7, 0))
	must(t, b.Fail(round[2].Run, "bad luck", "", true))
	for _, r := range round {
		must(t, train(t.Context(), b, r.Run))
	}
	must(t, b.SetNote(t.Context(), 1, "mine"))
	must(t, b.AddTag(t.Context(), 1, "mine"))
	mustEqual(t, a, b)
}

// TestDiff makes one difference after the other.
func TestDiff(t *testing.T) {
	t.Parallel()
	plan := planOf(t, "default", 2, 2)
	a := openNew(t)
	must(t, trainAll(t.Context(), a, plan))
	unguarded := `DROP TRIGGER finished_run_stays; DROP TRIGGER points_update; DROP TRIGGER points_delete;
		DROP TRIGGER predictions_update; DROP TRIGGER predictions_delete; DROP TRIGGER checkpoints_update;`
	const run = `id = (SELECT min(id) FROM runs)`
	const ofRun = `run_id = (SELECT min(id) FROM runs)`
	for _, test := range []struct{ name, statement, want string }{
		{"state", `UPDATE runs SET state = 'failed' WHERE ` + run, "the run is done and failed"},
		{"metric", `UPDATE runs SET val_loss = val_loss + 1e-15 WHERE ` + run, "best point: val_loss at step 6 is "},
		{"metric missing", `UPDATE runs SET val_loss = NULL WHERE ` + run, " and NaN"},
		{"best step", `UPDATE runs SET best_step = 5 WHERE ` + run, "best point: step is 6 and 5"},
		{"test metric", `UPDATE runs SET test_accuracy = 0 WHERE ` + run, "test_accuracy is "},
		{"point", `UPDATE points SET train_loss = 9 WHERE step = 3 AND ` + ofRun, "point 3 of the curve: train_loss at step 3 is "},
		{"point missing", `DELETE FROM points WHERE step = 6 AND ` + ofRun, "the curve has 6 and 5 points"},
		{"step", `UPDATE points SET step = 7 WHERE step = 6 AND ` + ofRun, "point 6 of the curve: step is 6 and 7"},
		{"checkpoint", `UPDATE checkpoints SET sha256 = 'ff' WHERE ` + ofRun, "the checkpoint has SHA-256 "},
		{"prediction", `UPDATE predictions SET class = 0 WHERE position = 0 AND ` + ofRun, "prediction 0 is {1 0.75} and {0 0.75}"},
		{"prediction missing", `DELETE FROM predictions WHERE position = 1 AND ` + ofRun, "there are 2 and 1 predictions"},
		{"run missing", `DELETE FROM runs WHERE ` + run, "the run is missing in "},
		{"settings", `UPDATE configurations SET settings = '{}'`, "the settings are "},
		{"definition", `UPDATE sweeps SET definition = '{}'`, "the base settings are "},
		{"objective", `UPDATE sweeps SET objective = 'min val_loss'`, `the objective is "max val_accuracy" and "min val_loss"`},
		{"example", `UPDATE examples SET name = 'Nowak' WHERE position = 0`, "the classes or the test examples of the data differ"},
		{"sweep missing", `DELETE FROM sweeps`, "sweep default is missing in "},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := openNew(t)
			must(t, trainAll(t.Context(), b, plan))
			_, err := b.writer.pool.Exec(unguarded + test.statement)
			must(t, err)
			got, err := Diff(t.Context(), a, b)
			must(t, err)
			if !strings.HasPrefix(got, "sweep default") || !strings.Contains(got, test.want) {
				t.Errorf("got %q, want %q in it", got, test.want)
			}
			if back, err := Diff(t.Context(), b, a); err != nil || back == "" {
				t.Errorf("the other way round the difference is %q, %v", back, err)
			}
		})
	}
}

// TestDiffReason compares why runs diverged.
func TestDiffReason(t *testing.T) {
	t.Parallel()
	plan := planOf(t, "default", 1, 1)
	var ledgers []*DB
	for _, reason := range []string{"NaN at step 3", "NaN at step 4"} {
		db := openNew(t)
		r := begun(t, db, plan)[0].Run
		must(t, db.Begin(r, 0, 0))
		must(t, db.Finish(r, experiment.Diverged, experiment.Outcome{}, reason))
		ledgers = append(ledgers, db)
	}
	got, err := Diff(t.Context(), ledgers[0], ledgers[1])
	must(t, err)
	if !strings.Contains(got, `the reason is "NaN at step 3" and "NaN at step 4"`) {
		t.Errorf("got %q", got)
	}
}
