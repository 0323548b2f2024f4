package main

import (
	"fmt"

	"sweep/data"
	"sweep/sweeps"
)

type sweepsCommand struct {
	JSON bool `name:"json" help:"Print a line of JSON a sweep."`
}

func (sweepsCommand) Help() string {
	return "A sweep of your own is a file in the folder sweeps.\n\nExample: sweep sweeps"
}

// Run carries out the command.
func (c *sweepsCommand) Run(p *program) error {
	table := newTable("sweep", "runs", "what it tries")
	for _, s := range sweeps.All() {
		plan, err := sweeps.Plan(s, data.Default())
		if err != nil {
			return err
		}
		runs := plan.Seeds
		for _, axis := range plan.Axes {
			runs *= len(axis.Values)
		}
		if c.JSON {
			if err := printJSON(p.stdout, map[string]any{"doc": s.Doc, "runs": runs, "definition": plan.Definition}); err != nil {
				return err
			}
			continue
		}
		table.row(s.Name, runs, s.Doc)
	}
	if !c.JSON {
		table.print(p.stdout)
		fmt.Fprintln(p.stdout, "\nTo run one: sweep run default")
	}
	return nil
}
