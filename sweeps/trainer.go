package sweeps

import (
	"context"
	"errors"

	"sweep/data"
	"sweep/experiment"
	"sweep/rnn"
)

// Plan checks a sweep and fixes it to a corpus.
func Plan(s Sweep, corpus *data.Corpus) (*experiment.Plan, error) {
	return s.Plan(rnn.Config.Resolve, dataset(corpus))
}

// dataset is what the ledger keeps of a corpus.
func dataset(c *data.Corpus) experiment.Dataset {
	d := experiment.Dataset{
		Source:     c.Source,
		SHA256:     c.SHA256,
		Classes:    c.Classes,
		Train:      c.Train.Len(),
		Validation: c.Validation.Len(),
	}
	for _, e := range c.Test.Examples {
		d.Test = append(d.Test, experiment.Example{Name: e.Name, Class: e.Class})
	}
	return d
}

// Trainer trains the runs of any sweep in this package on one corpus.
type Trainer struct {
	Corpus    *data.Corpus
	Objective experiment.Objective // picks the checkpoint that a run keeps
}

// Train implements [experiment.Trainer].
func (t Trainer) Train(ctx context.Context, task experiment.Task) (experiment.Outcome, error) {
	var config rnn.Config
	if err := task.Run.Settings.Decode(&config); err != nil {
		return experiment.Outcome{}, err
	}
	selection := rnn.Selection{Metric: t.Objective.Metric, Minimize: t.Objective.Minimize}
	result, err := rnn.Train(ctx, config, uint64(task.Run.Seed), t.Corpus, selection, t.session(task, config))
	if err != nil {
		return experiment.Outcome{}, translate(err)
	}
	return outcome(result), nil
}

// Cost implements [experiment.Coster]: what most of the time goes into, the
// products with the recurrent weights.
func (t Trainer) Cost(run experiment.Run) float64 {
	var config rnn.Config
	if run.Settings.Decode(&config) != nil {
		return 0 // Train will say so
	}
	names := float64(config.Steps(t.Corpus.Train.Len())) * float64(config.BatchSize)
	return float64(config.EnsembleSize) * names * float64(config.HiddenSize) * float64(config.HiddenSize)
}

func (t Trainer) session(task experiment.Task, config rnn.Config) rnn.Session {
	return rnn.Session{
		Snapshot: task.Snapshot,
		Point:    func(p rnn.Point) { task.Report(experiment.Point(p)) },
		Save:     task.Save,
		Cores:    task.Cores,
		Progress: func(step int) { task.Progress(step, config.Steps(t.Corpus.Train.Len())) },
		Sample: func(s rnn.Sample) {
			task.Sample(experiment.Sample{Step: s.Step, Name: s.Name, Class: s.Class, Guess: s.Guess})
		},
	}
}

func outcome(r *rnn.Result) experiment.Outcome {
	o := experiment.Outcome{
		Best:                 experiment.Point(r.Best),
		TestAccuracy:         r.TestAccuracy,
		TestBalancedAccuracy: r.TestBalancedAccuracy,
		Checkpoint:           r.Checkpoint,
	}
	for _, p := range r.Predictions {
		o.Predictions = append(o.Predictions, experiment.Prediction{Class: p.Class, Confidence: p.Confidence})
	}
	return o
}

// translate marks, for the experiment, what is not a failure.
func translate(err error) error {
	switch {
	case errors.Is(err, rnn.ErrDiverged):
		return marked{err, experiment.ErrDiverged}
	case errors.Is(err, rnn.ErrSnapshot):
		return marked{err, experiment.ErrSnapshot}
	}
	return err
}

// marked is an error that is of another kind as well.
type marked struct {
	error
	kind error
}

func (m marked) Unwrap() []error { return []error{m.error, m.kind} }
