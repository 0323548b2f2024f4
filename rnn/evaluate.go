package rnn

import (
	"cmp"
	"context"
	"math"
	"slices"

	"sweep/data"
)

// Prediction is what a model says about one name.
type Prediction struct {
	Class      int     // index into the classes, the first of the most probable
	Confidence float64 // its probability
}

// Evaluation is how well a model does on a set.
type Evaluation struct {
	Loss             float64      // mean negative log-likelihood, nats
	Accuracy         float64      // share of names classified right
	BalancedAccuracy float64      // mean over the classes that occur of the share of theirs classified right
	Predictions      []Prediction // one for each example, in order
}

// Batches of an evaluation: enough names to make matrix products of them, few enough letters to stay in the cache.
const (
	evaluationNames   = 64
	evaluationLetters = 1024
)

// evaluator runs a model over one set again and again.
type evaluator struct {
	networks *ensemble
	set      *data.Set
	order    []int // longest names first, so that a batch holds names of about one length
	losses   []float64
	results  []Prediction
}

func newEvaluator(networks *ensemble, set *data.Set) *evaluator {
	e := &evaluator{
		networks: networks, set: set,
		order:   make([]int, set.Len()),
		losses:  make([]float64, set.Len()),
		results: make([]Prediction, set.Len()),
	}
	for i := range e.order {
		e.order[i] = i
	}
	slices.SortStableFunc(e.order, func(a, b int) int {
		return cmp.Compare(len(set.Examples[b].Letters), len(set.Examples[a].Letters))
	})
	return e
}

// run classifies every name of the set. It returns early, with an error, only when the context ends.
func (e *evaluator) run(ctx context.Context) (Evaluation, error) {
	for rest := e.order; len(rest) > 0; {
		if err := ctx.Err(); err != nil {
			return Evaluation{}, err
		}
		n := e.fill(rest)
		e.networks.ask()
		e.collect(rest[:n])
		rest = rest[n:]
	}
	return e.summary(), nil
}

// fill puts as many names into the batch as belong in one, and returns how many.
func (e *evaluator) fill(order []int) int {
	names := e.networks.batch()
	names.reset()
	letters := 0
	for i, index := range order {
		example := &e.set.Examples[index]
		letters += len(example.Letters)
		if i == evaluationNames || i > 0 && letters > evaluationLetters {
			return i
		}
		names.add(example.Letters, example.Class)
	}
	return len(order)
}

func (e *evaluator) collect(order []int) {
	names := e.networks.batch()
	for slot, class := range names.classes {
		logp := e.networks.answer(slot)
		index := order[names.order[slot]]
		best := likeliest(logp)
		e.losses[index] = -float64(logp[class])
		e.results[index] = Prediction{best, math.Exp(float64(logp[best]))}
	}
}

// likeliest returns the index of the first of the largest values.
func likeliest(values []float32) int {
	best := 0
	for i, v := range values {
		if v > values[best] {
			best = i
		}
	}
	return best
}

// summary adds up in the order of the set, whatever the batches were.
func (e *evaluator) summary() Evaluation {
	counts := e.set.ClassCounts()
	hits := make([]int, len(counts))
	loss, right := 0.0, 0
	for i, example := range e.set.Examples {
		loss += e.losses[i]
		if e.results[i].Class == example.Class {
			hits[example.Class]++
			right++
		}
	}
	n := float64(e.set.Len())
	return Evaluation{loss / n, float64(right) / n, meanRecall(hits, counts), slices.Clone(e.results)}
}

// meanRecall is the mean of hits[c]/counts[c] over the classes that occur.
func meanRecall(hits, counts []int) float64 {
	sum, classes := 0.0, 0
	for class, n := range counts {
		if n > 0 {
			sum += float64(hits[class]) / float64(n)
			classes++
		}
	}
	return sum / float64(classes)
}
