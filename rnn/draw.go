package rnn

import (
	"fmt"
	"math/rand/v2"

	"sweep/data"
)

// sampler chooses the names of every iteration. What it chooses depends on the seed and the iteration alone, given the
// state of its stream, so a snapshot needs to keep no more than that.
type sampler interface {
	// fill adds the names of the n-th iteration, n = 1, 2, …, to b. Iterations come in order.
	fill(b *batch, n int)
}

func newSampler(c Config, set *data.Set, seed uint64, stream *rand.PCG) sampler {
	if c.Draw == "natural" {
		return &epochs{set: set, size: c.BatchSize, seed: seed, epoch: -1, order: make([]int, set.Len())}
	}
	return balanced{set, c.BatchSize, rand.New(stream)}
}

// iterationsPerEpoch is how many batches the split makes, the last one perhaps smaller.
func iterationsPerEpoch(names, batch int) int { return (names + batch - 1) / batch }

// balanced draws a class uniformly, then one of its names uniformly, as the tutorial does.
type balanced struct {
	set  *data.Set
	size int
	rng  *rand.Rand
}

func (s balanced) fill(b *batch, _ int) {
	for range s.size {
		example := &s.set.Examples[s.set.Draw(s.rng)]
		b.add(example.Letters, example.Class)
	}
}

// epochs takes every name once an epoch, in an order shuffled by a stream of that epoch's own.
type epochs struct {
	set   *data.Set
	size  int
	seed  uint64
	epoch int
	order []int // of the epoch
}

func (s *epochs) fill(b *batch, n int) {
	perEpoch := iterationsPerEpoch(len(s.order), s.size)
	s.shuffle((n - 1) / perEpoch)
	first := (n - 1) % perEpoch * s.size
	for _, index := range s.order[first:min(first+s.size, len(s.order))] {
		example := &s.set.Examples[index]
		b.add(example.Letters, example.Class)
	}
}

// shuffle makes order that of an epoch.
func (s *epochs) shuffle(epoch int) {
	if epoch == s.epoch {
		return
	}
	s.epoch = epoch
	for i := range s.order {
		s.order[i] = i
	}
	rng := rand.New(newStream(s.seed, fmt.Sprintf("epoch %d", epoch)))
	rng.Shuffle(len(s.order), func(i, j int) { s.order[i], s.order[j] = s.order[j], s.order[i] })
}
