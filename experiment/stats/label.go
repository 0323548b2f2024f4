package stats

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Varying names the settings that differ between configurations, sorted: what
// tells them apart in tables and plots.
func Varying(standings []Standing) []string {
	if len(standings) == 0 {
		return nil
	}
	first, differs := standings[0].Values, map[string]bool{}
	for _, standing := range standings[1:] {
		for name, value := range standing.Values {
			if before, ok := first[name]; !ok || before != value {
				differs[name] = true
			}
		}
		for name := range first {
			if _, ok := standing.Values[name]; !ok {
				differs[name] = true
			}
		}
	}
	names := make([]string, 0, len(differs))
	for name := range differs {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

const (
	longestValue = 24 // runes of a value that a label shows
	shortHash    = 8  // digits of a hash that a label shows
)

// Label is the standing's values of the varying settings, such as
// "128 / 0.005"; a part of its hash when nothing varies.
func Label(standing Standing, varying []string) string {
	if len(varying) == 0 {
		return standing.Hash[:min(shortHash, len(standing.Hash))]
	}
	values := make([]string, len(varying))
	for i, name := range varying {
		values[i] = shorten(standing.Values[name])
	}
	return strings.Join(values, " / ")
}

func shorten(value string) string {
	if value == "" {
		return "–"
	}
	value = strings.Map(visible, strings.Join(strings.Fields(value), " "))
	if runes := []rune(value); len(runes) > longestValue {
		return string(runes[:longestValue-1]) + "…"
	}
	return value
}

// visible replaces what would break a line or a terminal.
func visible(r rune) rune {
	if unicode.IsPrint(r) {
		return r
	}
	return unicode.ReplacementChar
}

// Figure writes a value of a metric as people read it: accuracies in percent,
// losses with four decimals, what is not known as a dash.
func Figure(metric string, value float64) string {
	switch {
	case math.IsNaN(value) || math.IsInf(value, 0):
		return "–"
	case strings.HasSuffix(metric, "loss"):
		return strconv.FormatFloat(value, 'f', 4, 64)
	}
	return fmt.Sprintf("%.2f%%", 100*value)
}

// Levels returns the distinct values of a setting, numbers by size and then
// words by spelling.
func Levels(standings []Standing, name string) []string {
	set := map[string]bool{}
	for _, s := range standings {
		set[s.Values[name]] = true
	}
	return slices.SortedFunc(maps.Keys(set), CompareValues)
}

// CompareValues orders values of a setting: numbers by size, before words by
// spelling.
func CompareValues(a, b string) int {
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	switch {
	case errX == nil && errY == nil:
		return cmp.Or(cmp.Compare(x, y), cmp.Compare(a, b))
	case errX == nil:
		return -1
	case errY == nil:
		return 1
	}
	return cmp.Compare(a, b)
}
