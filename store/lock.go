package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"time"

	"github.com/gofrs/flock"

	"sweep/experiment"
)

// holding is a sweep in the hands of this process.
type holding struct {
	lock     *flock.Flock
	training atomic.Pointer[training] // since it is registered
}

// training is what the runs of a sweep record of how they are trained.
type training struct {
	process   int64 // number in the ledger
	by        experiment.Provenance
	objective experiment.Objective
}

func (h *holding) release() error { return release(h.lock) }

// holder is what the lock file says about who holds it. Only the lock itself
// counts: the content may be that of a process that died.
type holder struct {
	PID   int       `json:"pid"`
	Host  string    `json:"host"`
	Since time.Time `json:"since"`
}

// hold takes the lock of a sweep, or finds that it has it already. It is a file
// of its own, because a lock on the database would keep other sweeps out.
func (db *DB) hold(sweep string) (*holding, error) {
	db.mu.Lock()
	defer db.mu.Unlock()
	if h, ok := db.held[sweep]; ok {
		return h, nil
	}
	lock, err := db.lock(sweep)
	if err != nil {
		return nil, err
	}
	h := &holding{lock: lock}
	db.held[sweep] = h
	return h, nil
}

func (db *DB) lockFile(sweep string) string { return db.file + "." + sweep + ".lock" }

func (db *DB) lock(sweep string) (*flock.Flock, error) {
	lock, err := tryLock(db.lockFile(sweep))
	if err != nil {
		return nil, fmt.Errorf("lock sweep %s in %s: %w", sweep, db.path, err)
	}
	if lock == nil {
		return nil, fmt.Errorf("sweep %s in %s: %w by %s; wait for it or stop it",
			sweep, db.path, experiment.ErrHeld, readHolder(db.lockFile(sweep)))
	}
	host, _ := os.Hostname() // only for people; without it the process is named
	content, err := json.Marshal(holder{os.Getpid(), host, db.Clock().UTC().Truncate(time.Second)})
	if err == nil {
		err = os.WriteFile(lock.Path(), append(content, '\n'), 0o644)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lock sweep %s: %w", sweep, err), release(lock))
	}
	return lock, nil
}

// tryLock returns nil if another process has the lock. Who lets go of it
// removes the file, so that a lock won may be on a file that is not there any
// more while others already try a new one: then it tries again.
func tryLock(path string) (*flock.Flock, error) {
	for {
		lock := flock.New(path, flock.SetPermissions(0o644))
		won, err := lock.TryLock()
		if err != nil || !won {
			return nil, err
		}
		if isAt(lock, path) {
			return lock, nil
		}
		if err := lock.Close(); err != nil {
			return nil, err
		}
	}
}

func isAt(lock *flock.Flock, path string) bool {
	mine, err := lock.Stat()
	if err != nil {
		return false
	}
	there, err := os.Stat(path)
	return err == nil && os.SameFile(mine, there)
}

// release removes the file while it is still locked: afterwards it could be
// another's.
func release(lock *flock.Flock) error {
	err := os.Remove(lock.Path())
	if errors.Is(err, os.ErrNotExist) {
		err = nil
	}
	return errors.Join(err, lock.Close())
}

// readHolder says who holds a lock, as far as the file tells.
func readHolder(path string) string {
	var h holder
	content, err := os.ReadFile(path)
	if err != nil || json.Unmarshal(content, &h) != nil {
		return "another process"
	}
	return fmt.Sprintf("process %d on %s since %s", h.PID, h.Host, h.Since.Format(time.RFC3339))
}
