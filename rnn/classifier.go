package rnn

import (
	"cmp"
	"math"
	"slices"

	"sweep/data"
)

// Classifier answers for many texts with one model, in batches and on buffers of its own. It is for one goroutine.
type Classifier struct {
	model    *Model
	networks *ensemble
}

// NewClassifier returns a classifier that uses m.
func (m *Model) NewClassifier() *Classifier {
	return &Classifier{model: m, networks: m.newEnsemble()}
}

// Classify folds texts and returns for each what [Model.Predict] would: every class with its probability, the most
// probable first, or nil if nothing is left of the text.
func (c *Classifier) Classify(texts []string) [][]Guess {
	answers := make([][]Guess, len(texts))
	names := make([]int, 0, evaluationNames) // where the names of the batch stand in texts
	letters := 0
	batch := c.networks.batch()
	batch.reset()
	flush := func() {
		c.answer(answers, names)
		batch.reset()
		names, letters = names[:0], 0
	}
	for i, text := range texts {
		folded := data.Fold(text)
		if folded == "" {
			continue
		}
		if len(names) == evaluationNames || len(names) > 0 && letters+len(folded) > evaluationLetters {
			flush()
		}
		batch.add(data.Encode(folded), 0)
		names, letters = append(names, i), letters+len(folded)
	}
	flush()
	return answers
}

// answer runs the batch and writes the guesses for its names.
func (c *Classifier) answer(answers [][]Guess, names []int) {
	if len(names) == 0 {
		return
	}
	c.networks.ask()
	for slot, added := range c.networks.batch().order {
		answers[names[added]] = c.guesses(c.networks.answer(slot))
	}
}

func (c *Classifier) guesses(logp []float32) []Guess {
	guesses := make([]Guess, len(logp))
	for class, v := range logp {
		guesses[class] = Guess{c.model.classes[class], math.Exp(float64(v))}
	}
	slices.SortStableFunc(guesses, func(a, b Guess) int { return cmp.Compare(b.Probability, a.Probability) })
	return guesses
}
