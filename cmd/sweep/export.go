package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"

	"github.com/google/renameio/v2"
	"golang.org/x/sync/errgroup"

	"sweep/experiment"
	"sweep/experiment/export"
	"sweep/rnn"
	"sweep/store"
)

type exportCommand struct {
	Name        string `arg:"" optional:"" help:"Which sweep; by default the one that ran last."`
	DB          string `name:"db" default:"results.db" help:"The ledger; results.db if not given." placeholder:"FILE"`
	CSV         string `name:"csv" xor:"target" required:"" help:"Write a table of the runs as CSV." placeholder:"FILE"`
	JSON        string `name:"json" xor:"target" required:"" help:"Write it as one JSON array." placeholder:"FILE"`
	Parquet     string `name:"parquet" xor:"target" required:"" help:"Write it as Parquet." placeholder:"FILE"`
	TensorBoard string `name:"tensorboard" xor:"target" required:"" help:"Write event files for TensorBoard, curves and hyperparameters." placeholder:"DIR"`
	Best        string `xor:"target" required:"" help:"Write the best model as safetensors, which PyTorch loads." placeholder:"FILE"`
	ONNX        string `name:"onnx" xor:"target" required:"" help:"Write the best model as ONNX: letters in, probabilities out." placeholder:"FILE"`
	RunID       int64  `name:"run" help:"With --best or --onnx: the model of this run instead." placeholder:"ID"`
	Points      bool   `help:"A table of the curves' points instead of the runs."`
}

func (exportCommand) Help() string {
	return "The settings become columns of their own. The file - is the standard output.\n\nExample: sweep export default --parquet runs.parquet"
}

// Run carries out the command.
func (c *exportCommand) Run(ctx context.Context, p *program) error {
	if c.Points && c.TensorBoard != "" {
		return usagef("--points is for tables; --tensorboard always holds the curves")
	}
	if c.RunID != 0 && c.Best == "" && c.ONNX == "" {
		return usagef("--run chooses the model of --best and --onnx; tables hold every run")
	}
	ledger, err := store.OpenReadOnly(c.DB)
	if err != nil {
		return err
	}
	defer ledger.Close()
	if c.Best != "" || c.ONNX != "" {
		return c.model(ctx, p, ledger)
	}
	sweep, err := ledger.Sweep(ctx, c.Name)
	if err != nil {
		return err
	}
	if c.TensorBoard != "" {
		return c.logDirectory(ctx, p, ledger, sweep)
	}
	table, what, err := c.table(ctx, ledger, sweep)
	if err != nil {
		return err
	}
	file, write := c.target()
	if file == "-" {
		return write(p.stdout, table)
	}
	if err := writeWhole(file, func(w io.Writer) error { return write(w, table) }); err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "%s of sweep %s, written to %s\n", what, sweep.ID, file)
	return nil
}

// model writes a trained model to a file of its own.
func (c *exportCommand) model(ctx context.Context, p *program, ledger *store.DB) error {
	run, content, err := recordedCheckpoint(ctx, ledger, c.RunID, c.Name)
	if err != nil {
		return err
	}
	file := c.Best
	if c.ONNX != "" {
		model, err := rnn.ReadCheckpoint(content)
		if err != nil {
			return fmt.Errorf("run %d of %s: %w", run, c.DB, err)
		}
		file, content = c.ONNX, model.ONNX()
	}
	if err := renameio.WriteFile(file, content, 0o644); err != nil {
		return unwritten(file, err)
	}
	fmt.Fprintf(p.stdout, "The model of run %d, written to %s\n", run, file)
	return nil
}

// target is the file asked for and what writes it.
func (c *exportCommand) target() (file string, write func(io.Writer, export.Table) error) {
	switch {
	case c.CSV != "":
		return c.CSV, export.CSV
	case c.JSON != "":
		return c.JSON, export.JSON
	}
	return c.Parquet, export.Parquet
}

// table is what is asked for, and its size in words.
func (c *exportCommand) table(ctx context.Context, ledger *store.DB, sweep experiment.SweepRecord) (export.Table, string, error) {
	if c.Points {
		curves, err := ledger.Curves(ctx, sweep.ID)
		points := 0
		for _, curve := range curves {
			points += len(curve)
		}
		return export.Points(curves), fmt.Sprintf("%d points of %d runs", points, len(curves)), err
	}
	records, err := ledger.Records(ctx, sweep.ID)
	return export.Runs(records), fmt.Sprintf("%d runs", len(records)), err
}

// writeWhole makes a file appear with all its content or not at all.
func writeWhole(file string, write func(io.Writer) error) error {
	pending, err := renameio.NewPendingFile(file, renameio.WithPermissions(0o644), renameio.WithExistingPermissions())
	if err != nil {
		return unwritten(file, err)
	}
	defer pending.Cleanup() // nothing once it is in place
	buffered := bufio.NewWriter(pending)
	if err := write(buffered); err != nil {
		return unwritten(file, err)
	}
	if err := buffered.Flush(); err != nil {
		return unwritten(file, err)
	}
	if err := pending.CloseAtomicallyReplace(); err != nil {
		return unwritten(file, err)
	}
	return nil
}

// unwritten says why a file is not there, under its own name and not that of
// the temporary file beside it.
func unwritten(file string, err error) error {
	if path := new(fs.PathError); errors.As(err, &path) {
		err = path.Err
	}
	return fmt.Errorf("%s was not written: %w", file, err)
}

func (c *exportCommand) logDirectory(ctx context.Context, p *program, ledger *store.DB, sweep experiment.SweepRecord) error {
	records, err := ledger.Records(ctx, sweep.ID)
	if err != nil {
		return err
	}
	curves, err := ledger.Curves(ctx, sweep.ID)
	if err != nil {
		return err
	}
	if err := c.writeEvents(ctx, export.TensorBoard(sweep, records, curves)); err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "%d runs of sweep %s, written to %s; to look at them: tensorboard --logdir %s\n",
		len(records), sweep.ID, c.TensorBoard, quoteCommand([]string{c.TensorBoard}))
	return nil
}

const eventWriters = 16 // a file waits for the disk, not for the processor

func (c *exportCommand) writeEvents(ctx context.Context, files iter.Seq2[string, []byte]) error {
	writers, writing := errgroup.WithContext(ctx)
	writers.SetLimit(eventWriters)
	for name, content := range files {
		if writing.Err() != nil {
			break
		}
		file := filepath.Join(c.TensorBoard, filepath.FromSlash(name))
		writers.Go(func() error {
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				return unwritten(file, err)
			}
			if err := renameio.WriteFile(file, content, 0o644); err != nil {
				return unwritten(file, err)
			}
			return nil
		})
	}
	if err := writers.Wait(); err != nil {
		return err
	}
	return context.Cause(ctx)
}
