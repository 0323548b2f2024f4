package rnn

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"sweep/data"
)

// recorder is a session that remembers points by step.
type recorder struct {
	points map[int]string
	order  []int
}

func (r *recorder) session() *Session {
	return &Session{Point: func(p Point) {
		if r.points == nil {
			r.points = map[int]string{}
		}
		r.points[p.Step] = fmt.Sprint(p)
		r.order = append(r.order, p.Step)
	}}
}

func finish(t *testing.T, run *training, s *Session) *Result {
	t.Helper()
	if err := run.run(context.Background(), s); err != nil {
		t.Fatal(err)
	}
	result, err := run.result(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// TestResume stops runs at random moments, goes on from snapshots, and finds the points and the result of a run that was
// left alone, to the bit.
func TestResume(t *testing.T) {
	t.Parallel()
	for _, c := range variants {
		t.Run(c.title(), func(t *testing.T) {
			t.Parallel()
			var undisturbed, disturbed recorder
			want := finish(t, startTraining(t, c, 11), undisturbed.session())
			rng := rand.New(rand.NewPCG(3, uint64(len(c.title()))))
			run := startTraining(t, c, 11)
			for !run.finished() {
				for range rng.IntN(12) {
					if !run.finished() {
						if err := run.advance(context.Background(), disturbed.session()); err != nil {
							t.Fatal(err)
						}
					}
				}
				snapshot := run.snapshot()
				run = startTraining(t, c, 11)
				if err := run.restore(snapshot); err != nil {
					t.Fatal(err)
				}
			}
			got := finish(t, run, disturbed.session())
			if !reflect.DeepEqual(got, want) {
				t.Errorf("result differs after interruptions: step %d, %+v, want step %d, %+v", got.BestStep, got.Best, want.BestStep, want.Best)
			}
			if !reflect.DeepEqual(undisturbed.points, disturbed.points) {
				t.Errorf("points differ after interruptions:\n%v\n%v", disturbed.points, undisturbed.points)
			}
		})
	}
}

// TestResumeByCancelling does the same through Train, cancelled from within.
func TestResumeByCancelling(t *testing.T) {
	t.Parallel()
	corpus := smallCorpus()
	c := Config{Cell: "gru", HiddenSize: 6, Iterations: 500, ReportEvery: 10, EvaluateEvery: 50, Optimizer: "adam"}
	want, err := Train(t.Context(), c, 1, corpus, byAccuracy, Session{})
	if err != nil {
		t.Fatal(err)
	}
	var snapshot []byte
	for stops := 0; ; stops++ {
		ctx, cancel := context.WithCancel(t.Context())
		countdown := 13
		result, err := Train(ctx, c, 1, corpus, byAccuracy, Session{
			Snapshot: snapshot,
			Save:     func(_ int, encode func() []byte) { snapshot = encode() },
			Progress: func(int) {
				if countdown--; countdown == 0 {
					cancel()
				}
			},
		})
		cancel()
		if err == nil {
			if !reflect.DeepEqual(result, want) || stops != 3 {
				t.Errorf("after %d stops another result, or not 3 stops", stops)
			}
			return
		}
		if step, stepErr := SnapshotStep(snapshot); !errors.Is(err, context.Canceled) || stepErr != nil || step != 130*(stops+1) {
			t.Fatalf("stop %d: %v, snapshot at %d: %v", stops, err, step, stepErr)
		}
	}
}

// TestOneAnswer trains the same twice, and another seed.
func TestOneAnswer(t *testing.T) {
	t.Parallel()
	for _, c := range variants {
		first := finish(t, startTraining(t, c, 1), &Session{})
		if !reflect.DeepEqual(first, finish(t, startTraining(t, c, 1), &Session{})) {
			t.Errorf("%s: two runs of one seed differ", c.title())
		}
		if bytes.Equal(first.Checkpoint, finish(t, startTraining(t, c, 2), &Session{}).Checkpoint) {
			t.Errorf("%s: another seed gives the same model", c.title())
		}
	}
}

// TestPoints says when points come and what they carry.
func TestPoints(t *testing.T) {
	t.Parallel()
	var points []Point
	var steps []int
	samples := 0
	c := Config{HiddenSize: 4, Iterations: 70, ReportEvery: 20, EvaluateEvery: 50}
	_, err := Train(t.Context(), c, 1, smallCorpus(), byAccuracy, Session{
		Point:    func(p Point) { points = append(points, p) },
		Progress: func(step int) { steps = append(steps, step) },
		Sample:   func(Sample) { samples++ },
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []struct {
		step      int
		evaluated bool
	}{{20, false}, {40, false}, {50, true}, {60, false}, {70, true}}
	for i, p := range points {
		if i >= len(want) || p.Step != want[i].step || math.IsNaN(p.ValLoss) == want[i].evaluated || math.IsNaN(p.TrainLoss) {
			t.Fatalf("point %d is %+v, want %v", i, p, want)
		}
	}
	if fmt.Sprint(steps) != "[20 40 60]" || samples != 2 || len(points) != len(want) {
		t.Errorf("%d points, progress at %v, %d samples", len(points), steps, samples)
	}
}

// TestLearns tells the classes of the small corpus apart with every cell.
func TestLearns(t *testing.T) {
	t.Parallel()
	for _, cell := range cells {
		c := Config{Cell: cell, HiddenSize: 8, Optimizer: "adam", LearningRate: 0.01, BatchSize: 4, Iterations: 600}
		result := finish(t, startTraining(t, c, 1), &Session{})
		if result.Best.ValAccuracy < 0.8 {
			t.Errorf("%s: best validation accuracy %.2f at step %d", cell, result.Best.ValAccuracy, result.BestStep)
		}
	}
}

func TestDivergence(t *testing.T) {
	t.Parallel()
	for _, c := range []Config{
		{LearningRate: 1e4}, {LearningRate: 1e30, EvaluateEvery: 1}, {LearningRate: 1e10, Activation: "relu", BatchSize: 4},
	} {
		c.HiddenSize, c.Iterations = 8, 1000
		_, err := Train(t.Context(), c, 1, smallCorpus(), byAccuracy, Session{})
		var diverged *DivergedError
		if !errors.Is(err, ErrDiverged) || !errors.As(err, &diverged) || diverged.Step == 0 {
			t.Errorf("learning rate %g: %v, want a divergence", c.LearningRate, err)
		}
	}
}

// TestCancelled stops a run that has hours to go, and it offers a snapshot.
func TestCancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	saved := 0
	_, err := Train(ctx, Config{HiddenSize: 256, Iterations: 1 << 30}, 1, smallCorpus(), byAccuracy,
		Session{Save: func(step int, _ func() []byte) { saved = step }})
	if !errors.Is(err, context.DeadlineExceeded) || saved == 0 {
		t.Errorf("%v, last snapshot offered at %d", err, saved)
	}
}

func TestPatience(t *testing.T) {
	t.Parallel()
	c := Config{HiddenSize: 4, LearningRate: 1e-9, Patience: 3, Iterations: 10_000}
	result := finish(t, startTraining(t, c, 1), &Session{})
	if result.Steps-result.BestStep != 3*30 {
		t.Errorf("stopped after %d, best at %d, evaluations are 30 apart", result.Steps, result.BestStep)
	}
}

// TestKeep counts evaluations since the best, from nothing after every new best.
func TestKeep(t *testing.T) {
	t.Parallel()
	run := startTraining(t, Config{HiddenSize: 2}, 1)
	var stale []int
	for step, accuracy := range []float64{0.1, 0.1, 0.05, 0.3, 0.2} {
		run.model.params[0] = float32(accuracy)
		run.keep(Point{Step: step + 1, ValAccuracy: accuracy})
		stale = append(stale, run.state.stale)
	}
	if fmt.Sprint(stale) != "[0 1 2 0 1]" || run.state.best.Step != 4 || run.best[0] != 0.3 {
		t.Errorf("stale %v, best at %d with weight %v", stale, run.state.best.Step, run.best[0])
	}
}

// TestDropout keeps the mean, drops the share asked for, and draws once for every unit that is not padding.
func TestDropout(t *testing.T) {
	t.Parallel()
	const hidden, n = 17, 500
	s := shape{hidden: hidden, width: padded(hidden), directions: 1}
	features := make([]float32, n*s.width)
	repeat(features, append(slices.Repeat([]float32{1}, hidden), make([]float32, s.width-hidden)...))
	stream, same := newStream(1, "dropout"), newStream(1, "dropout")
	var mask []float32
	dropout{0.25, rand.New(stream)}.apply(features, &mask, s)
	kept := 0
	for i, v := range features {
		switch {
		case v == float32(1/0.75) && i%s.width < hidden:
			kept++
		case v != 0:
			t.Fatalf("unit %d becomes %v", i, v)
		}
	}
	if share := float64(kept) / (hidden * n); math.Abs(share-0.75) > 0.02 {
		t.Errorf("keeps %v of the units, want 0.75", share)
	}
	for range hidden * n {
		same.Uint64()
	}
	if stream.Uint64() != same.Uint64() {
		t.Error("another number of draws than units")
	}
}

// TestHiddenLetters hides the share asked for of the letters trained on, leaves the corpus alone, and hides none when a
// model is used.
func TestHiddenLetters(t *testing.T) {
	t.Parallel()
	run := startTraining(t, Config{HiddenSize: 2, LetterDropout: 0.25}, 1)
	shown := []uint8{1, 2, 3, 4, 5, 6, 7, 8}
	letters, unseen := 0, 0
	for range 2_000 {
		run.networks.batch().reset()
		run.networks.batch().add(shown, 0)
		run.networks.batch().add(shown[:3], 0)
		run.networks.forward(0)
		for _, name := range run.networks.batch().names {
			for i, letter := range name {
				letters++
				if letter == hiddenLetter {
					unseen++
				} else if letter != shown[i] {
					t.Fatalf("%v became %v", shown[:len(name)], name)
				}
			}
		}
	}
	if share := float64(unseen) / float64(letters); math.Abs(share-0.25) > 0.015 {
		t.Errorf("%.3f of %d letters are hidden, want 0.25", share, letters)
	}
	if shown[0] != 1 || slices.Contains(shown, hiddenLetter) {
		t.Errorf("the name added is now %v", shown)
	}
	used := run.model.newEnsemble()
	used.batch().add(shown, 0)
	used.ask()
	if slices.Contains(used.batch().names[0], hiddenLetter) {
		t.Errorf("a model that is used sees %v", used.batch().names[0])
	}
}

// TestNoAllocation trains without allocating once buffers have grown.
func TestNoAllocation(t *testing.T) {
	for _, c := range variants {
		c.Iterations = 1 << 30
		run := startTraining(t, c, 1)
		run.config.ReportEvery, run.config.EvaluateEvery = 1<<30, 1<<30
		train := func() {
			if err := run.advance(t.Context(), &Session{}); err != nil {
				t.Fatal(err)
			}
		}
		for range 300 {
			train()
		}
		if n := testing.AllocsPerRun(200, train); n != 0 {
			t.Errorf("%s: %v allocations an iteration", c.title(), n)
		}
	}
}

// TestNaturalDraw takes every name once an epoch, in another order the next.
func TestNaturalDraw(t *testing.T) {
	t.Parallel()
	c := Config{HiddenSize: 2, Draw: "natural", BatchSize: 7, Epochs: 3}
	run := startTraining(t, c, 1)
	perEpoch := iterationsPerEpoch(run.corpus.Train.Len(), 7)
	if run.iterations != 3*perEpoch {
		t.Fatalf("%d iterations, want 3 epochs of %d", run.iterations, perEpoch)
	}
	var epochs [3][]string
	for n := range run.iterations {
		var b batch
		run.sampler.fill(&b, n+1)
		for _, letters := range b.unsortedNames {
			epochs[n/perEpoch] = append(epochs[n/perEpoch], fmt.Sprint(&letters[0]))
		}
	}
	for i, names := range epochs {
		seen := map[string]bool{}
		for _, name := range names {
			seen[name] = true
		}
		if len(names) != run.corpus.Train.Len() || len(seen) != len(names) {
			t.Errorf("epoch %d has %d names, %d different, of %d", i, len(names), len(seen), run.corpus.Train.Len())
		}
	}
	if reflect.DeepEqual(epochs[0], epochs[1]) {
		t.Error("two epochs in one order")
	}
}

// TestEvaluationAgrees compares the batched pass with one name at a time, and the summary with a count by hand.
func TestEvaluationAgrees(t *testing.T) {
	t.Parallel()
	run := startTraining(t, Config{Cell: "lstm", HiddenSize: 20}, 1)
	set := run.corpus.Train
	e := run.model.Evaluate(set)
	right, loss := 0, 0.0
	for i, example := range set.Examples {
		logp := logProbabilities(run.model, example.Letters)
		if e.Predictions[i].Class != likeliest(logp) || e.Predictions[i].Confidence != math.Exp(float64(logp[likeliest(logp)])) {
			t.Fatalf("%s is %v in a batch, log p alone is %v", example.Name, e.Predictions[i], logp)
		}
		loss -= float64(logp[example.Class]) / float64(set.Len())
		if likeliest(logp) == example.Class {
			right++
		}
	}
	if math.Abs(e.Loss-loss) > 1e-12 || e.Accuracy != float64(right)/float64(set.Len()) {
		t.Errorf("loss %v, accuracy %v; by hand %v, %d of %d", e.Loss, e.Accuracy, loss, right, set.Len())
	}
}

func TestMeanRecall(t *testing.T) {
	t.Parallel()
	if got := meanRecall([]int{1, 0, 3, 0}, []int{2, 5, 3, 0}); got != 0.5 {
		t.Errorf("recalls 1/2, 0/5, 3/3 and a class without names have mean %v, want 0.5", got)
	}
}

// TestClassPrior gives a class that is e times as common τ more, and a class without names nothing.
func TestClassPrior(t *testing.T) {
	t.Parallel()
	prior := classPrior(2, []int{100, 10, 0})
	if got, want := float64(prior[0]-prior[1]), 2*math.Log(10); math.Abs(got-want) > 1e-6 || prior[2] != 0 {
		t.Errorf("prior is %v, want %v between the first two and 0 for the last", prior, want)
	}
	if classPrior(0, []int{1, 2}) != nil {
		t.Error("a τ of 0 asks for a prior")
	}
}

// TestEvaluationOnAnyCores runs one evaluation on one core and on several, which find the same to the bit.
func TestEvaluationOnAnyCores(t *testing.T) {
	t.Parallel()
	for _, c := range []Config{{}, {Cell: "lstm", Layers: 2, EmbeddingSize: 8, EnsembleSize: 2}} {
		run, err := newTraining(c, 3, data.Default(), Selection{Metric: "val_loss"})
		if err != nil {
			t.Fatal(err)
		}
		if n := len(run.validation.batches); n < 10 {
			t.Fatalf("%d batches are too few to share", n)
		}
		alone, err := run.validation.run(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, cores := range []int{2, 5, 100} {
			clear(run.validation.results)
			clear(run.validation.losses)
			together, err := run.validation.run(t.Context(), cores)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(together, alone) {
				t.Errorf("%d cores find %v, one %v", cores, together.Loss, alone.Loss)
			}
		}
	}
}

// TestBits holds short trainings to their weights, bit by bit, on amd64 and arm64. Whoever changes them changes
// the results of every sweep: ledgers of before do not reproduce, and the figures in the documents want another look.
func TestBits(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		config Config
		want   string
	}{
		{Config{HiddenSize: 40}, "f7280d3c861cfe18"},
		{Config{HiddenSize: 96, Activation: "tanh"}, "523d17a419e2f2c6"},
		{Config{HiddenSize: 32, Cell: "gru", Layers: 2, Dropout: 0.2}, "c260353878dc983d"},
		{Config{HiddenSize: 32, Cell: "lstm", Optimizer: "adam", BatchSize: 4, EmbeddingSize: 8, EnsembleSize: 2}, "8af713627113a0f9"},
	} {
		test.config.Iterations, test.config.EvaluateEvery = 200, 100
		run, err := newTraining(test.config, 1, data.Default(), Selection{Metric: "val_loss", Minimize: true})
		if err != nil {
			t.Fatal(err)
		}
		if err := run.run(t.Context(), &Session{}); err != nil {
			t.Fatal(err)
		}
		hash := fnv.New64a()
		binary.Write(hash, binary.LittleEndian, run.model.params)
		if got := fmt.Sprintf("%016x", hash.Sum64()); got != test.want {
			t.Errorf("%+v: weights hash to %s, not %s", test.config, got, test.want)
		}
	}
}
