package main

import (
	"fmt"

	"sweep/experiment"
	"sweep/experiment/stats"
)

// printLeaderboard prints the first of a sweep's configurations, ranked, with
// the settings that tell all of them apart.
func printLeaderboard(p *program, sweep string, board []stats.Standing, objective experiment.Objective, shown int) {
	varying := stats.Varying(board)
	header := append([]string{"rank"}, varying...)
	header = append(header, "seeds", objective.Metric, "95 % interval", "test_accuracy", "notes")
	table := newTable(header...)
	table.bold = isColoured(p) && len(board) > 0 && board[0].Rank == 1
	for _, s := range board[:shown] {
		text := s.Settings.Text()
		cells := []any{rank(s)}
		for _, name := range varying {
			cells = append(cells, text[name])
		}
		cells = append(cells, s.Done, figure(s.Mean, 4), interval(s), figure(s.TestAccuracy, 4), remarks(s))
		table.row(cells...)
	}
	fmt.Fprintf(p.stdout, "Leaderboard of %s (%s, mean over seeds)\n", sweep, objective)
	table.print(p.stdout)
	if more := len(board) - shown; more > 0 {
		fmt.Fprintf(p.stdout, "%d more; `sweep top %s -n 0` shows all\n", more, sweep)
	}
	if n := revisions(board); n > 1 {
		fmt.Fprintf(p.stdout, "These runs come from %d revisions of the program; their results may not compare.\n", n)
	}
}

func rank(s stats.Standing) string {
	if s.Rank == 0 {
		return "–"
	}
	return fmt.Sprint(s.Rank)
}

func interval(s stats.Standing) string {
	if s.Done < 2 {
		return "–"
	}
	return figure(s.Low, 4) + "–" + figure(s.High, 4)
}

// remarks says what became of seeds that are not in the mean.
func remarks(s stats.Standing) string {
	text := ""
	for _, part := range []struct {
		n    int
		what string
	}{{s.Diverged, "diverged"}, {s.Failed, "failed"}, {len(s.Records) - s.Done - s.Diverged - s.Failed, "not finished"}} {
		if part.n > 0 {
			text += fmt.Sprintf("%d %s ", part.n, part.what)
		}
	}
	return text
}

func revisions(board []stats.Standing) int {
	seen := map[string]bool{}
	for _, s := range board {
		for _, r := range s.Records {
			if r.State.Finished() {
				seen[r.Revision] = true
			}
		}
	}
	return len(seen)
}

// conclusion is what `sweep run --json` prints last.
type conclusion struct {
	Sweep       string         `json:"sweep"`
	Leaderboard []standingJSON `json:"leaderboard"`
	Best        int64          `json:"best_run,omitempty"`
	Model       string         `json:"model,omitempty"`
}

type standingJSON struct {
	Rank         int            `json:"rank"`
	Config       string         `json:"config"`
	Settings     map[string]any `json:"settings"`
	Seeds        int            `json:"seeds"`
	Diverged     int            `json:"diverged"`
	Failed       int            `json:"failed"`
	Mean         *float64       `json:"mean"`
	Low          *float64       `json:"low"`
	High         *float64       `json:"high"`
	TestAccuracy *float64       `json:"test_accuracy"`
}

func standingsJSON(board []stats.Standing) []standingJSON {
	list := []standingJSON{}
	for _, s := range board {
		list = append(list, standingJSON{
			Rank: s.Rank, Config: s.Hash, Settings: s.Settings.Map(),
			Seeds: s.Done, Diverged: s.Diverged, Failed: s.Failed,
			Mean: finite(s.Mean), Low: finite(s.Low), High: finite(s.High), TestAccuracy: finite(s.TestAccuracy),
		})
	}
	return list
}
