package rnn

import (
	"math/rand/v2"

	"sweep/data"
)

// weights are the matrices of one network, of its parameters or of their gradient, as views of the flat block. Shapes in
// the legend of the package, padded.
type weights struct {
	embedding []float32 // [letters, E]
	units     [][]unitWeights
	output    outputWeights
}

// unitWeights are those of one direction of one layer.
type unitWeights struct {
	input      []float32 // [I, G], I inputs
	hidden     []float32 // [H, G]
	inputBias  []float32 // [G]
	hiddenBias []float32 // [G], empty for the tutorial's cell
}

type outputWeights struct {
	letters []float32 // [letters, K], empty unless the readout sees the last letter
	hidden  []float32 // [D·H, K]
	bias    []float32 // [K]
}

// view cuts a block into the matrices of each network.
func (l *layout) view(block []float32) []*weights {
	var all []*weights
	for _, n := range l.networks {
		all = append(all, n.view(l.shape, block))
	}
	return all
}

func (l *networkLayout) view(s shape, block []float32) *weights {
	cut := func(at, n int) []float32 {
		if at < 0 {
			return nil
		}
		return block[at : at+n : at+n]
	}
	w := &weights{embedding: cut(l.embedding, data.Letters*padded(s.embedding))}
	for layer, directions := range l.units {
		var units []unitWeights
		for _, u := range directions {
			units = append(units, unitWeights{
				input:      cut(u.input, s.inputs(layer)*s.gates),
				hidden:     cut(u.hidden, s.width*s.gates),
				inputBias:  cut(u.inputBias, s.gates),
				hiddenBias: cut(u.hiddenBias, s.gates),
			})
		}
		w.units = append(w.units, units)
	}
	w.output = outputWeights{
		letters: cut(l.output.letters, data.Letters*s.logits),
		hidden:  cut(l.output.hidden, s.feature()*s.logits),
		bias:    cut(l.output.bias, s.logits),
	}
	return w
}

// initialise draws every parameter as PyTorch's modules do: uniform within ±1/√fan-in, embeddings standard normal.
// Each tensor has a stream of its own, by its name, and is drawn in PyTorch's order of elements.
func (l *layout) initialise(block []float32, seed uint64) {
	for _, t := range l.tensors {
		rng := rand.New(newStream(seed, "init "+t.name))
		for i := range t.size() {
			block[t.offset(i)] = t.draw(rng)
		}
	}
}

func (t tensor) draw(rng *rand.Rand) float32 {
	if t.bound == 0 {
		return float32(rng.NormFloat64())
	}
	return float32(t.bound * (2*rng.Float64() - 1))
}
