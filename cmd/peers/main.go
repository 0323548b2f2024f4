package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"

	"sweep/data"
	"sweep/rnn/kernel"
)

func main() {
	if len(os.Args) == 3 && os.Args[1] == serveCommand {
		exit(serve(os.Stdin, os.Stdout, os.Args[2]))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

func exit(err error) {
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "peers:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// options are the command line.
type options struct {
	out    string
	data   string // "": the embedded corpus
	python string // "": without PyTorch
	scale  scale
}

// scale is how much is measured.
type scale struct {
	rounds     int
	seconds    float64 // of processor time, a round
	hidden     []int
	lengths    []int // letters
	workers    []int
	trainings  int // for the workers, together
	iterations int // of each training
}

var (
	full = scale{rounds: 7, seconds: 0.5,
		hidden: []int{32, 64, 128, 256, 512}, lengths: []int{3, 4, 6, 8, 10, 12}, workers: []int{1, 2, 4, 8},
		trainings: 16, iterations: 30_000}
	quick = scale{rounds: 2, seconds: 0.01,
		hidden: []int{32, 64}, lengths: []int{4, 8}, workers: []int{1, 2},
		trainings: 2, iterations: 500}
)

func parse(args []string, messages io.Writer) (options, error) {
	o := options{scale: full}
	flags := flag.NewFlagSet("peers", flag.ContinueOnError)
	flags.SetOutput(messages)
	flags.StringVar(&o.out, "out", "bench-report", "`folder` to write to")
	flags.StringVar(&o.data, "data", "", "`folder` of <Label>.txt files to train on (default the embedded surnames)")
	flags.StringVar(&o.python, "python", "/usr/bin/python3", "Python that can import torch; \"\" measures without PyTorch")
	rounds := flags.Int("rounds", 0, "rounds of each measurement (default 7, with -quick 2)")
	short := flags.Bool("quick", false, "a few seconds that show whether everything works, no figures to quote")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if *short {
		o.scale = quick
	}
	if *rounds > 0 {
		o.scale.rounds = *rounds
	}
	switch {
	case flags.NArg() > 0:
		return o, fmt.Errorf("no argument %q is known; -help lists the flags", flags.Arg(0))
	case *rounds < 0:
		return o, fmt.Errorf("-rounds %d: ask for 1 or more", *rounds)
	}
	return o, nil
}

func run(ctx context.Context, args []string, out, messages io.Writer) error {
	o, err := parse(args, messages)
	if err != nil {
		return err
	}
	if err := kernel.Check(); err != nil {
		return err
	}
	if err := os.MkdirAll(o.out, 0o755); err != nil {
		return err
	}
	b, err := newBench(ctx, o, messages)
	if err != nil {
		return err
	}
	defer b.close()
	r, err := b.measure(ctx)
	if ctx.Err() != nil {
		return fmt.Errorf("interrupted, nothing was written: %w", ctx.Err())
	}
	if err != nil {
		return err
	}
	if err := r.write(o.out); err != nil {
		return err
	}
	if _, err := io.WriteString(out, r.table()); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "\nWritten to %s: table.txt, results.json and the plots.\n", filepath.Clean(o.out))
	return err
}

// load reads a folder, or takes the embedded corpus if there is none.
func load(folder string) (*data.Corpus, error) {
	if folder == "" {
		return data.Default(), nil
	}
	return data.Load(folder)
}
