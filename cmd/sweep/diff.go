package main

import (
	"context"
	"fmt"

	"sweep/store"
)

type diffCommand struct {
	A string `arg:"" help:"A ledger."`
	B string `arg:"" help:"Another."`
}

func (diffCommand) Help() string {
	return "Compares configurations, curves, metrics, checkpoints and predictions; not times, hosts or attempts. Exit status 1 if they differ.\n\nExample: sweep diff results.db other.db"
}

// Run carries out the command.
func (c *diffCommand) Run(ctx context.Context, p *program) error {
	a, err := store.OpenReadOnly(c.A)
	if err != nil {
		return err
	}
	defer a.Close()
	b, err := store.OpenReadOnly(c.B)
	if err != nil {
		return err
	}
	defer b.Close()
	difference, err := store.Diff(ctx, a, b)
	if err != nil {
		return err
	}
	if difference != "" {
		fmt.Fprintf(p.stdout, "%s and %s differ: %s\n", c.A, c.B, difference)
		return errQuiet
	}
	fmt.Fprintf(p.stdout, "%s and %s hold the same results\n", c.A, c.B)
	return nil
}
