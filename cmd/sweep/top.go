package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"sweep/experiment/stats"
	"sweep/store"
)

type topCommand struct {
	Name  string `arg:"" optional:"" help:"Which sweep; by default the one that ran last."`
	DB    string `name:"db" default:"results.db" help:"The ledger." placeholder:"FILE"`
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
	var text bytes.Buffer
	printLeaderboard(&program{stdout: &text}, sweep.ID, board, sweep.Objective)
	fmt.Fprint(p.stdout, cutLeaderboard(text.String(), board, shown, isColoured(p)))
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

// cutLeaderboard keeps the first rows of a printed leaderboard, which stays
// aligned as a whole and keeps the columns that tell all configurations apart,
// and makes the leader's bold.
func cutLeaderboard(text string, board []stats.Standing, shown int, coloured bool) string {
	const above = 2 // the title and the header
	lines := strings.SplitAfter(strings.TrimPrefix(text, "\n"), "\n")
	if coloured && len(board) > 0 && board[0].Rank == 1 {
		lines[above] = bold(strings.TrimSuffix(lines[above], "\n")) + "\n"
	}
	if more := len(board) - shown; more > 0 {
		note := fmt.Sprintf("%d more; -n 0 shows all\n", more)
		lines = slices.Replace(lines, above+shown, above+len(board), note)
	}
	return strings.Join(lines, "")
}

func bold(text string) string { return "\x1b[1m" + text + "\x1b[0m" }

// isColoured reports whether output may be more than text: on a terminal whose
// user did not ask for none (no-color.org).
func isColoured(p *program) bool {
	return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && isTerminal(p.stdout)
}
