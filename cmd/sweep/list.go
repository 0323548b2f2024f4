package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"sweep/experiment"
	"sweep/store"
)

type listCommand struct {
	Name    string   `arg:"" optional:"" help:"Only the runs of this sweep; by default those of all."`
	DB      string   `name:"db" default:"results.db" help:"The ledger; results.db if not given." placeholder:"FILE"`
	State   string   `help:"Only runs in this state: waiting, running, done, diverged, pruned, failed."`
	Where   []string `help:"Only runs for which this holds, such as 'hidden_size=128' or 'val_accuracy>0.7'; may be repeated." sep:"none"`
	Tag     string   `help:"Only runs with this tag."`
	Sort    string   `help:"Order by this column, largest first; -COLUMN for smallest first." placeholder:"COLUMN"`
	Columns []string `help:"Which columns, separated by commas; any column of the table runs, any setting."`
	Limit   int      `help:"At most this many runs." placeholder:"N"`
	JSON    bool     `name:"json" help:"Print a line of JSON a run."`
}

func (listCommand) Help() string {
	return "Example: sweep list default --state done --where 'hidden_size=128' --sort val_accuracy"
}

// Run carries out the command.
func (c *listCommand) Run(ctx context.Context, p *program) error {
	ledger, err := store.OpenReadOnly(c.DB)
	if err != nil {
		return err
	}
	defer ledger.Close()
	records, err := c.records(ctx, ledger)
	if err != nil {
		return err
	}
	v, all := newView(records), len(records)
	fields, err := v.fields(c.columns(v))
	if err != nil {
		return err
	}
	chosen, err := c.choose(v, records)
	if err != nil {
		return err
	}
	if c.JSON {
		return printFieldsJSON(p, fields, chosen)
	}
	printFields(p, fields, chosen)
	fmt.Fprintf(p.stdout, "%d of %d runs\n", len(chosen), all)
	return nil
}

func (c *listCommand) records(ctx context.Context, ledger *store.DB) ([]experiment.Record, error) {
	if c.Name != "" {
		sweep, err := ledger.Sweep(ctx, c.Name)
		if err != nil {
			return nil, err
		}
		return ledger.Records(ctx, sweep.ID)
	}
	known, err := ledger.Sweeps(ctx)
	if err != nil {
		return nil, err
	}
	var all []experiment.Record
	for _, sweep := range known {
		records, err := ledger.Records(ctx, sweep.ID)
		if err != nil {
			return nil, err
		}
		all = append(all, records...)
	}
	return all, nil
}

// columns shows what tells the runs apart, unless the user chose.
func (c *listCommand) columns(v *view) []string {
	if len(c.Columns) > 0 {
		return c.Columns
	}
	columns := append([]string{"id", "sweep", "state"}, v.varying()...)
	return append(columns, "seed", "best_step", "val_loss", "val_accuracy", "test_accuracy", "seconds")
}

// choose filters, sorts and cuts records in place.
func (c *listCommand) choose(v *view, records []experiment.Record) ([]experiment.Record, error) {
	conditions, err := c.conditions(v)
	if err != nil {
		return nil, err
	}
	chosen := records
	for _, holds := range conditions {
		chosen = slices.DeleteFunc(chosen, func(r experiment.Record) bool { return !holds(r) })
	}
	if c.Sort != "" {
		name, ascending := strings.CutPrefix(c.Sort, "-")
		f, err := v.field(name)
		if err != nil {
			return nil, err
		}
		slices.SortStableFunc(chosen, func(a, b experiment.Record) int {
			order := compareValues(f.value(a), f.value(b))
			if !ascending {
				return -order
			}
			return order
		})
	}
	if c.Limit > 0 && len(chosen) > c.Limit {
		chosen = chosen[:c.Limit]
	}
	return chosen, nil
}

func (c *listCommand) conditions(v *view) ([]func(experiment.Record) bool, error) {
	var conditions []func(experiment.Record) bool
	for _, text := range c.Where {
		condition, err := v.condition(text)
		if err != nil {
			return nil, err
		}
		conditions = append(conditions, condition)
	}
	if c.State != "" {
		states := []string{"waiting", "running", "done", "diverged", "pruned", "failed"}
		if !slices.Contains(states, c.State) {
			return nil, usagef("--state %s: it is one of %s", c.State, strings.Join(states, ", "))
		}
		conditions = append(conditions, func(r experiment.Record) bool { return string(r.State) == c.State })
	}
	if c.Tag != "" {
		conditions = append(conditions, func(r experiment.Record) bool { return slices.Contains(r.Tags, c.Tag) })
	}
	return conditions, nil
}

func printFields(p *program, fields []field, records []experiment.Record) {
	header := make([]string, len(fields))
	for i, f := range fields {
		header[i] = f.name
	}
	table := newTable(header...)
	for _, r := range records {
		cells := make([]any, len(fields))
		for i, f := range fields {
			cells[i] = cell(f.value(r))
		}
		table.row(cells...)
	}
	table.print(p.stdout)
}

func printFieldsJSON(p *program, fields []field, records []experiment.Record) error {
	for _, r := range records {
		line := make(map[string]any, len(fields))
		for _, f := range fields {
			line[f.name] = jsonValue(f.value(r))
		}
		if err := printJSON(p.stdout, line); err != nil {
			return err
		}
	}
	return nil
}
