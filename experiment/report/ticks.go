package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"

	"gonum.org/v1/plot"
)

// roundTicks marks about five round values, 1, 2 or 5 times a power of ten
// apart, each with the digits it needs.
type roundTicks struct {
	format func(v float64) string // nil: the shortest
}

// Ticks implements [plot.Ticker].
func (t roundTicks) Ticks(low, high float64) []plot.Tick {
	step := roundStep((high - low) / 6)
	format := t.format
	if format == nil {
		format = decimals(step)
	}
	var ticks []plot.Tick
	first := math.Ceil(low/step - 1e-9)
	if first == 0 {
		first = 0 // not -0, which would be written with its sign
	}
	for i := first; i*step <= high+step*1e-9; i++ {
		ticks = append(ticks, plot.Tick{Value: i * step, Label: format(i * step)})
	}
	return ticks
}

// roundStep is the smallest 1, 2 or 5 times a power of ten that is at least
// step.
func roundStep(step float64) float64 {
	if !(step > 0) || math.IsInf(step, 0) {
		return 1
	}
	magnitude := math.Pow(10, math.Floor(math.Log10(step)))
	for _, factor := range []float64{1, 2, 5} {
		if factor*magnitude >= step*(1-1e-9) {
			return factor * magnitude
		}
	}
	return 10 * magnitude
}

func decimals(step float64) func(float64) string {
	digits := max(0, int(-math.Floor(math.Log10(step)+1e-9)))
	return func(v float64) string {
		if math.Abs(v) < step/2 {
			v = 0 // no "-0"
		}
		if digits > 5 || math.Abs(v) >= 1e7 {
			return strconv.FormatFloat(v, 'g', 4, 64)
		}
		return strconv.FormatFloat(v, 'f', digits, 64)
	}
}

// thousands writes a count of iterations: 250, 5k, 2.5M.
func thousands(v float64) string {
	for _, unit := range []struct {
		size   float64
		suffix string
	}{{1e9, "G"}, {1e6, "M"}, {1e3, "k"}} {
		if math.Abs(v) >= unit.size {
			return strconv.FormatFloat(v/unit.size, 'f', -1, 64) + unit.suffix
		}
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// namedTicks marks 0, 1, 2, … with names.
type namedTicks []string

// Ticks implements [plot.Ticker].
func (names namedTicks) Ticks(low, high float64) []plot.Tick {
	var ticks []plot.Tick
	for i, name := range names {
		if v := float64(i); v >= low && v <= high {
			ticks = append(ticks, plot.Tick{Value: v, Label: name})
		}
	}
	return ticks
}

// clip keeps a text within runes, on one line, of characters that a drawing
// can hold: XML has no room for others.
func clip(s string, runes int) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, strings.Join(strings.Fields(s), " "))
	if r := []rune(s); len(r) > runes {
		return string(r[:runes-1]) + "…"
	}
	return s
}

// duration writes seconds in the unit that suits them.
func duration(seconds float64) string {
	switch {
	case !finite(seconds):
		return "–"
	case seconds < 10:
		return fmt.Sprintf("%.2f s", seconds)
	case seconds < 60:
		return fmt.Sprintf("%.1f s", seconds)
	case seconds < 3600:
		return fmt.Sprintf("%.1f min", seconds/60)
	}
	return fmt.Sprintf("%.1f h", seconds/3600)
}

// timeUnit is the unit in which an axis up to seconds is read.
func timeUnit(seconds float64) (name string, size float64) {
	switch {
	case seconds < 180:
		return "s", 1
	case seconds < 3*3600:
		return "min", 60
	}
	return "h", 3600
}
