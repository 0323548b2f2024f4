package main

import (
	"context"
	"fmt"
	"path/filepath"

	"sweep/experiment"
	"sweep/experiment/report"
	"sweep/experiment/stats"
	"sweep/store"
)

type reportCommand struct {
	Name string `arg:"" optional:"" help:"Which sweep; by default the one that ran last."`
	DB   string `name:"db" default:"results.db" help:"The ledger; results.db if not given." placeholder:"FILE"`
	Out  string `default:"report" help:"The folder to write." placeholder:"DIR"`
}

func (reportCommand) Help() string {
	return "The page is DIR/index.html, one file that needs no network; every plot stands beside it as PNG and SVG.\n\nExample: sweep report default --out report"
}

// Run carries out the command.
func (c *reportCommand) Run(ctx context.Context, p *program) error {
	ledger, err := store.OpenReadOnly(c.DB)
	if err != nil {
		return err
	}
	defer ledger.Close()
	input, err := readReport(ctx, ledger, c.Name)
	if err != nil {
		return err
	}
	input.DatabaseName = filepath.Base(c.DB)
	files, err := report.Write(ctx, c.Out, input)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "Report on %s: %s and %d more files in %s\n", input.Sweep.ID, filepath.Join(c.Out, "index.html"), len(files)-1, c.Out)
	return nil
}

// readReport gathers what a report is made of.
func readReport(ctx context.Context, ledger *store.DB, name string) (report.Input, error) {
	sweep, err := ledger.Sweep(ctx, name)
	if err != nil {
		return report.Input{}, err
	}
	input := report.Input{Sweep: sweep}
	if input.Records, err = ledger.Records(ctx, sweep.ID); err != nil {
		return report.Input{}, err
	}
	if input.Curves, err = ledger.Curves(ctx, sweep.ID); err != nil {
		return report.Input{}, err
	}
	input.Predictions, err = ledger.Predictions(ctx, finalModels(input.Records, sweep.Objective)...)
	return input, err
}

// finalModels is the best run of each configuration: the models that a test on
// the same names compares.
func finalModels(records []experiment.Record, objective experiment.Objective) []int64 {
	var runs []int64
	for _, standing := range stats.Leaderboard(records, objective) {
		if standing.Done > 0 {
			runs = append(runs, standing.Best.ID)
		}
	}
	return runs
}
