package rnn

import (
	"context"
	"math"
	"math/rand/v2"

	"sweep/data"
	"sweep/rnn/kernel"
)

// Train trains one model and returns the best of the checkpoints its evaluations saw. Everything in the result follows
// from cfg, seed, the corpus and sel; interruptions leave no trace in it.
//
// The error is or wraps [ErrConfig] if cfg or sel makes no sense, [ErrSnapshot] if the session's snapshot cannot be
// gone on from, a [*DivergedError], or ctx.Err() after offering a last snapshot.
func Train(ctx context.Context, cfg Config, seed uint64, corpus *data.Corpus, sel Selection, s Session) (*Result, error) {
	t, err := newTraining(cfg, seed, corpus, sel)
	if err != nil {
		return nil, err
	}
	if s.Snapshot != nil {
		if err := t.restore(s.Snapshot); err != nil {
			return nil, err
		}
	}
	if err := t.run(ctx, &s); err != nil {
		return nil, err
	}
	return t.result(ctx, &s)
}

// training is a run under way.
type training struct {
	config     Config
	seed       uint64
	corpus     *data.Corpus
	selection  Selection
	iterations int // to do in all

	model      *Model
	networks   *ensemble
	sampler    sampler
	criterion  criterion
	optimizer  optimizer // nil: plain gradient descent straight into the weights
	gradient   []float32
	gradients  []*weights // views of gradient, of each network
	validation *evaluator

	streams streams
	state   state
	best    []float32 // parameters at state.best
}

// streams are the generators that advance while a run goes on. Those that are used up at once are not among them.
type streams struct{ order, dropout, sample *rand.PCG }

// state is the small change of a run, all of it in its snapshots.
type state struct {
	step  int     // iterations done
	sum   float64 // of the losses since the last point
	since int     // number of them
	best  Point   // step 0: none yet
	stale int     // evaluations since best
}

func newTraining(cfg Config, seed uint64, corpus *data.Corpus, sel Selection) (*training, error) {
	cfg, err := cfg.Resolve()
	if err != nil {
		return nil, err
	}
	t := &training{config: cfg, seed: seed, corpus: corpus, selection: sel, iterations: cfg.Steps(corpus.Train.Len())}
	if err := sel.check(); err != nil {
		return nil, err
	}
	if cfg.Warmup > t.iterations {
		return nil, refuse("warmup is %d; allowed: up to the number of iterations, %d", cfg.Warmup, t.iterations)
	}
	t.build()
	return t, nil
}

func (t *training) build() {
	t.streams = streams{newStream(t.seed, "order"), newStream(t.seed, "dropout"), newStream(t.seed, "sample")}
	t.model = newModel(t.config, t.corpus.Classes, t.corpus.SHA256)
	t.model.layout.initialise(t.model.params, t.seed)
	t.best = make([]float32, len(t.model.params))
	t.networks = newEnsemble(t.config, t.model.layout.shape, t.model.weights, rand.New(t.streams.dropout))
	t.sampler = newSampler(t.config, t.corpus.Train, t.seed, t.streams.order)
	t.criterion = newCriterion(t.config, t.corpus.Train.ClassCounts())
	t.validation = newEvaluator(t.model, t.corpus.Validation)
	t.optimizer = newOptimizer(t.config, len(t.model.params))
	if t.optimizer != nil {
		t.gradient = kernel.Aligned(len(t.model.params))
		t.gradients = t.model.layout.view(t.gradient)
	}
}

// run trains to the end. It looks at the context before every iteration, which costs a few nanoseconds.
func (t *training) run(ctx context.Context, s *Session) error {
	for !t.finished() {
		select {
		case <-ctx.Done():
			t.save(s)
			return ctx.Err()
		default:
		}
		if err := t.advance(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// finished reports whether nothing is left to do, neither an iteration nor a report.
func (t *training) finished() bool {
	patience := t.config.Patience
	return !t.due() && (t.state.step >= t.iterations || patience > 0 && t.state.stale >= patience)
}

// advance does the next thing: the report that is due, or one iteration.
func (t *training) advance(ctx context.Context, s *Session) error {
	switch {
	case !t.due():
		return t.iterate()
	case t.evaluationDue():
		return t.evaluate(ctx, s)
	}
	t.emit(s, Point{Step: t.state.step, ValLoss: math.NaN(), ValAccuracy: math.NaN(), ValBalancedAccuracy: math.NaN()})
	return nil
}

// due reports whether a point belongs after the iterations done and was not reported yet.
func (t *training) due() bool {
	return t.state.since > 0 && (t.state.step%t.config.ReportEvery == 0 || t.evaluationDue())
}

func (t *training) evaluationDue() bool {
	return t.state.step%t.config.EvaluateEvery == 0 || t.state.step == t.iterations
}

// iterate draws a batch and takes one step. The error is that of divergence.
func (t *training) iterate() error {
	t.state.step++
	t.networks.batch().reset()
	t.sampler.fill(t.networks.batch(), t.state.step)
	loss := t.learn()
	if loss-loss != 0 {
		return &DivergedError{t.state.step, loss}
	}
	t.state.sum += loss
	t.state.since++
	return nil
}

// learn takes one step on the batch of the networks and returns the loss before it.
func (t *training) learn() float64 {
	rate := t.config.rate(t.state.step, t.iterations)
	if t.optimizer == nil {
		return t.networks.learn(&t.criterion, -rate, t.model.weights)
	}
	clear(t.gradient)
	loss := t.networks.learn(&t.criterion, 1, t.gradients)
	if t.config.Clip > 0 {
		for _, n := range t.model.layout.networks {
			clip(t.gradient[n.start:n.end], t.config.Clip)
		}
	}
	t.optimizer.step(t.model.params, t.gradient, rate, t.state.step)
	return loss
}
