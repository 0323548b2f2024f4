package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"sweep/experiment/stats"
	"sweep/rnn"
	"sweep/store"
)

type predictCommand struct {
	Text       []string `arg:"" optional:"" help:"The names; without any, lines are read until 'quit' or the end."`
	DB         string   `name:"db" default:"results.db" help:"The ledger." placeholder:"FILE"`
	Best       bool     `help:"The best seed of the best configuration; the default." xor:"model"`
	RunID      int64    `name:"run" help:"The model of this run." placeholder:"ID" xor:"model"`
	Checkpoint string   `help:"A model in a file; needs no ledger." placeholder:"FILE" xor:"model"`
	Sweep      string   `help:"The sweep that --best chooses from; by default the one that ran last." placeholder:"NAME"`
	Top        int      `default:"3" help:"How many classes to print."`
	JSON       bool     `name:"json" help:"Print a line of JSON a name."`
}

func (predictCommand) Help() string {
	return "Lines from a pipe are answered with a line each: the name, then classes and probabilities, separated by tabs.\n\nExample: sweep predict --best Albert Ślusàrski"
}

// Run carries out the command.
func (c *predictCommand) Run(ctx context.Context, p *program) error {
	if c.Top < 1 {
		return usagef("--top %d: at least one class must be printed", c.Top)
	}
	model, err := c.model(ctx)
	if err != nil {
		return err
	}
	switch {
	case len(c.Text) > 0:
		return c.answerAll(p, model)
	case isTerminal(p.stdin):
		return c.converse(ctx, p, model)
	default:
		return c.filter(ctx, p, model)
	}
}

func (c *predictCommand) model(ctx context.Context) (*rnn.Model, error) {
	if c.Checkpoint != "" {
		checkpoint, err := os.ReadFile(c.Checkpoint)
		if err != nil {
			return nil, fmt.Errorf("read checkpoint: %w", err)
		}
		model, err := rnn.ReadCheckpoint(checkpoint)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.Checkpoint, err)
		}
		return model, nil
	}
	ledger, err := store.OpenReadOnly(c.DB)
	if err != nil {
		return nil, err
	}
	defer ledger.Close()
	run := c.RunID
	if run == 0 {
		if run, err = bestRun(ctx, ledger, c.Sweep); err != nil {
			return nil, err
		}
	}
	_, checkpoint, err := ledger.Checkpoint(ctx, run)
	if err != nil {
		return nil, err
	}
	model, err := rnn.ReadCheckpoint(checkpoint)
	if err != nil {
		return nil, fmt.Errorf("run %d of %s: %w", run, c.DB, err)
	}
	return model, nil
}

// bestRun is the best seed of a sweep's best configuration.
func bestRun(ctx context.Context, ledger *store.DB, name string) (int64, error) {
	sweep, err := ledger.Sweep(ctx, name)
	if err != nil {
		return 0, err
	}
	records, err := ledger.Records(ctx, sweep.ID)
	if err != nil {
		return 0, err
	}
	best, found := stats.BestRun(stats.Leaderboard(records, sweep.Objective))
	if !found {
		return 0, fmt.Errorf("%w: sweep %s has no finished run yet; `sweep run %s` goes on with it", store.ErrNotFound, sweep.ID, sweep.Name)
	}
	return best.ID, nil
}

func (c *predictCommand) answerAll(p *program, model *rnn.Model) error {
	for _, text := range c.Text {
		guesses, err := model.Predict(text)
		if err != nil {
			return fmt.Errorf("%q: %w", text, err)
		}
		if err := c.print(p.stdout, text, guesses, c.paragraph); err != nil {
			return err
		}
	}
	return nil
}

// converse prompts a person, as the tutorial does.
func (c *predictCommand) converse(ctx context.Context, p *program, model *rnn.Model) error {
	lines := make(chan string)
	go func() {
		defer close(lines)
		for scanner := bufio.NewScanner(p.stdin); scanner.Scan(); {
			lines <- scanner.Text()
		}
	}()
	for {
		fmt.Fprint(p.stdout, "Input: ")
		select {
		case <-ctx.Done():
			fmt.Fprintln(p.stdout)
			return errInterrupted
		case line, ok := <-lines:
			if !ok || strings.TrimSpace(line) == "quit" {
				return nil
			}
			if err := c.answer(p, model, line, c.paragraph); err != nil {
				return err
			}
		}
	}
}

// filter answers each line of a pipe.
func (c *predictCommand) filter(ctx context.Context, p *program, model *rnn.Model) error {
	out := bufio.NewWriter(p.stdout)
	buffered := &program{stdout: out, stderr: p.stderr}
	input := bufio.NewReader(p.stdin)
	for ctx.Err() == nil {
		line, err := input.ReadString('\n')
		if err != nil && line == "" || strings.TrimSpace(line) == "quit" {
			return errors.Join(endOfInput(err), out.Flush())
		}
		if err := c.answer(buffered, model, strings.TrimRight(line, "\r\n"), tabbed); err != nil {
			return err
		}
	}
	return errors.Join(errInterrupted, out.Flush())
}

func endOfInput(err error) error {
	if err == nil || errors.Is(err, io.EOF) {
		return nil
	}
	return fmt.Errorf("read names: %w", err)
}

// answer prints the guesses for one line; a bad line is answered, not fatal.
func (c *predictCommand) answer(p *program, model *rnn.Model, line string, form format) error {
	guesses, err := model.Predict(line)
	if err != nil {
		_, err = fmt.Fprintf(p.stderr, "%q: %v\n", line, err)
		return err
	}
	return c.print(p.stdout, line, guesses, form)
}

type format func(w io.Writer, text string, guesses []rnn.Guess) error

func (c *predictCommand) print(w io.Writer, text string, guesses []rnn.Guess, form format) error {
	guesses = guesses[:min(c.Top, len(guesses))]
	if c.JSON {
		form = asJSON
	}
	return form(w, text, guesses)
}

func (c *predictCommand) paragraph(w io.Writer, text string, guesses []rnn.Guess) error {
	fmt.Fprintln(w, oneLine(text))
	for _, g := range guesses {
		if _, err := fmt.Fprintf(w, "  %5.1f %%  %s\n", 100*g.Probability, g.Class); err != nil {
			return err
		}
	}
	return nil
}

func tabbed(w io.Writer, text string, guesses []rnn.Guess) error {
	line := []byte(oneLine(text))
	for _, g := range guesses {
		line = fmt.Appendf(line, "\t%s\t%.4f", g.Class, g.Probability)
	}
	_, err := w.Write(append(line, '\n'))
	return err
}

func asJSON(w io.Writer, text string, guesses []rnn.Guess) error {
	type guess struct {
		Class       string  `json:"class"`
		Probability float64 `json:"probability"`
	}
	list := make([]guess, len(guesses))
	for i, g := range guesses {
		list[i] = guess(g)
	}
	return printJSON(w, map[string]any{"text": text, "guesses": list})
}
