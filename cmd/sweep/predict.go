package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"

	"golang.org/x/sync/errgroup"

	"sweep/rnn"
)

type predictCommand struct {
	Text       []string `arg:"" optional:"" help:"The names; without any, lines are read until 'quit' or the end."`
	DB         string   `name:"db" default:"results.db" help:"The ledger; results.db if not given." placeholder:"FILE"`
	Best       bool     `help:"The best seed of the best configuration; the default." xor:"model"`
	RunID      int64    `name:"run" help:"The model of this run." placeholder:"ID" xor:"model"`
	Checkpoint string   `help:"A model in a file; needs no ledger." placeholder:"FILE" xor:"model"`
	Classes    []string `help:"The classes of a --checkpoint that PyTorch wrote, in the order of its outputs, if its metadata lacks them."`
	Alphabet   string   `help:"The letters of such a file, in the order of its inputs."`
	Activation string   `help:"The activation of such a file's elman cell."`
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
		return modelFile(c.Checkpoint, rnn.Foreign{Classes: c.Classes, Alphabet: c.Alphabet, Activation: c.Activation})
	}
	if len(c.Classes) > 0 || c.Alphabet != "" || c.Activation != "" {
		return nil, usagef("--classes, --alphabet and --activation describe the file of --checkpoint; name one")
	}
	return recordedModel(ctx, c.DB, c.RunID, c.Sweep)
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
	classifier := model.NewClassifier()
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
			if err := c.answer(p.stdout, p.stderr, line, classifier.Classify([]string{line})[0], c.paragraph); err != nil {
				return err
			}
		}
	}
}

// mostLines is how many lines of a pipe are answered together.
const mostLines = 8192

// filter answers a pipe, a line for each of its lines, on all processors. It
// takes together what lines are there and never waits for more before it
// answers them.
func (c *predictCommand) filter(ctx context.Context, p *program, model *rnn.Model) error {
	input := bufio.NewReaderSize(p.stdin, 1<<20)
	workers := make([]*rnn.Classifier, runtime.GOMAXPROCS(0))
	for i := range workers {
		workers[i] = model.NewClassifier()
	}
	for ctx.Err() == nil {
		lines, last, err := readLines(input)
		if err != nil {
			return err
		}
		if err := c.answerLines(p, workers, lines); err != nil || last {
			return err
		}
	}
	return errInterrupted
}

// readLines returns the lines that are there, one at least, and whether they
// are the last: the input ended, or a line said "quit".
func readLines(input *bufio.Reader) (lines []string, last bool, err error) {
	for len(lines) == 0 || len(lines) < mostLines && input.Buffered() > 0 {
		line, err := input.ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, false, fmt.Errorf("read names: %w", err)
		}
		ended := err != nil
		line = strings.TrimRight(line, "\r\n")
		if ended && line == "" || strings.TrimSpace(line) == "quit" {
			return lines, true, nil
		}
		lines = append(lines, line)
		if ended {
			return lines, true, nil
		}
	}
	return lines, false, nil
}

// answerLines shares lines out to the workers and prints the answers in order.
func (c *predictCommand) answerLines(p *program, workers []*rnn.Classifier, lines []string) error {
	answers := make([]bytes.Buffer, len(workers))
	complaints := make([]bytes.Buffer, len(workers))
	share := (len(lines) + len(workers) - 1) / len(workers)
	var group errgroup.Group
	for i, worker := range workers {
		mine := lines[min(i*share, len(lines)):min((i+1)*share, len(lines))]
		group.Go(func() error {
			for j, guesses := range worker.Classify(mine) {
				if err := c.answer(&answers[i], &complaints[i], mine[j], guesses, tabbed); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for i := range workers {
		if _, err := complaints[i].WriteTo(p.stderr); err != nil {
			return err
		}
		if _, err := answers[i].WriteTo(p.stdout); err != nil {
			return err
		}
	}
	return nil
}

// answer prints the guesses for one line; a bad line, which has none, is
// answered, not fatal.
func (c *predictCommand) answer(stdout, stderr io.Writer, line string, guesses []rnn.Guess, form format) error {
	if guesses == nil {
		_, err := fmt.Fprintf(stderr, "%q: %v\n", line, rnn.ErrNoLetters)
		return err
	}
	return c.print(stdout, line, guesses, form)
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
