package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/renameio/v2"

	"sweep/data"
	"sweep/experiment"
	"sweep/experiment/stats"
	"sweep/rnn"
	"sweep/store"
	"sweep/sweeps"
)

type runCommand struct {
	Name      string   `arg:"" help:"Which sweep; 'sweep sweeps' lists them."`
	DB        string   `name:"db" default:"results.db" help:"The ledger; results.db if not given." placeholder:"FILE"`
	Workers   int      `default:"${cpus}" help:"Runs trained at once; the result is the same for any number."`
	Data      string   `help:"Train on the <Label>.txt files of this folder instead of the embedded surnames." placeholder:"DIR"`
	Set       []string `help:"Override a setting of the base configuration; may be repeated." placeholder:"KEY=VALUE" sep:"none"`
	Seeds     int      `help:"Replicates of each configuration, instead of the sweep's own number." placeholder:"N"`
	Retries   int      `default:"1" help:"How often a failed run is tried again."`
	Snapshots float64  `default:"0.01" help:"The share of the training time that saving snapshots may take."`
	DryRun    bool     `help:"Say what would be trained, and train nothing."`
	JSON      bool     `name:"json" help:"Print events and the result as lines of JSON."`
	Verbose   bool     `help:"Show one example with the model's guess at every evaluation."`
}

func (runCommand) Help() string {
	return "Finished runs are never trained again, interrupted ones go on where they were.\n\nExample: sweep run default --workers 2 --set iterations=20000"
}

// Run carries out the command.
func (c *runCommand) Run(ctx context.Context, p *program) error {
	plan, corpus, err := c.plan()
	if err != nil {
		return err
	}
	if c.DryRun {
		return c.dryRun(ctx, p, plan)
	}
	ledger, err := store.Open(c.DB)
	if err != nil {
		return err
	}
	err = c.train(ctx, p, plan, corpus, ledger)
	if closed := ledger.Close(); err == nil {
		err = closed
	}
	return err
}

// plan is the sweep asked for, fixed to the data asked for.
func (c *runCommand) plan() (*experiment.Plan, *data.Corpus, error) {
	sweep, err := c.sweep()
	if err != nil {
		return nil, nil, err
	}
	corpus, err := loadCorpus(c.Data)
	if err != nil {
		return nil, nil, err
	}
	plan, err := sweeps.Plan(sweep, corpus)
	if err != nil {
		return nil, nil, err
	}
	return plan, corpus, c.checkVaried(plan)
}

// checkVaried refuses to set what the sweep sets itself on an axis.
func (c *runCommand) checkVaried(plan *experiment.Plan) error {
	if len(c.Set) == 0 {
		return nil
	}
	base := plan.Base.Text()
	for choice := range plan.Grid() {
		configuration, err := plan.Configuration(choice)
		if err != nil {
			return err
		}
		text := configuration.Settings.Text()
		for _, assignment := range c.Set {
			name, _, _ := strings.Cut(assignment, "=")
			if text[name] != base[name] {
				return usagef("--set %s: sweep %s varies %s itself; set another or define a sweep of your own", assignment, c.Name, name)
			}
		}
	}
	return nil
}

// sweep is the definition with what the command line changes of it.
func (c *runCommand) sweep() (sweeps.Sweep, error) {
	sweep, err := sweeps.Find(c.Name)
	if err != nil {
		return sweep, err
	}
	if err := c.validate(); err != nil {
		return sweep, usage(err)
	}
	if c.Seeds != 0 {
		sweep.Seeds = c.Seeds
	}
	if err := experiment.Set(&sweep.Base, c.Set...); err != nil {
		return sweep, usage(err)
	}
	return sweep, c.checkSet(sweep.Base)
}

// checkSet refuses a zero that would not be what it says but the default.
func (c *runCommand) checkSet(base rnn.Config) error {
	resolved, err := base.Resolve()
	if err != nil {
		return usage(err)
	}
	written, err := experiment.SettingsOf(base)
	if err != nil {
		return err
	}
	meant, err := experiment.SettingsOf(resolved)
	if err != nil {
		return err
	}
	for _, assignment := range c.Set {
		name, _, _ := strings.Cut(assignment, "=")
		if value := meant.Text()[name]; written.Text()[name] != value {
			return usagef("--set %s: that is no value for it; leave it out for the default, %s", assignment, value)
		}
	}
	return nil
}

func (c *runCommand) validate() error {
	switch {
	case c.Workers < 1:
		return fmt.Errorf("--workers %d: at least one worker is needed", c.Workers)
	case c.Seeds < 0:
		return fmt.Errorf("--seeds %d: at least one seed is needed", c.Seeds)
	case c.Retries < 0:
		return fmt.Errorf("--retries %d: it cannot be negative", c.Retries)
	case c.Snapshots <= 0 || c.Snapshots > 1:
		return fmt.Errorf("--snapshots %g: it is a share between 0 and 1", c.Snapshots)
	}
	return nil
}

func loadCorpus(folder string) (*data.Corpus, error) {
	if folder == "" {
		return data.Default(), nil
	}
	return data.Load(folder)
}

func (c *runCommand) train(ctx context.Context, p *program, plan *experiment.Plan, corpus *data.Corpus, ledger *store.DB) error {
	progress := c.progress(p)
	pool := &experiment.Pool{
		Trainer:       sweeps.Trainer{Corpus: corpus, Objective: plan.Objective},
		Workers:       c.Workers,
		Retries:       c.Retries,
		SnapshotShare: c.Snapshots,
		Watch:         progress.watch,
	}
	sweep, err := experiment.Execute(ctx, plan, ledger, pool, provenance(), progress.watch)
	progress.close()
	switch {
	case err != nil && ctx.Err() != nil:
		fmt.Fprintf(p.stderr, "Interrupted; everything so far is in %s. To go on: %s\n", c.DB, commandLine())
		return errInterrupted
	case err != nil:
		return err
	}
	return c.conclude(ctx, p, plan, sweep.ID, ledger)
}

// mostStandings is how much of a leaderboard is shown to one who did not ask.
const mostStandings = 20

// conclude prints the leaderboard, writes the best model to a file and says
// what to do next.
func (c *runCommand) conclude(ctx context.Context, p *program, plan *experiment.Plan, sweep string, ledger *store.DB) error {
	records, err := ledger.Records(ctx, sweep)
	if err != nil {
		return err
	}
	board := stats.Leaderboard(records, plan.Objective)
	best, found := stats.BestRun(board)
	var model string
	if found {
		if model, err = c.writeBest(ctx, sweep, best.ID, ledger); err != nil {
			return err
		}
	}
	if c.JSON {
		err = printJSON(p.stdout, conclusion{Sweep: sweep, Leaderboard: standingsJSON(board), Best: best.ID, Model: model})
		return errors.Join(err, failures(p, records, c.dbFlag()))
	}
	printLeaderboard(p, sweep, board, plan.Objective, min(len(board), mostStandings))
	if found {
		fmt.Fprintf(p.stdout, "\nBest model: run %d, written to %s\n", best.ID, model)
		fmt.Fprintf(p.stdout, "Next: sweep report%s | sweep predict --best%s Albert | sweep show%s %d\n", c.dbFlag(), c.dbFlag(), c.dbFlag(), best.ID)
	}
	return failures(p, records, c.dbFlag())
}

func (c *runCommand) dbFlag() string {
	if c.DB == "results.db" {
		return ""
	}
	return " --db " + quoteCommand([]string{c.DB})
}

// writeBest puts the best run's checkpoint beside the ledger, whole or not at
// all.
func (c *runCommand) writeBest(ctx context.Context, sweep string, run int64, ledger *store.DB) (string, error) {
	_, checkpoint, err := ledger.Checkpoint(ctx, run)
	if err != nil {
		return "", err
	}
	file := filepath.Join(filepath.Dir(c.DB), sweep+"-best.safetensors")
	if err := renameio.WriteFile(file, checkpoint, 0o644); err != nil {
		return "", unwritten(file, err)
	}
	return file, nil
}

// failures says which runs failed; they are also the exit status.
func failures(p *program, records []experiment.Record, db string) error {
	var failed []string
	for _, r := range records {
		if r.State == experiment.Failed {
			failed = append(failed, fmt.Sprint(r.ID))
		}
	}
	if len(failed) == 0 {
		return nil
	}
	fmt.Fprintf(p.stderr, "sweep: %d of %d runs failed: %s; `sweep show%s %s` says why, `sweep retry%s` lets them run again\n",
		len(failed), len(records), strings.Join(failed, ", "), db, failed[0], db)
	return errQuiet
}

// dryRun says what the first round would train, without touching the ledger.
func (c *runCommand) dryRun(ctx context.Context, p *program, plan *experiment.Plan) error {
	var history []experiment.Record
	if _, err := os.Stat(c.DB); err == nil {
		if history, err = recorded(ctx, c.DB, plan); err != nil {
			return err
		}
	}
	proposals, err := plan.Strategy.Next(plan, history)
	if err != nil {
		return err
	}
	finished := map[experiment.Proposal]bool{}
	for _, r := range history {
		finished[experiment.Proposal{Configuration: r.Configuration, Seed: r.Seed}] = r.State.Finished()
	}
	proposals = slices.DeleteFunc(proposals, func(proposal experiment.Proposal) bool { return finished[proposal] })
	if c.JSON {
		return printProposalsJSON(p, proposals)
	}
	if err := printProposals(p, proposals); err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "%d runs would be trained on %d workers, %d are finished; nothing was trained.\n", len(proposals), c.Workers, len(history)-experiment.Unfinished(history))
	return nil
}

func printProposals(p *program, proposals []experiment.Proposal) error {
	var records []experiment.Record
	for _, proposal := range proposals {
		records = append(records, experiment.Record{Run: experiment.Run{Configuration: proposal.Configuration, Seed: proposal.Seed}})
	}
	v := newView(records)
	fields, err := v.fields(append(v.varying(), "seed"))
	if err != nil {
		return err
	}
	printFields(p, fields, records)
	return nil
}

func printProposalsJSON(p *program, proposals []experiment.Proposal) error {
	for _, proposal := range proposals {
		line := map[string]any{"seed": proposal.Seed, "config": proposal.Hash, "settings": json.RawMessage(proposal.Settings)}
		if err := printJSON(p.stdout, line); err != nil {
			return err
		}
	}
	return nil
}

// recorded returns what a ledger holds of every sweep of the plan's name; the
// configurations' hashes tell which of it counts.
func recorded(ctx context.Context, path string, plan *experiment.Plan) ([]experiment.Record, error) {
	ledger, err := store.OpenReadOnly(path)
	if err != nil {
		return nil, err
	}
	defer ledger.Close()
	known, err := ledger.Sweeps(ctx)
	if err != nil {
		return nil, err
	}
	var records []experiment.Record
	for _, sweep := range known {
		if sweep.Name != plan.Name {
			continue
		}
		more, err := ledger.Records(ctx, sweep.ID)
		if err != nil {
			return nil, err
		}
		records = append(records, more...)
	}
	return records, nil
}
