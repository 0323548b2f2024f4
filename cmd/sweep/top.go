package main

import (
	"context"
	"fmt"

	"sweep/experiment/stats"
	"sweep/store"
)

type topCommand struct {
	Name  string `arg:"" optional:"" help:"Which sweep; by default the one that ran last."`
	DB    string `name:"db" default:"results.db" help:"The ledger; results.db if not given." placeholder:"FILE"`
	Limit int    `short:"n" default:"10" help:"At most this many configurations; 0 for all."`
	JSON  bool   `name:"json" help:"Print it as JSON."`
}

func (topCommand) Help() string {
	return "Configurations are ranked by the mean over their seeds, and the verdict says which of them the seeds can tell apart.\n\nExample: sweep top default -n 3"
}

// Run carries out the command.
func (c *topCommand) Run(ctx context.Context, p *program) error {
	if c.Limit < 0 {
		return usagef("--limit %d: it cannot be negative", c.Limit)
	}
	ledger, err := store.OpenReadOnly(c.DB)
	if err != nil {
		return err
	}
	defer ledger.Close()
	sweep, err := ledger.Sweep(ctx, c.Name)
	if err != nil {
		return err
	}
	records, err := ledger.Records(ctx, sweep.ID)
	if err != nil {
		return err
	}
	board := stats.Leaderboard(records, sweep.Objective)
	comparisons := stats.Compare(board, nil, nil, sweep.Objective)
	shown := len(board)
	if c.Limit > 0 {
		shown = min(shown, c.Limit)
	}
	ranking := ranking{
		Sweep: sweep.ID, Objective: sweep.Objective.String(),
		Verdict:     stats.Verdict(board, comparisons, sweep.Objective),
		Leaderboard: standingsJSON(board[:shown]),
	}
	if c.JSON {
		return printJSON(p.stdout, ranking)
	}
	printLeaderboard(p, sweep.ID, board, sweep.Objective, shown)
	fmt.Fprintf(p.stdout, "\n%s\n", ranking.Verdict)
	return nil
}

// ranking is what `sweep top --json` prints.
type ranking struct {
	Sweep       string         `json:"sweep"`
	Objective   string         `json:"objective"`
	Verdict     string         `json:"verdict"`
	Leaderboard []standingJSON `json:"leaderboard"`
}
