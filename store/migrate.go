package store

import (
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// migrations returns the steps in order; after step i the version is i+1.
func migrations() []string {
	names, err := fs.Glob(migrationFiles, "migrations/*.sql")
	if err != nil {
		panic("store: bad migration pattern")
	}
	steps := make([]string, len(names))
	for i, name := range names {
		text, err := migrationFiles.ReadFile(name)
		if err != nil {
			panic("store: unreadable migration " + name)
		}
		steps[i] = string(text)
	}
	return steps
}

// applicationID marks a SQLite file as a ledger: "SWEP".
// https://www.sqlite.org/pragma.html#pragma_application_id
const applicationID = 0x53574550

// migrate brings the file up to date, one transaction a step. The version is
// read inside the transaction, so that of two processes the second finds
// nothing left to do.
func migrate(db *sql.DB, path string, steps []string) error {
	for {
		done, err := migrateOnce(db, path, steps)
		if done || err != nil {
			return err
		}
	}
}

func migrateOnce(db *sql.DB, path string, steps []string) (done bool, err error) {
	tx, err := db.Begin()
	if err != nil {
		return false, err
	}
	defer tx.Rollback()
	version, err := checkVersion(tx, path, len(steps))
	if err != nil {
		return true, err
	}
	if version == len(steps) {
		return true, setVersion(tx, version) // and back: it fails if nothing can be written
	}
	if _, err := tx.Exec(steps[version]); err != nil {
		return false, err
	}
	if err := setVersion(tx, version+1); err != nil {
		return false, err
	}
	failpoint("migrate")
	return false, tx.Commit()
}

func setVersion(tx *sql.Tx, version int) error {
	_, err := tx.Exec(fmt.Sprintf("PRAGMA user_version = %d", version))
	return err
}

// checkVersion returns the schema version of a file, 0 for an empty one, and
// refuses what is another program's database or a newer program's ledger.
func checkVersion(q querier, path string, newest int) (int, error) {
	var version, application, objects int
	err := q.QueryRow(`SELECT user_version, application_id, (SELECT count(*) FROM sqlite_schema)
		FROM pragma_user_version, pragma_application_id`).Scan(&version, &application, &objects)
	switch {
	case err != nil:
		return 0, err
	case application != applicationID && (objects > 0 || application != 0):
		return 0, unusable(nil, "%s is the database of another program; name another file", path)
	case version > newest:
		return 0, unusable(nil, "%s was written by a newer sweep (schema %d, this one knows %d); update sweep or name another file",
			path, version, newest)
	}
	return version, nil
}
