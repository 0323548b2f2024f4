package store

import (
	"context"
	"database/sql"
	"time"

	"sweep/experiment"
)

// Records returns every run of the sweep by ID.
func (db *DB) Records(ctx context.Context, sweep string) ([]experiment.Record, error) {
	if err := db.Flush(ctx); err != nil {
		return nil, err
	}
	records, err := readRecords(ctx, db.read, runsOf(sweep))
	return records, db.explain(err)
}

// Run returns the record of one run, or ErrNotFound.
func (db *DB) Run(ctx context.Context, id int64) (experiment.Record, error) {
	if err := db.Flush(ctx); err != nil {
		return experiment.Record{}, err
	}
	records, err := readRecords(ctx, db.read, oneRun(id))
	if err != nil {
		return experiment.Record{}, db.explain(err)
	}
	if len(records) == 0 {
		return experiment.Record{}, db.noRun(id)
	}
	return records[0], nil
}

func (db *DB) noRun(id int64) error {
	return notFound("there is no run %d in %s; `sweep list` shows those there are", id, db.path)
}

func (db *DB) explain(err error) error {
	if err == nil {
		return nil
	}
	return explain(db.path, err)
}

// A selection is a set of runs, as conditions on the tables that a record is
// read from, each written so that it goes through an index.
type selection struct {
	runs           string // on runs
	configurations string // on configurations
	annotations    string // on notes and tags
	argument       any    // ?1 of the conditions
}

func oneRun(id int64) selection {
	return selection{`id = ?1`, `hash = (SELECT config FROM runs WHERE id = ?1)`, `run_id = ?1`, id}
}

func runsOf(sweep string) selection {
	return selection{
		`sweep = ?1`,
		`EXISTS (SELECT 1 FROM runs WHERE sweep = ?1 AND config = hash)`,
		`(SELECT sweep FROM runs WHERE id = run_id) = ?1`,
		sweep,
	}
}

// readRecords reads the selected runs by ID. What many runs share is read once
// and not joined to each row.
func readRecords(ctx context.Context, q querier, s selection) ([]experiment.Record, error) {
	settings, err := readSettings(ctx, q, s)
	if err != nil {
		return nil, err
	}
	processes, err := readProcesses(ctx, q)
	if err != nil {
		return nil, err
	}
	var n int
	if err := q.QueryRowContext(ctx, `SELECT count(*) FROM runs WHERE `+s.runs, s.argument).Scan(&n); err != nil {
		return nil, err
	}
	rows, err := q.QueryContext(ctx, `SELECT id, sweep, config, seed, state, best_step, train_loss, val_loss, val_accuracy,
			val_balanced_accuracy, test_accuracy, test_balanced_accuracy, process, worker, attempts, seconds, error, stack,
			started_at, finished_at
		FROM runs WHERE `+s.runs+` ORDER BY id`, s.argument)
	if err != nil {
		return nil, err
	}
	records := make([]experiment.Record, 0, n)
	err = each(rows, func() error {
		var process count
		r, err := scanRecord(rows, &process)
		r.Settings = settings[r.Hash]
		r.Provenance = processes[process]
		records = append(records, r)
		return err
	})
	if err != nil {
		return nil, err
	}
	return records, annotate(ctx, q, s, records)
}

func scanRecord(rows *sql.Rows, process *count) (r experiment.Record, err error) {
	var started, finished instant
	err = rows.Scan(&r.ID, &r.Sweep, &r.Hash, &r.Seed, &r.State, (*count)(&r.Best.Step), (*number)(&r.Best.TrainLoss),
		(*number)(&r.Best.ValLoss), (*number)(&r.Best.ValAccuracy), (*number)(&r.Best.ValBalancedAccuracy),
		(*number)(&r.TestAccuracy), (*number)(&r.TestBalancedAccuracy), process, (*count)(&r.Worker), &r.Attempts, &r.Seconds,
		(*text)(&r.Error), (*text)(&r.Stack), &started, &finished)
	r.StartedAt, r.FinishedAt = time.Time(started), time.Time(finished)
	return r, err
}

func readSettings(ctx context.Context, q querier, s selection) (map[string]experiment.Settings, error) {
	rows, err := q.QueryContext(ctx, `SELECT hash, settings FROM configurations WHERE `+s.configurations, s.argument)
	if err != nil {
		return nil, err
	}
	settings := map[string]experiment.Settings{}
	return settings, each(rows, func() error {
		var hash, text string
		err := rows.Scan(&hash, &text)
		settings[hash] = experiment.Settings(text)
		return err
	})
}

// readProcesses reads all there are: one for each time a sweep was run.
func readProcesses(ctx context.Context, q querier) (map[count]experiment.Provenance, error) {
	rows, err := q.QueryContext(ctx, `SELECT id, revision, dirty, go_version, host, cpu, kernel, command FROM processes`)
	if err != nil {
		return nil, err
	}
	processes := map[count]experiment.Provenance{}
	return processes, each(rows, func() error {
		var id count
		var p experiment.Provenance
		err := rows.Scan(&id, &p.Revision, &p.Dirty, &p.GoVersion, &p.Host, &p.CPU, &p.Kernel, &p.Command)
		processes[id] = p
		return err
	})
}

// annotate adds the notes and the tags to records, which are by ID.
func annotate(ctx context.Context, q querier, s selection, records []experiment.Record) error {
	rows, err := q.QueryContext(ctx, `SELECT run_id, note, NULL FROM notes WHERE `+s.annotations+`
		UNION ALL SELECT run_id, NULL, tag FROM tags WHERE `+s.annotations+`
		ORDER BY 1, 3`, s.argument)
	if err != nil {
		return err
	}
	at := 0
	return each(rows, func() error {
		var id int64
		var note, tag text
		if err := rows.Scan(&id, &note, &tag); err != nil {
			return err
		}
		for records[at].ID != id {
			at++
		}
		if tag != "" {
			records[at].Tags = append(records[at].Tags, string(tag))
		} else {
			records[at].Note = string(note)
		}
		return nil
	})
}

// each calls scan for every row and closes the rows.
func each(rows *sql.Rows, scan func() error) error {
	defer rows.Close()
	for rows.Next() {
		if err := scan(); err != nil {
			return err
		}
	}
	return rows.Err()
}

// collect scans every row into a value of its own and closes the rows.
func collect[T any](rows *sql.Rows, scan func(*sql.Rows, *T) error) ([]T, error) {
	var all []T
	err := each(rows, func() error {
		var one T
		err := scan(rows, &one)
		all = append(all, one)
		return err
	})
	return all, err
}
