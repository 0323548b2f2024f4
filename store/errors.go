package store

import (
	"errors"
	"fmt"
	"syscall"

	"github.com/mattn/go-sqlite3"
)

var (
	// ErrUnusable marks a path that no ledger can be opened at: there is none,
	// it is another kind of file, it is newer, it cannot be written.
	ErrUnusable = errors.New("unusable ledger")
	// ErrNotFound marks a sweep or a run that the ledger does not have.
	ErrNotFound = errors.New("not in the ledger")
	// ErrReadOnly is returned by what would change a ledger that was opened for
	// reading.
	ErrReadOnly = errors.New("ledger was opened for reading")
	// ErrClosed is returned by what is called after Close.
	ErrClosed = errors.New("ledger is closed")
)

// sentence is an error for people, one sentence, that is still recognised as
// its kind and its cause.
type sentence struct {
	text  string
	kinds []error
}

func (s *sentence) Error() string   { return s.text }
func (s *sentence) Unwrap() []error { return s.kinds }

func unusable(cause error, format string, args ...any) error {
	kinds := []error{ErrUnusable}
	if cause != nil {
		kinds = append(kinds, cause)
	}
	return &sentence{fmt.Sprintf(format, args...), kinds}
}

func notFound(format string, args ...any) error {
	return &sentence{fmt.Sprintf(format, args...), []error{ErrNotFound}}
}

// explainOpen says why the file at path cannot be opened to be read or written.
func explainOpen(path, purpose string, err error) error {
	var failure sqlite3.Error
	switch {
	case errors.Is(err, ErrUnusable):
		return err
	case !errors.As(err, &failure):
		return unusable(err, "%s: %v", path, err)
	}
	switch failure.Code {
	case sqlite3.ErrNotADB:
		return unusable(err, "%s is not a ledger, nor any SQLite database; name another file", path)
	case sqlite3.ErrReadonly, sqlite3.ErrCantOpen, sqlite3.ErrPerm:
		return unusable(err, "%s cannot be %s, or its folder cannot; change the permissions or name another file", path, purpose)
	}
	return unusable(err, "%s", explain(path, err))
}

// explain says what stopped the ledger, and what to do about it. What it does
// not know it wraps as it is.
func explain(path string, err error) error {
	var failure sqlite3.Error
	if !errors.As(err, &failure) {
		return err
	}
	text := remedy(failure)
	if text == "" {
		return fmt.Errorf("%s: %w", path, err)
	}
	return &sentence{path + " " + text, []error{err}}
}

// goesOn ends the sentences about trouble that nothing was lost to.
const goesOn = "what was recorded is safe, and the same command goes on from there"

func remedy(failure sqlite3.Error) string {
	switch failure.SystemErrno {
	case syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG:
		return "cannot grow, there is no space left; make some: " + goesOn
	}
	switch failure.Code {
	case sqlite3.ErrFull:
		return "cannot grow, there is no space left; make some: " + goesOn
	case sqlite3.ErrReadonly:
		return "can no longer be written; make it and its folder writable: " + goesOn
	case sqlite3.ErrIoErr, sqlite3.ErrCantOpen:
		return fmt.Sprintf("failed with an input/output error (%v); check the disk: %s", failure, goesOn)
	case sqlite3.ErrBusy, sqlite3.ErrLocked:
		return fmt.Sprintf("was kept locked by another program for %v; end that: %s", busyTimeout, goesOn)
	case sqlite3.ErrCorrupt, sqlite3.ErrNotADB:
		return fmt.Sprintf("is damaged (%v); restore a copy, or save what can be read with: sqlite3 FILE .recover", failure)
	}
	return ""
}

// unwritable reports whether SQLite could not make the files it needs beside
// the database.
func unwritable(err error) bool {
	var failure sqlite3.Error
	return errors.As(err, &failure) && (failure.Code == sqlite3.ErrCantOpen || failure.Code == sqlite3.ErrReadonly)
}
