package rnn

import (
	"math/rand/v2"
	"slices"
	"testing"

	"sweep/data"
	"sweep/rnn/kernel"
)

// TestPackedLikeTorch packs as torch.nn.utils.rnn.pack_sequence does.
func TestPackedLikeTorch(t *testing.T) {
	t.Parallel()
	var b batch
	for _, name := range []string{"ab", "cdef", "g", "hi"} {
		b.add(data.Encode(name), 0)
	}
	b.pack(0, dropout{})
	if want := []int{1, 0, 3, 2}; !slices.Equal(b.order, want) {
		t.Errorf("order of slots %v, want %v", b.order, want)
	}
	if want := []int{0, 4, 7, 8, 9}; !slices.Equal(b.starts, want) {
		t.Errorf("steps start at %v, want %v", b.starts, want)
	}
	if want := data.Encode("cahgdbief"); !slices.Equal(b.letters, want) {
		t.Errorf("letters %v, want %v", b.letters, want)
	}
	if want := data.Encode("fbigeahdc"); !slices.Equal(b.turned, want) {
		t.Errorf("letters from the end %v, want %v", b.turned, want)
	}
	if want := []int{8, 4, 5 + 1, 3}; b.last[0] != want[0] || b.last[3] != want[3] {
		t.Errorf("last rows %v", b.last)
	}
}

// TestCompanyChangesNothing runs every name alone and in a batch with others: its logits and the gradients it sends back
// are equal to the bit, so there is neither padding nor a second way of computing things.
func TestCompanyChangesNothing(t *testing.T) {
	t.Parallel()
	names := []string{"Ada", "O'Neill", "X", "Ada", "de la Cruz", "Li", "Wolfeschlegelsteinhausenbergerdorff"}
	wide := []Config{{HiddenSize: 80}, {Cell: "lstm", HiddenSize: 30}} // forward goes up and down over their weights
	for _, c := range append(wide, variants...) {
		t.Run(c.title(), func(t *testing.T) {
			t.Parallel()
			c.Dropout = 0
			run := startTraining(t, c, 5)
			together := run.model.newEnsemble().pass
			for _, name := range names {
				together.batch.add(data.Encode(name), 1)
			}
			together.forward()
			run.criterion.loss(together, float64(len(names)))
			together.backward()
			for slot, index := range together.batch.order {
				alone := run.model.newEnsemble().pass
				alone.batch.add(data.Encode(names[index]), 1)
				alone.forward()
				run.criterion.loss(alone, 1)
				alone.backward()
				compareSlot(t, names[index], alone, together, slot)
			}
		})
	}
}

func compareSlot(t *testing.T, name string, alone, together *pass, slot int) {
	t.Helper()
	k := alone.shape.logits
	if !slices.Equal(alone.logits, rows(together.logits, slot, slot+1, k)) {
		t.Errorf("%s: other logits in company", name)
	}
	g := alone.shape.gates
	for i := range alone.layers {
		for d, u := range alone.layers[i].units {
			other := together.layers[i].units[d]
			for row := range alone.batch.rows() {
				with := together.batch.starts[row] + slot
				if !slices.Equal(rows(u.dinput, row, row+1, g), rows(other.dinput, with, with+1, g)) {
					t.Fatalf("%s: layer %d, direction %d, letter %d: another gradient in company", name, i, d, row)
				}
			}
		}
	}
}

// TestBatchGradientIsMean compares the gradient of a batch with the mean of those of its names.
func TestBatchGradientIsMean(t *testing.T) {
	t.Parallel()
	for _, c := range variants {
		c.Dropout = 0
		run := startTraining(t, c, 7)
		rng := rand.New(rand.NewPCG(9, 9))
		examples := make([]data.Example, 11)
		for i := range examples {
			examples[i] = run.corpus.Train.Examples[rng.IntN(run.corpus.Train.Len())]
		}
		together := gradientOf(run, examples, 1)
		apart := make([]float64, len(together))
		for _, e := range examples {
			for i, v := range gradientOf(run, []data.Example{e}, 1) {
				apart[i] += float64(v) / float64(len(examples))
			}
		}
		for i, v := range together {
			if diff := float64(v) - apart[i]; diff > 1e-6 || diff < -1e-6 {
				t.Fatalf("%s: element %d of the gradient is %g, the mean over the names %g", c.title(), i, v, apart[i])
			}
		}
	}
}

func gradientOf(run *training, examples []data.Example, scale float64) []float32 {
	networks := run.model.newEnsemble()
	for _, e := range examples {
		networks.batch().add(e.Letters, e.Class)
	}
	block := kernel.Aligned(len(run.model.params))
	networks.learn(&run.criterion, scale, run.model.layout.view(block))
	return block
}
