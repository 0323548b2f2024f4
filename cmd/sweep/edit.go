package main

import (
	"bufio"
	"context"
	"fmt"
	"strconv"
	"strings"

	"sweep/store"
)

// The commands that change what stands beside the results: retry, rm, note and
// tag.

type retryCommand struct {
	IDs []int64 `arg:"" name:"run" optional:"" help:"Which runs; by default every failed one."`
	DB  string  `name:"db" default:"results.db" help:"The ledger; results.db if not given." placeholder:"FILE"`
}

func (retryCommand) Help() string {
	return "Makes failed runs wait again; `sweep run` then trains them.\n\nExample: sweep retry 12"
}

// Run carries out the command.
func (c *retryCommand) Run(ctx context.Context, p *program) error {
	ledger, err := store.OpenExisting(c.DB)
	if err != nil {
		return err
	}
	defer ledger.Close()
	n, err := ledger.Retry(ctx, c.IDs...)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "%d failed runs are waiting again; `sweep run NAME` trains them\n", n)
	return nil
}

type rmCommand struct {
	What string `arg:"" help:"A run's number or a sweep's name."`
	DB   string `name:"db" default:"results.db" help:"The ledger; results.db if not given." placeholder:"FILE"`
	Yes  bool   `short:"y" help:"Do not ask."`
}

func (rmCommand) Help() string {
	return "Removes it with its curve, checkpoint and predictions. A removed run is missing: running the sweep trains it again.\n\nExample: sweep rm 12"
}

// Run carries out the command.
func (c *rmCommand) Run(ctx context.Context, p *program) error {
	ledger, err := store.OpenExisting(c.DB)
	if err != nil {
		return err
	}
	defer ledger.Close()
	if run, err := strconv.ParseInt(c.What, 10, 64); err == nil {
		record, err := ledger.Run(ctx, run)
		if err != nil {
			return err
		}
		return c.remove(p, fmt.Sprintf("run %d of sweep %s (%s)", run, record.Sweep, record.State), func() error { return ledger.RemoveRun(ctx, run) })
	}
	sweep, err := ledger.Sweep(ctx, c.What)
	if err != nil {
		return err
	}
	records, err := ledger.Records(ctx, sweep.ID)
	if err != nil {
		return err
	}
	return c.remove(p, fmt.Sprintf("sweep %s with its %d runs", sweep.ID, len(records)), func() error { return ledger.RemoveSweep(ctx, sweep.ID) })
}

func (c *rmCommand) remove(p *program, what string, remove func() error) error {
	if !c.Yes {
		if !isTerminal(p.stdin) {
			return usagef("removing %s needs --yes where nobody can be asked", what)
		}
		fmt.Fprintf(p.stdout, "Remove %s from %s? [y/N] ", what, c.DB)
		answer, _ := bufio.NewReader(p.stdin).ReadString('\n') // no answer is a no
		if answer = strings.ToLower(strings.TrimSpace(answer)); answer != "y" && answer != "yes" {
			fmt.Fprintln(p.stdout, "Nothing was removed.")
			return nil
		}
	}
	if err := remove(); err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "Removed %s\n", what)
	return nil
}

type noteCommand struct {
	ID   int64  `arg:"" name:"run" help:"The run's number."`
	Text string `arg:"" optional:"" help:"The note; without it, the note is removed."`
	DB   string `name:"db" default:"results.db" help:"The ledger; results.db if not given." placeholder:"FILE"`
}

func (noteCommand) Help() string { return "Example: sweep note 12 'learning rate too high'" }

// Run carries out the command.
func (c *noteCommand) Run(ctx context.Context) error {
	ledger, err := store.OpenExisting(c.DB)
	if err != nil {
		return err
	}
	defer ledger.Close()
	return ledger.SetNote(ctx, c.ID, c.Text)
}

type tagCommand struct {
	ID     int64    `arg:"" name:"run" help:"The run's number."`
	Tags   []string `arg:"" help:"The tags."`
	Remove bool     `help:"Remove them instead."`
	DB     string   `name:"db" default:"results.db" help:"The ledger; results.db if not given." placeholder:"FILE"`
}

func (tagCommand) Help() string { return "Example: sweep tag 12 baseline" }

// Run carries out the command.
func (c *tagCommand) Run(ctx context.Context) error {
	ledger, err := store.OpenExisting(c.DB)
	if err != nil {
		return err
	}
	defer ledger.Close()
	for _, tag := range c.Tags {
		change := ledger.AddTag
		if c.Remove {
			change = ledger.RemoveTag
		}
		if err := change(ctx, c.ID, tag); err != nil {
			return err
		}
	}
	return nil
}
