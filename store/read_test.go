package store

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"sweep/experiment"
)

func TestSweep(t *testing.T) {
	t.Parallel()
	db := openNew(t)
	_, err := db.Sweep(t.Context(), "")
	if want := "no sweep was run in " + db.path + " yet; run one first, or name another file"; !errors.Is(err, ErrNotFound) || err.Error() != want {
		t.Errorf("in an empty ledger Sweep returned %v", err)
	}
	begun(t, db, planOf(t, "default", 1, 1))
	begun(t, db, planOf(t, "tutorial", 1, 1))
	begun(t, db, planOf(t, "default", 1, 1, func(s *experiment.Sweep[config], _ *experiment.Dataset) { s.Base.Iterations = 7 }))
	for _, test := range []struct{ ask, want string }{
		{"", "default-2"}, {"default", "default"}, {"default-2", "default-2"}, {"tutorial", "tutorial"},
	} {
		sweep, err := db.Sweep(t.Context(), test.ask)
		must(t, err)
		if sweep.ID != test.want {
			t.Errorf("%q is %s, want %s", test.ask, sweep.ID, test.want)
		}
	}
	_, err = db.Sweep(t.Context(), "defualt")
	if want := "there is no sweep defualt in " + db.path + "; it has: default, tutorial, default-2"; !errors.Is(err, ErrNotFound) || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	must(t, db.RemoveSweep(t.Context(), "default"))
	if sweep, err := db.Sweep(t.Context(), "default"); err != nil || sweep.ID != "default-2" {
		t.Errorf("by its name the sweep that is left is %s, %v", sweep.ID, err)
	}
	begun(t, db, planOf(t, "tutorial", 1, 1))
	all, err := db.Sweeps(t.Context())
	must(t, err)
	if len(all) != 2 || all[0].ID != "tutorial" || all[1].ID != "default-2" {
		t.Errorf("by age the sweeps are %v", all)
	}
	if last, _ := db.Sweep(t.Context(), ""); last.ID != "tutorial" {
		t.Errorf("the sweep that ran last is %s", last.ID)
	}
}

func TestResults(t *testing.T) {
	t.Parallel()
	db := openNew(t)
	round := begun(t, db, planOf(t, "default", 1, 2))
	must(t, train(t.Context(), db, round[0].Run))
	step, model, err := db.Checkpoint(t.Context(), 1)
	must(t, err)
	if step != lastStep || !strings.HasPrefix(string(model), "model of "+round[0].Hash) {
		t.Errorf("the checkpoint is %q of step %d", model, step)
	}
	answers, err := db.Predictions(t.Context(), 1, 2, 99)
	must(t, err)
	if len(answers) != 1 || len(answers[1]) != 2 || answers[1][0] != (experiment.Prediction{Class: 1, Confidence: 0.75}) {
		t.Errorf("the predictions are %v", answers)
	}
	curves, err := db.Curves(t.Context(), "default")
	must(t, err)
	curve, err := db.Curve(t.Context(), 1)
	must(t, err)
	if len(curves) != 1 || fmt.Sprint(curves[1]) != fmt.Sprint(curve) || len(curve) != lastStep {
		t.Errorf("the curves are %v and the curve %v", curves, curve)
	}
	_, _, noCheckpoint := db.Checkpoint(t.Context(), 2)
	_, noRun := db.Run(t.Context(), 99)
	for _, test := range []struct {
		err  error
		want string
	}{
		{noCheckpoint, "run 2 in " + db.path + " has no checkpoint: it is waiting"},
		{noRun, "there is no run 99 in " + db.path + "; `sweep list` shows those there are"},
	} {
		if !errors.Is(test.err, ErrNotFound) || test.err.Error() != test.want {
			t.Errorf("got  %v\nwant %s", test.err, test.want)
		}
	}
	var names []string
	must(t, visit(db, t, `SELECT name, class, answer, correct FROM answers`, func(row []any) { names = append(names, fmt.Sprint(row)) }))
	if got, want := fmt.Sprint(names), "[[Novak Czech Irish 0] [Walsh Irish Czech 0]]"; got != want {
		t.Errorf("the answers are %s, want %s", got, want)
	}
}

// visit calls do for every row of a query.
func visit(db *DB, t testing.TB, query string, do func(row []any)) error {
	_, rows, err := db.Query(t.Context(), query)
	if err != nil {
		return err
	}
	for row, err := range rows {
		if err != nil {
			return err
		}
		do(row)
	}
	return nil
}

// TestColumns repeats settings in columns and in params, typed, whatever a
// sweep means by their names.
func TestColumns(t *testing.T) {
	t.Parallel()
	db := openNew(t)
	begun(t, db, planOf(t, "default", 1, 1))
	_, err := db.Schedule(t.Context(), "default", []experiment.Proposal{{
		Configuration: experiment.Configuration{Hash: "odd", Settings: `{"hidden_size":"wide","iterations":1.5,"learning_rate":1}`}, Seed: 1,
	}})
	must(t, err)
	for query, want := range map[string]string{
		`SELECT hidden_size, learning_rate, iterations FROM runs ORDER BY id`: "[[1 0.005 100] [<nil> 1 <nil>]]",
		`SELECT name, value, typeof(value) FROM params WHERE run_id = 1`: "[[cell elman text] [hidden_size 1 integer] " +
			"[iterations 100 integer] [learning_rate 0.005 real]]",
	} {
		var rows []string
		must(t, visit(db, t, query, func(row []any) { rows = append(rows, fmt.Sprint(row)) }))
		if got := fmt.Sprint(rows); got != want {
			t.Errorf("%s\ngave %s\nwant %s", query, got, want)
		}
	}
}

func TestQuery(t *testing.T) {
	t.Parallel()
	db := openNew(t)
	must(t, trainAll(t.Context(), db, planOf(t, "default", 2, 1)))
	columns, rows, err := db.Query(t.Context(), `SELECT id, hidden_size AS width, state, error, x'41' FROM runs ORDER BY id`)
	must(t, err)
	var got []string
	for row, err := range rows {
		must(t, err)
		got = append(got, fmt.Sprintf("%T%v", row[4], row[:4]))
	}
	if want := "[id width state error x'41']"; fmt.Sprint(columns) != want {
		t.Errorf("the columns are %v, want %s", columns, want)
	}
	if want := "[[]uint8[1 1 done <nil>] []uint8[2 2 done <nil>]]"; fmt.Sprint(got) != want {
		t.Errorf("the rows are %v, want %s", got, want)
	}
	for _, allowed := range []string{
		`SELECT * FROM pragma_table_info('runs')`, `PRAGMA table_info(runs)`, `PRAGMA user_version`, `EXPLAIN SELECT 1`,
		`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT sqrt(i) FROM n`, `VALUES (1)`,
	} {
		if err := visit(db, t, allowed, func([]any) {}); err != nil {
			t.Errorf("%s: %v", allowed, err)
		}
	}
	for _, refused := range []string{
		`DELETE FROM runs`, `UPDATE runs SET seconds = 0`, `INSERT INTO tags VALUES (1, 'x')`, `DROP TABLE runs`, `CREATE TEMP TABLE t (x)`,
		`PRAGMA query_only = 0`, `PRAGMA user_version = 7`, `PRAGMA journal_mode = DELETE`, `PRAGMA writable_schema = 1`,
		`ATTACH 'other.db' AS other`, `BEGIN IMMEDIATE`, `VACUUM INTO 'copy.db'`, `SELECT 1; DELETE FROM runs`, `SELECT nonsense`, `SELEKT`, ``,
	} {
		if err := visit(db, t, refused, func([]any) {}); err == nil && refused != "" {
			t.Errorf("%s was accepted", refused)
		}
	}
	wantRows(t, db, map[string]int{"runs": 2})
}

func TestEdit(t *testing.T) {
	t.Parallel()
	db := openNew(t)
	round := begun(t, db, planOf(t, "default", 3, 1))
	must(t, train(t.Context(), db, round[0].Run))
	for _, r := range round[1:] {
		must(t, db.Begin(r.Run, 0, 0))
		must(t, db.Fail(r.Run, "bad luck", "stack", false))
	}
	must(t, db.SetNote(t.Context(), 1, "first"))
	must(t, db.SetNote(t.Context(), 1, "odd curve"))
	for _, tag := range []string{"b", "a", "b", "c"} {
		must(t, db.AddTag(t.Context(), 1, tag))
	}
	must(t, db.RemoveTag(t.Context(), 1, "c"))
	must(t, db.SetNote(t.Context(), 3, "gone"))
	must(t, db.SetNote(t.Context(), 3, ""))
	must(t, db.AddTag(t.Context(), 3, "last"))
	records, err := db.Records(t.Context(), "default")
	must(t, err)
	var notes []string
	for _, r := range records {
		notes = append(notes, fmt.Sprintf("%q%v", r.Note, r.Tags))
	}
	if got, want := fmt.Sprint(notes), `["odd curve"[a b] ""[] ""[last]]`; got != want {
		t.Errorf("notes and tags are %s, want %s", got, want)
	}
	if r, err := db.Run(t.Context(), 1); err != nil || fmt.Sprint(r) != fmt.Sprint(records[0]) {
		t.Errorf("Run gives\n%v, %v\nRecords\n%v", r, err, records[0])
	}
	if _, err := db.Retry(t.Context(), 2, 1); !errors.Is(err, ErrNotFound) || !strings.Contains(err.Error(), "run 1 in "+db.path+" has not failed, it is done") {
		t.Errorf("retrying a run that is done returned %v", err)
	}
	if n, err := db.Retry(t.Context()); n != 2 || err != nil {
		t.Errorf("%d runs are retried, %v; want 2, since the refusal changed none", n, err)
	}
	if r, _ := db.Run(t.Context(), 2); r.State != experiment.Waiting || r.Error != "" || r.Stack != "" || r.Attempts != 1 {
		t.Errorf("a run to be retried is %+v", r)
	}
	wantRows(t, db, map[string]int{"failures": 2})
	for name, err := range map[string]error{
		"SetNote": db.SetNote(t.Context(), 99, "x"), "AddTag": db.AddTag(t.Context(), 99, "x"),
		"RemoveRun": db.RemoveRun(t.Context(), 99), "RemoveSweep": db.RemoveSweep(t.Context(), "none"),
	} {
		if !errors.Is(err, ErrNotFound) {
			t.Errorf("%s of what is not there returned %v", name, err)
		}
	}
}
