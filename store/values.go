package store

import (
	"fmt"
	"math"
	"time"
)

// How values are kept. SQLite turns NaN into NULL by itself; doing it here
// keeps the two directions side by side.

// measured is a number as a column holds it: NULL if it is not a number.
func measured(x float64) any {
	if math.IsNaN(x) {
		return nil
	}
	return x
}

// finite is a number that can be ranked by, NULL if it cannot.
func finite(x float64) any {
	if math.IsInf(x, 0) {
		return nil
	}
	return measured(x)
}

// number reads what measured wrote.
type number float64

func (n *number) Scan(column any) error {
	switch x := column.(type) {
	case nil:
		*n = number(math.NaN())
	case float64:
		*n = number(x)
	default:
		return fmt.Errorf("store: %T where a number should be", column)
	}
	return nil
}

// count reads a whole number that may be NULL, as 0.
type count int

func (c *count) Scan(column any) error {
	x, _ := column.(int64)
	*c = count(x)
	return nil
}

// text reads a string that may be NULL, as "".
type text string

func (t *text) Scan(column any) error {
	x, _ := column.(string)
	*t = text(x)
	return nil
}

// stamp is RFC 3339 with milliseconds, all of one length so that they sort.
const stampLayout = "2006-01-02T15:04:05.000Z"

func stamp(t time.Time) string { return t.UTC().Format(stampLayout) }

// instant reads what stamp wrote; NULL is the zero time.
type instant time.Time

func (i *instant) Scan(column any) error {
	if column == nil {
		*i = instant{}
		return nil
	}
	s, _ := column.(string)
	t, err := time.Parse(time.RFC3339, s)
	*i = instant(t)
	return err
}
