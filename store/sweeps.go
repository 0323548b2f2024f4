package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"strings"
	"time"

	"sweep/experiment"
)

// Sweeps returns every sweep in the order they were first run.
func (db *DB) Sweeps(ctx context.Context) ([]experiment.SweepRecord, error) {
	if err := db.Flush(ctx); err != nil {
		return nil, err
	}
	records, err := sweepsWhere(ctx, db.read, `true ORDER BY sweeps.rowid`)
	return records, db.explain(err)
}

// Sweep returns the sweep with this id, or else the one of this name that ran
// last; "" is the one that ran last of all. ErrNotFound names those there are.
func (db *DB) Sweep(ctx context.Context, nameOrID string) (experiment.SweepRecord, error) {
	if err := db.Flush(ctx); err != nil {
		return experiment.SweepRecord{}, err
	}
	records, err := sweepsWhere(ctx, db.read,
		`?1 IN ('', sweeps.id, sweeps.name) ORDER BY sweeps.id = ?1 DESC, sweeps.ran DESC LIMIT 1`, nameOrID)
	if err != nil {
		return experiment.SweepRecord{}, db.explain(err)
	}
	if len(records) == 0 {
		return experiment.SweepRecord{}, db.noSweep(ctx, nameOrID)
	}
	return records[0], nil
}

func (db *DB) noSweep(ctx context.Context, name string) error {
	rows, err := db.read.QueryContext(ctx, `SELECT id FROM sweeps ORDER BY rowid`)
	if err != nil {
		return db.explain(err)
	}
	known, err := collect(rows, func(rows *sql.Rows, id *string) error { return rows.Scan(id) })
	switch {
	case err != nil:
		return db.explain(err)
	case len(known) == 0:
		return notFound("no sweep was run in %s yet; run one first, or name another file", db.path)
	}
	return notFound("there is no sweep %s in %s; it has: %s", name, db.path, strings.Join(known, ", "))
}

// readSweep returns the sweep with this id, which exists.
func readSweep(ctx context.Context, q querier, id string) (experiment.SweepRecord, error) {
	records, err := sweepsWhere(ctx, q, `sweeps.id = ?`, id)
	if err != nil || len(records) == 0 {
		return experiment.SweepRecord{}, err
	}
	return records[0], nil
}

func sweepsWhere(ctx context.Context, q querier, where string, arguments ...any) ([]experiment.SweepRecord, error) {
	rows, err := q.QueryContext(ctx, `SELECT sweeps.id, name, objective, definition, sweeps.created_at, last_run_at,
			sweeps.revision, sweeps.dirty, sweeps.go_version, host, cpu, kernel, command,
			sha256, source, classes, train, validation
		FROM sweeps
		JOIN datasets ON datasets.sha256 = sweeps.data_sha256
		LEFT JOIN processes ON processes.id = sweeps.process
		WHERE `+where, arguments...)
	if err != nil {
		return nil, err
	}
	records, err := collect(rows, scanSweep)
	if err != nil {
		return nil, err
	}
	return records, addExamples(ctx, q, records)
}

func scanSweep(rows *sql.Rows, s *experiment.SweepRecord) error {
	var objective, definition, classes string
	var created, last instant
	err := rows.Scan(&s.ID, &s.Name, &objective, &definition, &created, &last,
		&s.Revision, &s.Dirty, &s.GoVersion, (*text)(&s.Host), (*text)(&s.CPU), (*text)(&s.Kernel), (*text)(&s.Command),
		&s.Dataset.SHA256, &s.Dataset.Source, &classes, &s.Dataset.Train, &s.Dataset.Validation)
	if err != nil {
		return err
	}
	s.CreatedAt, s.LastRunAt = time.Time(created), time.Time(last)
	if s.Objective, err = experiment.ParseObjective(objective); err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(definition), &s.Definition); err != nil {
		return err
	}
	return json.Unmarshal([]byte(classes), &s.Dataset.Classes)
}

// addExamples fills in the test examples, which sweeps on the same data share.
func addExamples(ctx context.Context, q querier, sweeps []experiment.SweepRecord) error {
	known := map[string][]experiment.Example{}
	for i := range sweeps {
		sha256 := sweeps[i].Dataset.SHA256
		if _, ok := known[sha256]; !ok {
			examples, err := readExamples(ctx, q, sha256)
			if err != nil {
				return err
			}
			known[sha256] = examples
		}
		sweeps[i].Dataset.Test = known[sha256]
	}
	return nil
}

func readExamples(ctx context.Context, q querier, dataset string) ([]experiment.Example, error) {
	rows, err := q.QueryContext(ctx, `SELECT name, class FROM examples WHERE dataset = ? ORDER BY position`, dataset)
	if err != nil {
		return nil, err
	}
	return collect(rows, func(rows *sql.Rows, e *experiment.Example) error { return rows.Scan(&e.Name, &e.Class) })
}
