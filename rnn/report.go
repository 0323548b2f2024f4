package rnn

import (
	"context"
	"math/rand/v2"
)

// evaluate runs the validation pass and what follows from it: a point, perhaps a new best, a snapshot. If the context
// ends it does nothing; the pass is due again.
func (t *training) evaluate(ctx context.Context, s *Session) error {
	e, err := t.validation.run(ctx, s.cores())
	if err != nil {
		return nil // the caller sees the context
	}
	if e.Loss-e.Loss != 0 || !t.model.finite() {
		return &DivergedError{t.state.step, e.Loss}
	}
	t.sample(s, e.Predictions)
	t.keep(t.emit(s, Point{t.state.step, 0, e.Loss, e.Accuracy, e.BalancedAccuracy}))
	t.save(s)
	return nil
}

// emit completes a point with the mean training loss, passes it on and starts the next mean.
func (t *training) emit(s *Session, p Point) Point {
	p.TrainLoss = t.state.sum / float64(t.state.since)
	t.state.sum, t.state.since = 0, 0
	if s.Point != nil {
		s.Point(p)
	}
	if s.Progress != nil && p.Step%t.config.ReportEvery == 0 {
		s.Progress(p.Step)
	}
	return p
}

// keep remembers the parameters if p is the best point so far.
func (t *training) keep(p Point) {
	if t.state.best.Step > 0 && !t.selection.better(p, t.state.best) {
		t.state.stale++
		return
	}
	t.state.best, t.state.stale = p, 0
	copy(t.best, t.model.params)
}

// sample shows one validation example. Its stream moves on whether or not anyone looks.
func (t *training) sample(s *Session, predictions []Prediction) {
	i := rand.New(t.streams.sample).IntN(len(predictions))
	if s.Sample == nil {
		return
	}
	example, guess := t.corpus.Validation.Examples[i], predictions[i].Class
	s.Sample(Sample{
		Step:  t.state.step,
		Name:  example.Name,
		Class: t.corpus.Classes[example.Class],
		Guess: t.corpus.Classes[guess],
		Right: guess == example.Class,
	})
}

func (t *training) save(s *Session) {
	if s.Save != nil {
		s.Save(t.state.step, t.snapshot)
	}
}

// result evaluates the best model on the test split, once.
func (t *training) result(ctx context.Context, s *Session) (*Result, error) {
	best := newModel(t.config, t.corpus.Classes, t.corpus.SHA256)
	copy(best.params, t.best)
	e, err := newEvaluator(best, t.corpus.Test).run(ctx, s.cores())
	if err != nil {
		t.save(s)
		return nil, err
	}
	return &Result{
		BestStep:             t.state.best.Step,
		Best:                 t.state.best,
		Steps:                t.state.step,
		Checkpoint:           best.Checkpoint(),
		Predictions:          e.Predictions,
		TestLoss:             e.Loss,
		TestAccuracy:         e.Accuracy,
		TestBalancedAccuracy: e.BalancedAccuracy,
	}, nil
}
