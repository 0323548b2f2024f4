package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"

	"sweep/data"
	"sweep/experiment"
	"sweep/store"
	"sweep/sweeps"
)

type reproduceCommand struct {
	ID   int64  `arg:"" name:"run" help:"The run's number."`
	DB   string `name:"db" default:"results.db" help:"The ledger; results.db if not given." placeholder:"FILE"`
	Data string `help:"Where the run's data is now, if it has moved." placeholder:"DIR"`
}

func (reproduceCommand) Help() string {
	return "Trains the run again from what the ledger says of it and compares every point, figure, prediction and the checkpoint. Exit status 1 if anything differs.\n\nExample: sweep reproduce 12"
}

// Run carries out the command.
func (c *reproduceCommand) Run(ctx context.Context, p *program) error {
	ledger, err := store.OpenReadOnly(c.DB)
	if err != nil {
		return err
	}
	defer ledger.Close()
	want, err := readResult(ctx, ledger, c.ID)
	if err != nil {
		return err
	}
	corpus, err := c.corpus(want.sweep.Dataset)
	if err != nil {
		return err
	}
	got, err := retrain(ctx, want, corpus)
	if err != nil {
		return err
	}
	if difference := want.difference(got); difference != "" {
		fmt.Fprintf(p.stdout, "run %d differs: %s\n", c.ID, difference)
		explainDifference(p, want.record)
		return errQuiet
	}
	fmt.Fprintf(p.stdout, "run %d is the same to the bit: %d points, %d predictions, checkpoint of %d bytes\n",
		c.ID, len(got.curve), len(got.outcome.Predictions), len(got.outcome.Checkpoint))
	return nil
}

// result is everything of a run that must come out the same.
type result struct {
	sweep   experiment.SweepRecord
	record  experiment.Record
	state   experiment.State
	curve   []experiment.Point
	outcome experiment.Outcome
}

func readResult(ctx context.Context, ledger *store.DB, run int64) (result, error) {
	var r result
	var err error
	if r.record, err = ledger.Run(ctx, run); err != nil {
		return r, err
	}
	if r.state = r.record.State; r.state != experiment.Done && r.state != experiment.Diverged {
		return r, usagef("run %d is %s; only a run that is done or diverged can be compared", run, r.state)
	}
	if r.sweep, err = ledger.Sweep(ctx, r.record.Sweep); err != nil {
		return r, err
	}
	if r.curve, err = ledger.Curve(ctx, run); err != nil || r.state == experiment.Diverged {
		return r, err
	}
	predictions, err := ledger.Predictions(ctx, run)
	if err != nil {
		return r, err
	}
	_, checkpoint, err := ledger.Checkpoint(ctx, run)
	r.outcome = experiment.Outcome{
		Best:                 r.record.Best,
		TestAccuracy:         r.record.TestAccuracy,
		TestBalancedAccuracy: r.record.TestBalancedAccuracy,
		Checkpoint:           checkpoint,
		Predictions:          predictions[run],
	}
	return r, err
}

// corpus is the data that the run was trained on, and nothing else.
func (c *reproduceCommand) corpus(recorded experiment.Dataset) (*data.Corpus, error) {
	folder := c.Data
	if folder == "" && recorded.Source != data.Default().Source {
		folder = recorded.Source
	}
	corpus, err := loadCorpus(folder)
	if err != nil {
		return nil, err
	}
	if corpus.SHA256 != recorded.SHA256 {
		return nil, usagef("the data in %s (SHA-256 %.12s…) is not what run %d was trained on (%.12s…); name the folder that holds it with --data",
			corpus.Source, corpus.SHA256, c.ID, recorded.SHA256)
	}
	return corpus, nil
}

func retrain(ctx context.Context, want result, corpus *data.Corpus) (result, error) {
	got := result{state: experiment.Done}
	trainer := sweeps.Trainer{Corpus: corpus, Objective: want.sweep.Objective}
	outcome, err := trainer.Train(ctx, experiment.Task{
		Run:      want.record.Run,
		Report:   func(p experiment.Point) { got.curve = append(got.curve, p) },
		Save:     func(int, func() []byte) {},
		Progress: func(int, int) {},
		Sample:   func(experiment.Sample) {},
		Cores:    func() int { return runtime.GOMAXPROCS(0) },
	})
	if errors.Is(err, experiment.ErrDiverged) {
		got.state, err = experiment.Diverged, nil
	}
	got.outcome = outcome
	return got, err
}

// difference describes the first difference, "" if there is none.
func (want result) difference(got result) string {
	if want.state != got.state {
		return fmt.Sprintf("it was %s and is %s", want.state, got.state)
	}
	if len(want.curve) != len(got.curve) {
		return fmt.Sprintf("it had %d points and has %d", len(want.curve), len(got.curve))
	}
	for i := range want.curve {
		if !samePoint(want.curve[i], got.curve[i]) {
			return fmt.Sprintf("its point at step %d was %+v and is %+v", want.curve[i].Step, want.curve[i], got.curve[i])
		}
	}
	if want.state == experiment.Diverged {
		return ""
	}
	a, b := want.outcome, got.outcome
	switch {
	case a.Best.Step != b.Best.Step:
		return fmt.Sprintf("its best step was %d and is %d", a.Best.Step, b.Best.Step)
	case a.TestAccuracy != b.TestAccuracy || a.TestBalancedAccuracy != b.TestBalancedAccuracy:
		return fmt.Sprintf("its test accuracy was %v (balanced %v) and is %v (%v)", a.TestAccuracy, a.TestBalancedAccuracy, b.TestAccuracy, b.TestBalancedAccuracy)
	case !bytes.Equal(a.Checkpoint, b.Checkpoint):
		return "its checkpoint has other bytes"
	}
	for i := range a.Predictions {
		if i >= len(b.Predictions) || a.Predictions[i] != b.Predictions[i] {
			return fmt.Sprintf("its prediction of test example %d", i)
		}
	}
	return ""
}

// samePoint compares to the bit: a value not measured equals itself.
func samePoint(a, b experiment.Point) bool {
	same := func(x, y float64) bool { return x == y || math.IsNaN(x) && math.IsNaN(y) }
	return a.Step == b.Step && same(a.TrainLoss, b.TrainLoss) && same(a.ValLoss, b.ValLoss) &&
		same(a.ValAccuracy, b.ValAccuracy) && same(a.ValBalancedAccuracy, b.ValBalancedAccuracy)
}

// explainDifference names what is known to change results.
func explainDifference(p *program, recorded experiment.Record) {
	now := provenance()
	for _, fact := range []struct{ what, then, now string }{
		{"revision", recorded.Revision, now.Revision},
		{"kernel", recorded.Kernel, now.Kernel},
		{"Go version", recorded.GoVersion, now.GoVersion},
		{"CPU", recorded.CPU, now.CPU},
	} {
		if fact.then != fact.now && fact.then != "" {
			fmt.Fprintf(p.stdout, "%s: then %s, now %s\n", fact.what, fact.then, fact.now)
		}
	}
}
