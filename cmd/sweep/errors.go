package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"sweep/data"
	"sweep/experiment"
	"sweep/rnn"
	"sweep/store"
	"sweep/sweeps"
)

// errUsage marks a mistake in how the command was called.
var errUsage = errors.New("usage")

// errQuiet ends the command with exitFailed when all was said already.
var errQuiet = errors.New("failed")

func usage(err error) error { return usageError{err} }

type usageError struct{ error }

func (usageError) Is(target error) bool { return target == errUsage }
func (e usageError) Unwrap() error      { return e.error }

func usagef(format string, args ...any) error { return usage(fmt.Errorf(format, args...)) }

// userMistakes are errors that the caller can mend by calling differently.
var userMistakes = []error{
	errUsage,
	os.ErrNotExist,
	os.ErrPermission,
	sweeps.ErrUnknown,
	experiment.ErrDefinition,
	rnn.ErrCheckpoint,
	rnn.ErrNoLetters,
	store.ErrUnusable,
	store.ErrNotFound,
}

// fail prints what went wrong, if anything, in one sentence and returns the
// exit status.
func (p *program) fail(err error) int {
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errInterrupted), errors.Is(err, context.Canceled):
		return exitInterrupted
	case errors.Is(err, errQuiet):
		return exitFailed
	}
	fmt.Fprintln(p.stderr, "sweep:", err)
	if _, ok := errors.AsType[*data.Error](err); ok {
		return exitUsage
	}
	for _, mistake := range userMistakes {
		if errors.Is(err, mistake) {
			return exitUsage
		}
	}
	return exitFailed
}
