package main

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"sweep/experiment"
)

// field is one thing a command can show, filter or sort runs by: a column of
// the table runs, under its name there. Settings are fields too.
type field struct {
	name  string
	value func(experiment.Record) any // int64, float64 (NaN: none) or string
}

var recordFields = []field{
	{"id", func(r experiment.Record) any { return r.ID }},
	{"sweep", func(r experiment.Record) any { return r.Sweep }},
	{"config", func(r experiment.Record) any { return r.Hash }},
	{"seed", func(r experiment.Record) any { return int64(r.Seed) }},
	{"state", func(r experiment.Record) any { return string(r.State) }},
	{"best_step", func(r experiment.Record) any { return int64(r.Best.Step) }},
	{"train_loss", func(r experiment.Record) any { return r.Best.TrainLoss }},
	{"val_loss", func(r experiment.Record) any { return r.Best.ValLoss }},
	{"val_accuracy", func(r experiment.Record) any { return r.Best.ValAccuracy }},
	{"val_balanced_accuracy", func(r experiment.Record) any { return r.Best.ValBalancedAccuracy }},
	{"test_accuracy", func(r experiment.Record) any { return r.TestAccuracy }},
	{"test_balanced_accuracy", func(r experiment.Record) any { return r.TestBalancedAccuracy }},
	{"attempts", func(r experiment.Record) any { return int64(r.Attempts) }},
	{"seconds", func(r experiment.Record) any { return r.Seconds }},
	{"started_at", func(r experiment.Record) any { return timestamp(r.StartedAt) }},
	{"finished_at", func(r experiment.Record) any { return timestamp(r.FinishedAt) }},
	{"host", func(r experiment.Record) any { return r.Host }},
	{"kernel", func(r experiment.Record) any { return r.Kernel }},
	{"revision", func(r experiment.Record) any { return r.Revision }},
	{"error", func(r experiment.Record) any { return r.Error }},
	{"note", func(r experiment.Record) any { return r.Note }},
	{"tags", func(r experiment.Record) any { return strings.Join(r.Tags, ",") }},
}

func timestamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// view is runs with their settings at hand, parsed once a configuration.
type view struct {
	settings map[string]map[string]any
	names    []string // of all settings, sorted
}

func newView(records []experiment.Record) *view {
	v := &view{settings: map[string]map[string]any{}}
	for _, r := range records {
		if v.settings[r.Hash] != nil {
			continue
		}
		v.settings[r.Hash] = r.Settings.Map()
		for name := range v.settings[r.Hash] {
			if !slices.Contains(v.names, name) {
				v.names = append(v.names, name)
			}
		}
	}
	slices.Sort(v.names)
	return v
}

// varying names the settings that differ between configurations.
func (v *view) varying() []string {
	differs := func(name string) bool {
		values := map[string]bool{}
		for _, settings := range v.settings {
			values[fmt.Sprint(settings[name])] = true
		}
		return len(values) > 1
	}
	var names []string
	for _, name := range v.names {
		if differs(name) {
			names = append(names, name)
		}
	}
	return names
}

// field finds a column or a setting by name.
func (v *view) field(name string) (field, error) {
	for _, f := range recordFields {
		if f.name == name {
			return f, nil
		}
	}
	if slices.Contains(v.names, name) {
		return field{name, func(r experiment.Record) any { return v.settings[r.Hash][name] }}, nil
	}
	var known []string
	for _, f := range recordFields {
		known = append(known, f.name)
	}
	return field{}, usagef("there is no column %q; choose from %s", name, strings.Join(append(known, v.names...), ", "))
}

func (v *view) fields(names []string) ([]field, error) {
	fields := make([]field, len(names))
	for i, name := range names {
		var err error
		if fields[i], err = v.field(strings.TrimSpace(name)); err != nil {
			return nil, err
		}
	}
	return fields, nil
}

// operators in the order they are looked for: a longer one before its prefix.
var operators = []struct {
	text  string
	holds func(order int) bool
}{
	{"!=", func(o int) bool { return o != 0 }},
	{"<=", func(o int) bool { return o <= 0 }},
	{">=", func(o int) bool { return o >= 0 }},
	{"=", func(o int) bool { return o == 0 }},
	{"<", func(o int) bool { return o < 0 }},
	{">", func(o int) bool { return o > 0 }},
}

// condition parses "name OP value" into a filter. A run that lacks the value
// does not pass.
func (v *view) condition(text string) (func(experiment.Record) bool, error) {
	for i := range text {
		for _, operator := range operators {
			if !strings.HasPrefix(text[i:], operator.text) {
				continue
			}
			f, err := v.field(strings.TrimSpace(text[:i]))
			if err != nil {
				return nil, err
			}
			want := strings.Trim(strings.TrimSpace(text[i+len(operator.text):]), `'"`)
			return func(r experiment.Record) bool {
				order, comparable := compareText(f.value(r), want)
				return comparable && operator.holds(order)
			}, nil
		}
	}
	return nil, usagef("--where %q: write it as NAME=VALUE, or with !=, <, <=, >, >=", text)
}

// compareText compares a field's value with what a user wrote.
func compareText(value any, want string) (order int, comparable bool) {
	if x, ok := asNumber(value); ok {
		y, err := strconv.ParseFloat(want, 64)
		return cmp.Compare(x, y), err == nil && x == x
	}
	return cmp.Compare(fmt.Sprint(value), want), value != nil
}

func asNumber(value any) (float64, bool) {
	switch x := value.(type) {
	case int64:
		return float64(x), true
	case float64:
		return x, true
	}
	return 0, false
}

// compareValues orders two values of a field: numbers by size, those that are
// missing last.
func compareValues(a, b any) int {
	x, number := asNumber(a)
	y, alike := asNumber(b)
	if !number || !alike {
		return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b))
	}
	if x != x || y != y {
		return -cmp.Compare(x, y) // cmp puts NaN before every number
	}
	return cmp.Compare(x, y)
}

// cell prints a field's value for a table.
func cell(value any) string {
	switch x := value.(type) {
	case nil:
		return "–"
	case float64:
		if x == float64(int64(x)) {
			return strconv.FormatInt(int64(x), 10)
		}
		if x != x {
			return "–"
		}
		return strconv.FormatFloat(x, 'g', 4, 64)
	}
	return fmt.Sprint(value)
}

// jsonValue is a field's value for programs.
func jsonValue(value any) any {
	if x, ok := value.(float64); ok {
		return finite(x)
	}
	return value
}
