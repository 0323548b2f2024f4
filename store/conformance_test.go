package store

import (
	"errors"
	"path/filepath"
	"testing"

	"sweep/store/ledgertest"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	ledgertest.Test(t, func(t testing.TB) func() (ledgertest.Ledger, error) {
		path := filepath.Join(t.TempDir(), "results.db")
		return func() (ledgertest.Ledger, error) { return Open(path) }
	})
}

func TestModel(t *testing.T) {
	t.Parallel()
	ledgertest.TestModel(t, func(t testing.TB) func() (ledgertest.Crasher, error) {
		path := filepath.Join(t.TempDir(), "results.db")
		return func() (ledgertest.Crasher, error) {
			db, err := Open(path)
			return crasher{db}, err
		}
	})
}

// crasher is a ledger that can be left as a killed process leaves it, except
// that its connections are closed.
type crasher struct{ *DB }

var errCrashed = errors.New("crashed")

func (c crasher) Crash() {
	db := c.DB
	db.writer.quitOnce.Do(func() { close(db.writer.quit) })
	<-db.writer.exited
	_ = db.writer.pool.Close()
	_ = db.read.Close()
	for _, h := range db.held {
		_ = h.lock.Close() // the file stays
	}
}
