package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"sweep/experiment"
)

// Register records the sweep of the plan, or finds it again, and makes this
// process the one that trains it until Close. What a process that died left
// running is waiting again. The error is experiment.ErrHeld if a live process
// trains the sweep.
func (db *DB) Register(ctx context.Context, plan *experiment.Plan, by experiment.Provenance) (experiment.SweepRecord, error) {
	id, err := ask(ctx, db.writer, func(tx *sql.Tx) (string, error) { return db.enroll(tx, plan) })
	if err != nil {
		return experiment.SweepRecord{}, err
	}
	h, err := db.hold(id)
	if err != nil {
		return experiment.SweepRecord{}, err
	}
	return ask(ctx, db.writer, func(tx *sql.Tx) (experiment.SweepRecord, error) {
		process, err := db.takeOver(tx, id, plan, by)
		if err != nil {
			return experiment.SweepRecord{}, err
		}
		h.training.Store(&training{process, by, plan.Objective})
		return readSweep(ctx, tx, id)
	})
}

// enroll returns the id of the sweep, after adding it if it is new.
func (db *DB) enroll(tx *sql.Tx, plan *experiment.Plan) (id string, err error) {
	if err := putDataset(tx, plan.Dataset); err != nil {
		return "", err
	}
	err = tx.QueryRow(`SELECT id FROM sweeps WHERE name = ? AND data_sha256 = ? AND base = ? AND objective = ?`,
		plan.Name, plan.Dataset.SHA256, plan.Base, plan.Objective.String()).Scan(&id)
	if !errors.Is(err, sql.ErrNoRows) {
		return id, err
	}
	if id, err = freeID(tx, plan.Name); err != nil {
		return "", err
	}
	definition, err := json.Marshal(plan.Definition)
	if err != nil {
		return "", err
	}
	now := stamp(db.Clock())
	_, err = tx.Exec(`INSERT INTO sweeps (id, name, objective, definition, base, data_sha256, created_at, last_run_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		id, plan.Name, plan.Objective.String(), string(definition), string(plan.Base), plan.Dataset.SHA256, now, now)
	return id, err
}

// freeID is the name, or the name with the first number from 2 on that makes
// it an id nobody has.
func freeID(tx *sql.Tx, name string) (string, error) {
	id := name
	for n := 2; ; n++ {
		var taken bool
		if err := tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM sweeps WHERE id = ?)`, id).Scan(&taken); err != nil || !taken {
			return id, err
		}
		id = fmt.Sprintf("%s-%d", name, n)
	}
}

// takeOver makes the sweep this process's, whose number in the ledger it
// returns.
func (db *DB) takeOver(tx *sql.Tx, id string, plan *experiment.Plan, by experiment.Provenance) (process int64, err error) {
	now := stamp(db.Clock())
	inserted, err := tx.Exec(`INSERT INTO processes (started_at, revision, dirty, go_version, host, cpu, kernel, command)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, now, by.Revision, by.Dirty, by.GoVersion, by.Host, by.CPU, by.Kernel, by.Command)
	if err != nil {
		return 0, err
	}
	if process, err = inserted.LastInsertId(); err != nil {
		return 0, err
	}
	definition, err := json.Marshal(plan.Definition)
	if err != nil {
		return 0, err
	}
	_, err = tx.Exec(`UPDATE sweeps SET definition = ?, process = ?, revision = ?, dirty = ?, go_version = ?,
			last_run_at = ?, ran = (SELECT max(ran) + 1 FROM sweeps)
		WHERE id = ?`, string(definition), process, by.Revision, by.Dirty, by.GoVersion, now, id)
	if err != nil {
		return 0, err
	}
	_, err = tx.Exec(`UPDATE runs SET state = 'waiting' WHERE sweep = ? AND state = 'running'`, id)
	return process, err
}

// putDataset records what a sweep trains on. The content is its hash; only
// where it was read from may have changed.
func putDataset(tx *sql.Tx, d experiment.Dataset) error {
	classes, err := json.Marshal(d.Classes)
	if err != nil {
		return err
	}
	var known bool
	if err := tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM datasets WHERE sha256 = ?)`, d.SHA256).Scan(&known); err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO datasets (sha256, source, classes, train, validation, test) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (sha256) DO UPDATE SET source = excluded.source`,
		d.SHA256, d.Source, string(classes), d.Train, d.Validation, len(d.Test))
	if err != nil || known {
		return err
	}
	for position, example := range d.Test {
		_, err := tx.Exec(`INSERT INTO examples (dataset, position, name, class) VALUES (?, ?, ?, ?)`,
			d.SHA256, position, example.Name, example.Class)
		if err != nil {
			return err
		}
	}
	return nil
}
