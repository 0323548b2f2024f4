package store

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"sweep/experiment"
)

var _ experiment.Ledger = (*DB)(nil)

// DB is a ledger file that is open. Its methods may be called from any
// goroutine.
type DB struct {
	// Clock tells the time that is recorded. Open sets it to time.Now; tests
	// set another before the first call.
	Clock func() time.Time

	path   string // as the user wrote it, for messages
	file   string // absolute, without symbolic links
	frozen bool   // nothing can be written there
	read   *sql.DB
	writer *writer // nil when opened for reading

	mu      sync.Mutex
	held    map[string]*holding // sweeps this process trains
	started map[int64]time.Time // running runs: since when their time is not yet recorded
}

// Open opens the ledger at path for reading and writing, creates it if it is
// not there and brings an older one up to date. The folder must exist. The
// error is ErrUnusable.
func Open(path string) (*DB, error) {
	file, err := locate(path)
	if err != nil {
		return nil, err
	}
	db := newDB(path, file)
	if err := db.openWriter(); err != nil {
		return nil, explainOpen(path, "written", err)
	}
	if db.read, err = connectReaders(driverName, file, false); err != nil {
		db.writer.close()
		return nil, explainOpen(path, "written", err)
	}
	return db, nil
}

// OpenReadOnly opens the ledger at path for reading. It creates nothing: a
// missing file is ErrUnusable, as is one that is no ledger. An older ledger is
// brought up to date first, if it can be written.
func OpenReadOnly(path string) (*DB, error) {
	if err := mustExist(path); err != nil {
		return nil, err
	}
	file, err := locate(path)
	if err != nil {
		return nil, err
	}
	db := newDB(path, file)
	if err := db.openReaders(); err != nil {
		return nil, explainOpen(path, "read", err)
	}
	return db, nil
}

// OpenExisting opens a ledger that must be there already for reading and
// writing.
func OpenExisting(path string) (*DB, error) {
	if err := mustExist(path); err != nil {
		return nil, err
	}
	return Open(path)
}

func mustExist(path string) error {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return unusable(err, "there is no ledger at %s; run a sweep first, or name another file", path)
	}
	return nil
}

func newDB(path, file string) *DB {
	return &DB{
		Clock: time.Now, path: path, file: file,
		held: map[string]*holding{}, started: map[int64]time.Time{},
	}
}

// locate checks the path and resolves it, so that everyone who names the same
// file by different links uses the same locks.
func locate(path string) (string, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return "", unusable(err, "%s: %v", path, err)
	}
	folder, err := filepath.EvalSymlinks(filepath.Dir(absolute))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", unusable(err, "%s: there is no folder %s; create it, or name a file in another", path, filepath.Dir(path))
	case err != nil:
		return "", unusable(err, "%s cannot be reached (%v); name another file", path, err)
	case !isFolder(folder):
		return "", unusable(nil, "%s: %s is not a folder; name a file in one", path, filepath.Dir(path))
	}
	file := filepath.Join(folder, filepath.Base(absolute))
	if _, err := os.Lstat(file); err == nil {
		if file, err = filepath.EvalSymlinks(file); err != nil {
			return "", unusable(err, "%s is a link that leads nowhere (%v); name another file", path, err)
		}
	}
	if info, err := os.Stat(file); err == nil && !info.Mode().IsRegular() {
		return "", unusable(nil, "%s is not a file but a %s; name a file", path, kindOf(info.Mode()))
	}
	return file, nil
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

func kindOf(mode fs.FileMode) string {
	if mode.IsDir() {
		return "folder"
	}
	return "device"
}

func (db *DB) openWriter() error {
	pool, err := connectWriter(db.file)
	if err != nil {
		return err
	}
	if err := migrate(pool, db.path, migrations()); err != nil {
		pool.Close()
		return err
	}
	guard, err := newPresence(db.path, db.file)
	if err != nil {
		pool.Close()
		return err
	}
	db.writer = startWriter(pool, db.path, guard)
	return nil
}

// openReaders opens the file for reading. Where not even the files can be made
// that readers of a WAL database share, nobody can be writing: it is read as
// it stands.
func (db *DB) openReaders() error {
	version, err := db.connectReaders()
	if err != nil && unwritable(err) && !exists(db.file+"-wal") {
		db.frozen = true
		version, err = db.connectReaders()
	}
	if err != nil || version == len(migrations()) {
		return err
	}
	db.read.Close()
	if err := bringUpToDate(db.path); err != nil {
		return err
	}
	_, err = db.connectReaders()
	return err
}

func (db *DB) connectReaders() (version int, err error) {
	if db.read, err = connectReaders(driverName, db.file, db.frozen); err != nil {
		return 0, err
	}
	version, err = checkVersion(db.read, db.path, len(migrations()))
	if err != nil {
		db.read.Close()
	}
	return version, err
}

func bringUpToDate(path string) error {
	db, err := Open(path)
	if err != nil {
		return err
	}
	return db.Close()
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// Path is the ledger's file as it was named when it was opened.
func (db *DB) Path() string { return db.path }

// Close makes durable what is queued, frees the sweeps this process trains and
// closes the file. Its error is that of the writer, if it has stopped.
func (db *DB) Close() error {
	var err error
	errs := []error{db.read.Close()}
	if db.writer != nil {
		err = db.writer.close()
	}
	db.mu.Lock()
	defer db.mu.Unlock()
	for _, h := range db.held {
		errs = append(errs, h.release())
	}
	clear(db.held)
	if err != nil {
		return err
	}
	return errors.Join(errs...)
}

// querier is what a transaction, a connection and a pool have in common.
type querier interface {
	Query(query string, args ...any) (*sql.Rows, error)
	QueryRow(query string, args ...any) *sql.Row
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}
