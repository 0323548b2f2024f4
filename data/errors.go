package data

import "fmt"

// Error says what is wrong with the names a user gave, where, and what to do
// about it. Every error of [Load] is one; find it with [errors.As].
type Error struct {
	Path   string // the file or folder
	Line   int    // counted from 1; 0 if the trouble is not with one line
	Detail string // what is wrong
	Remedy string // what to do
	Cause  error  // what the system said, if it was asked
}

// Error returns one sentence: where, what, remedy.
func (e *Error) Error() string {
	where := e.Path
	if e.Line > 0 {
		where = fmt.Sprintf("%s:%d", e.Path, e.Line)
	}
	return fmt.Sprintf("%s: %s; %s", where, e.Detail, e.Remedy)
}

// Unwrap returns the cause, so that errors.Is(err, fs.ErrNotExist) works.
func (e *Error) Unwrap() error { return e.Cause }
