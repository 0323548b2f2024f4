package export

import (
	"iter"
	"math"
	"strings"
	"time"
)

// Kind is the type of a column's values.
type Kind int

// The kinds of columns, with the Go type of a value that is there.
const (
	Text    Kind = iota // string, valid UTF-8
	Integer             // int64
	Real                // float64, finite
	Boolean             // bool
	Time                // time.Time, UTC, to the millisecond
)

// Column heads one value of each row.
type Column struct {
	Name string
	Kind Kind
}

// Table is rows of values under typed columns. A value is nil, which is null,
// or has the type of its column's kind.
type Table struct {
	Columns []Column
	Rows    iter.Seq[[]any] // each row is good until the next
}

// real is a measured figure, null where there is none.
func real(v float64) any {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return v
}

// text is what people or the system wrote, null where they wrote nothing. Of
// bytes that are no UTF-8 the replacement character is left, since neither
// JSON nor Parquet can hold them.
func text(s string) any {
	if s == "" {
		return nil
	}
	return strings.ToValidUTF8(s, "�")
}

func moment(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Truncate(time.Millisecond)
}

// positive is a count or step that begins at 1, null before it does.
func positive(n int) any {
	if n < 1 {
		return nil
	}
	return int64(n)
}

const timeLayout = "2006-01-02T15:04:05.000Z07:00" // RFC 3339, as in results.db
