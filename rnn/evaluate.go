package rnn

import (
	"cmp"
	"context"
	"math"
	"slices"
	"sync/atomic"

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
	model   *Model
	set     *data.Set
	batches [][]int     // what is run together, as indices into the set
	crew    []*ensemble // one for each core, made when first needed
	losses  []float64
	results []Prediction
}

func newEvaluator(m *Model, set *data.Set) *evaluator {
	return &evaluator{
		model: m, set: set,
		batches: inBatches(set),
		losses:  make([]float64, set.Len()),
		results: make([]Prediction, set.Len()),
	}
}

// inBatches deals out a set, longest names first, so that a batch holds names of about one length.
func inBatches(set *data.Set) [][]int {
	order := make([]int, set.Len())
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(len(set.Examples[b].Letters), len(set.Examples[a].Letters))
	})
	var batches [][]int
	for len(order) > 0 {
		n, letters := 1, len(set.Examples[order[0]].Letters)
		for n < min(evaluationNames, len(order)) && letters+len(set.Examples[order[n]].Letters) <= evaluationLetters {
			letters += len(set.Examples[order[n]].Letters)
			n++
		}
		batches, order = append(batches, order[:n]), order[n:]
	}
	return batches
}

// run classifies every name of the set on a number of cores, which the result does not depend on. It fails only when
// the context ends.
func (e *evaluator) run(ctx context.Context, cores int) (Evaluation, error) {
	cores = max(1, min(cores, len(e.batches)))
	for len(e.crew) < cores {
		e.crew = append(e.crew, e.model.newEnsemble())
	}
	var next atomic.Int64
	inParallel(cores, func(core int) {
		for ctx.Err() == nil {
			i := int(next.Add(1)) - 1
			if i >= len(e.batches) {
				return
			}
			e.classify(e.crew[core], e.batches[i])
		}
	})
	if err := ctx.Err(); err != nil {
		return Evaluation{}, err
	}
	return e.summary(), nil
}

// classify answers for the names of a batch.
func (e *evaluator) classify(networks *ensemble, indices []int) {
	names := networks.batch()
	names.reset()
	for _, index := range indices {
		names.add(e.set.Examples[index].Letters, e.set.Examples[index].Class)
	}
	networks.ask()
	for slot, class := range names.classes {
		logp := networks.answer(slot)
		index := indices[names.order[slot]]
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
