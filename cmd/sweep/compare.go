package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sweep/experiment"
	"sweep/experiment/stats"
	"sweep/store"
)

type compareCommand struct {
	What  []string `arg:"" name:"what" help:"Runs by number, or configurations of one sweep: by settings (hidden_size=128,learning_rate=0.005), by their values as the leaderboard names them (128/0.005), or by the first digits of the hash."`
	Sweep string   `help:"The sweep the configurations are of; by default the one that ran last." placeholder:"NAME"`
	DB    string   `name:"db" default:"results.db" help:"The ledger; results.db if not given." placeholder:"FILE"`
	JSON  bool     `name:"json" help:"Print it as JSON."`
}

func (compareCommand) Help() string {
	return "Configurations are held against each other seed by seed (paired t-test), two runs' models name by name on the test names (McNemar's test); of several comparisons the p-values are corrected (Holm).\n\nExample: sweep compare 3 17\nExample: sweep compare hidden_size=64,learning_rate=0.005 128/0.005"
}

// comparison is what is compared and what the tests say of it. A run alone is
// a standing with one record.
type comparison struct {
	objective experiment.Objective
	names     []string // what a standing is called, in the order asked for
	standings []stats.Standing
	varying   []string
	ranked    []stats.Standing
	tests     []stats.Comparison // of ranked[0] against the others
	runs      bool               // of runs, not of configurations
	sameData  bool
}

// Run carries out the command.
func (c *compareCommand) Run(ctx context.Context, p *program) error {
	if len(c.What) < 2 {
		return usagef("compare %s with what? Name two runs or two configurations", c.What[0])
	}
	ledger, err := store.OpenReadOnly(c.DB)
	if err != nil {
		return err
	}
	defer ledger.Close()
	compare := c.configurations
	if !slices.ContainsFunc(c.What, func(what string) bool { return !isNumber(what) }) {
		compare = c.runs
	}
	result, err := compare(ctx, ledger)
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(p.stdout, result.json())
	}
	result.print(p)
	return nil
}

func isNumber(text string) bool {
	_, err := strconv.ParseInt(text, 10, 64)
	return err == nil
}

// runs compares runs, which may be of different sweeps.
func (c *compareCommand) runs(ctx context.Context, ledger *store.DB) (*comparison, error) {
	result := &comparison{runs: true}
	var records []experiment.Record
	var first experiment.SweepRecord
	var answering []int64 // runs whose models answered the same test names as the first
	for i, what := range c.What {
		id, _ := strconv.ParseInt(what, 10, 64) // isNumber
		record, err := ledger.Run(ctx, id)
		if err != nil {
			return nil, err
		}
		sweep, err := ledger.Sweep(ctx, record.Sweep)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			first = sweep
		}
		if sweep.Dataset.SHA256 == first.Dataset.SHA256 {
			answering = append(answering, id)
		}
		record.Hash = fmt.Sprintf("run %d", id) // so that each stands for itself, seeds of one configuration too
		if slices.Contains(result.names, record.Hash) {
			return nil, usagef("%s is named twice", record.Hash)
		}
		result.names = append(result.names, record.Hash)
		records = append(records, record)
	}
	predictions, err := ledger.Predictions(ctx, answering...)
	if err != nil {
		return nil, err
	}
	result.sameData = len(answering) == len(records)
	result.fill(records, predictions, first)
	return result, nil
}

// configurations compares configurations of one sweep over their seeds.
func (c *compareCommand) configurations(ctx context.Context, ledger *store.DB) (*comparison, error) {
	sweep, err := ledger.Sweep(ctx, c.Sweep)
	if err != nil {
		return nil, err
	}
	all, err := ledger.Records(ctx, sweep.ID)
	if err != nil {
		return nil, err
	}
	board := stats.Leaderboard(all, sweep.Objective)
	result := &comparison{sameData: true}
	var records []experiment.Record
	var models []int64 // the best run of each
	for _, what := range c.What {
		standing, err := find(board, what, sweep.ID)
		if err != nil {
			return nil, err
		}
		if slices.Contains(result.names, standing.Hash) {
			return nil, usagef("%s is named twice", what)
		}
		result.names = append(result.names, standing.Hash)
		records = append(records, standing.Records...)
		if standing.Rank > 0 {
			models = append(models, standing.Best.ID)
		}
	}
	predictions, err := ledger.Predictions(ctx, models...)
	if err != nil {
		return nil, err
	}
	result.fill(records, predictions, sweep)
	return result, nil
}

// fill ranks and tests. names holds hashes until now, and labels from here on.
func (c *comparison) fill(records []experiment.Record, predictions map[int64][]experiment.Prediction, sweep experiment.SweepRecord) {
	c.objective = sweep.Objective
	c.ranked = stats.Leaderboard(records, c.objective)
	c.varying = stats.Varying(c.ranked)
	c.tests = stats.Compare(c.ranked, predictions, sweep.Dataset.Test, c.objective)
	for i, hash := range c.names {
		at := slices.IndexFunc(c.ranked, func(s stats.Standing) bool { return s.Hash == hash })
		c.standings = append(c.standings, c.ranked[at])
		c.names[i] = c.name(c.ranked[at])
	}
}

func (c *comparison) name(s stats.Standing) string {
	if c.runs {
		return s.Hash
	}
	return stats.Label(s, c.varying)
}

const shortestHash = 4 // digits that may stand for a configuration

// find picks the one configuration that a user describes.
func find(board []stats.Standing, what, sweep string) (stats.Standing, error) {
	varying := stats.Varying(board)
	var found []stats.Standing
	for _, s := range board {
		byHash := len(what) >= shortestHash && strings.HasPrefix(s.Hash, what)
		if byHash || withoutBlanks(stats.Label(s, varying)) == withoutBlanks(what) || hasSettings(s, what) {
			found = append(found, s)
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) == 0 && isNumber(what):
		return stats.Standing{}, usagef("compare %s with configurations? It is a run; name runs alone or configurations alone", what)
	case len(found) == 0:
		return stats.Standing{}, usagef("no configuration of sweep %s is %q; `sweep top -n 0 %s` lists them", sweep, what, sweep)
	}
	return stats.Standing{}, usagef("%d configurations of sweep %s are %q; say more of %s", len(found), sweep, what, strings.Join(varying, ", "))
}

func withoutBlanks(text string) string { return strings.Join(strings.Fields(text), "") }

// hasSettings reports whether a configuration has every "name=value" of a list.
func hasSettings(s stats.Standing, list string) bool {
	for assignment := range strings.SplitSeq(list, ",") {
		name, value, ok := strings.Cut(strings.TrimSpace(assignment), "=")
		if !ok || s.Values[name] != value {
			return false
		}
	}
	return true
}
