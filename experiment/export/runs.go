package export

import (
	"strings"

	"sweep/experiment"
)

// runColumn is a column of [Runs] that is no setting.
type runColumn struct {
	Column
	value func(*experiment.Record) any
}

// Names are those of the table runs in results.db where it has the column.
var (
	identity = []runColumn{
		{Column{"id", Integer}, func(r *experiment.Record) any { return r.ID }},
		{Column{"sweep", Text}, func(r *experiment.Record) any { return text(r.Sweep) }},
		{Column{"config", Text}, func(r *experiment.Record) any { return text(r.Hash) }},
		{Column{"seed", Integer}, func(r *experiment.Record) any { return int64(r.Seed) }},
		{Column{"state", Text}, func(r *experiment.Record) any { return text(string(r.State)) }},
	}
	results = []runColumn{
		{Column{"best_step", Integer}, func(r *experiment.Record) any { return positive(r.Best.Step) }},
		{Column{"train_loss", Real}, func(r *experiment.Record) any { return best(r, r.Best.TrainLoss) }},
		{Column{"val_loss", Real}, func(r *experiment.Record) any { return best(r, r.Best.ValLoss) }},
		{Column{"val_accuracy", Real}, func(r *experiment.Record) any { return best(r, r.Best.ValAccuracy) }},
		{Column{"val_balanced_accuracy", Real}, func(r *experiment.Record) any { return best(r, r.Best.ValBalancedAccuracy) }},
		{Column{"test_accuracy", Real}, func(r *experiment.Record) any { return best(r, r.TestAccuracy) }},
		{Column{"test_balanced_accuracy", Real}, func(r *experiment.Record) any { return best(r, r.TestBalancedAccuracy) }},
		{Column{"error", Text}, func(r *experiment.Record) any { return text(r.Error) }},
		{Column{"note", Text}, func(r *experiment.Record) any { return text(r.Note) }},
		{Column{"tags", Text}, func(r *experiment.Record) any { return text(strings.Join(r.Tags, ",")) }},
	}
	provenance = []runColumn{
		{Column{"attempts", Integer}, func(r *experiment.Record) any { return int64(r.Attempts) }},
		{Column{"worker", Integer}, func(r *experiment.Record) any { return begun(r, int64(r.Worker)) }},
		{Column{"seconds", Real}, func(r *experiment.Record) any { return begun(r, real(r.Seconds)) }},
		{Column{"started_at", Time}, func(r *experiment.Record) any { return moment(r.StartedAt) }},
		{Column{"finished_at", Time}, func(r *experiment.Record) any { return moment(r.FinishedAt) }},
		{Column{"revision", Text}, func(r *experiment.Record) any { return text(r.Revision) }},
		{Column{"dirty", Boolean}, func(r *experiment.Record) any { return known(r, r.Dirty) }},
		{Column{"go_version", Text}, func(r *experiment.Record) any { return text(r.GoVersion) }},
		{Column{"host", Text}, func(r *experiment.Record) any { return text(r.Host) }},
		{Column{"cpu", Text}, func(r *experiment.Record) any { return text(r.CPU) }},
		{Column{"kernel", Text}, func(r *experiment.Record) any { return text(r.Kernel) }},
		{Column{"command", Text}, func(r *experiment.Record) any { return text(r.Command) }},
	}
)

// best is a figure of the checkpoint, null before there is one.
func best(r *experiment.Record, v float64) any {
	if r.Best.Step < 1 {
		return nil
	}
	return real(v)
}

func begun(r *experiment.Record, v any) any {
	if r.Attempts == 0 {
		return nil
	}
	return v
}

// known is a fact about the program that trained the run, null while none has.
func known(r *experiment.Record, v any) any {
	if r.GoVersion == "" {
		return nil
	}
	return v
}

// Runs is one row a run: what it is, its settings, what came of it and what
// produced it.
func Runs(records []experiment.Record) Table {
	taken := map[string]bool{}
	for _, group := range [][]runColumn{identity, results, provenance} {
		for _, c := range group {
			taken[c.Name] = true
		}
	}
	s := newSettings(records, taken)
	columns := append(names(identity), s.columns...)
	columns = append(append(columns, names(results)...), names(provenance)...)
	return Table{Columns: columns, Rows: func(yield func([]any) bool) {
		row := make([]any, 0, len(columns))
		for i := range records {
			r := &records[i]
			row = values(row[:0], identity, r)
			row = append(row, s.values[r.Hash]...)
			row = values(values(row, results, r), provenance, r)
			if !yield(row) {
				return
			}
		}
	}}
}

func names(columns []runColumn) []Column {
	var list []Column
	for _, c := range columns {
		list = append(list, c.Column)
	}
	return list
}

func values(row []any, columns []runColumn, r *experiment.Record) []any {
	for _, c := range columns {
		row = append(row, c.value(r))
	}
	return row
}
