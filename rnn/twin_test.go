package rnn

import (
	"fmt"
	"math"
	"strings"

	"sweep/data"
)

// twin computes the loss of a batch in float64, one name and one number at a time, straight from the equations in
// PyTorch's documentation. It shares nothing with the code it checks but the names of the tensors.
type twin struct {
	config  Config
	classes int
	params  map[string][]float64
	weights []float32 // of the classes, nil for 1
	prior   []float32 // added to logits, nil for 0
	masks   func(layer, slot, t int) []float64
	feature func(slot int) []float64
}

// twinOf is the twin of the network whose tensors have names that begin so.
func twinOf(m *Model, prefix string) *twin {
	w := &twin{config: m.config, classes: len(m.classes), params: map[string][]float64{}}
	for _, t := range m.layout.tensors {
		name, ok := strings.CutPrefix(t.name, prefix)
		if !ok {
			continue
		}
		values := make([]float64, t.size())
		for i := range values {
			values[i] = float64(m.params[t.offset(i)])
		}
		w.params[name] = values
	}
	return w
}

// loss is the mean over the names.
func (w *twin) loss(names [][]uint8, classes []int) float64 {
	total := 0.0
	for slot, name := range names {
		logits := w.logits(slot, name)
		for c, v := range w.prior {
			logits[c] += float64(v)
		}
		logp := logSoftmax64(logits)
		loss := 0.0
		for c, v := range logp {
			target := w.config.LabelSmoothing / float64(w.classes)
			if c == classes[slot] {
				target += 1 - w.config.LabelSmoothing
			}
			loss -= target * v
		}
		if w.weights != nil {
			loss *= float64(w.weights[classes[slot]])
		}
		total += loss / float64(len(names))
	}
	return total
}

func (w *twin) logits(slot int, name []uint8) []float64 {
	if w.params["i2h.weight"] != nil {
		return w.tutorial(slot, name)
	}
	x := w.inputs(name)
	var last []float64
	for layer := range w.config.Layers {
		if layer > 0 {
			for t := range x {
				hadamard(x[t], w.mask(layer, slot, t))
			}
		}
		x, last = w.layer(layer, x)
	}
	if w.feature != nil {
		hadamard(last, w.feature(slot))
	}
	return affine(w.params["out.weight"], w.params["out.bias"], last)
}

func (w *twin) mask(layer, slot, t int) []float64 {
	if w.masks == nil {
		return nil
	}
	return w.masks(layer, slot, t)
}

func (w *twin) tutorial(slot int, name []uint8) []float64 {
	h := make([]float64, w.config.HiddenSize)
	for t, letter := range name {
		z := append(oneHot(letter), h...)
		if t == len(name)-1 {
			if w.feature != nil {
				hadamard(z[data.Letters:], w.feature(slot))
			}
			return affine(w.params["i2o.weight"], w.params["i2o.bias"], z)
		}
		h = w.activate(affine(w.params["i2h.weight"], w.params["i2h.bias"], z))
	}
	return nil
}

func (w *twin) activate(v []float64) []float64 {
	for i := range v {
		switch w.config.Activation {
		case "tanh":
			v[i] = math.Tanh(v[i])
		case "relu":
			v[i] = max(v[i], 0)
		}
	}
	return v
}

func (w *twin) inputs(name []uint8) [][]float64 {
	var x [][]float64
	for _, letter := range name {
		if e := w.config.EmbeddingSize; e > 0 && letter == hiddenLetter {
			x = append(x, make([]float64, e))
		} else if e > 0 {
			x = append(x, append([]float64(nil), w.params["embedding.weight"][int(letter)*e:int(letter+1)*e]...))
		} else {
			x = append(x, oneHot(letter))
		}
	}
	return x
}

// layer returns the states at every letter, and those after the last letter each direction reads, side by side.
func (w *twin) layer(layer int, x [][]float64) (states [][]float64, last []float64) {
	states = w.direction(fmt.Sprintf("_l%d", layer), x)
	last = append(last, states[len(x)-1]...)
	if !w.config.Bidirectional {
		return states, last
	}
	turned := w.direction(fmt.Sprintf("_l%d_reverse", layer), reversed(x))
	last = append(last, turned[len(x)-1]...)
	for t, h := range reversed(turned) {
		states[t] = append(states[t], h...)
	}
	return states, last
}

func (w *twin) direction(suffix string, x [][]float64) [][]float64 {
	n := w.config.HiddenSize
	h, c := make([]float64, n), make([]float64, n)
	var states [][]float64
	for _, v := range x {
		input := affine(w.params["rnn.weight_ih"+suffix], w.params["rnn.bias_ih"+suffix], v)
		hidden := affine(w.params["rnn.weight_hh"+suffix], w.params["rnn.bias_hh"+suffix], h)
		next, cell := make([]float64, n), make([]float64, n)
		for i := range n {
			sum := func(gate int) float64 { return input[gate*n+i] + hidden[gate*n+i] }
			switch w.config.Cell {
			case "elman":
				next[i] = w.activate([]float64{sum(0)})[0]
			case "gru":
				r, z := sigmoid64(sum(0)), sigmoid64(sum(1))
				candidate := math.Tanh(input[2*n+i] + r*hidden[2*n+i])
				next[i] = (1-z)*candidate + z*h[i]
			case "lstm":
				cell[i] = sigmoid64(sum(1))*c[i] + sigmoid64(sum(0))*math.Tanh(sum(2))
				next[i] = sigmoid64(sum(3)) * math.Tanh(cell[i])
			}
		}
		h, c = next, cell
		states = append(states, append([]float64(nil), h...))
	}
	return states
}

func oneHot(letter uint8) []float64 {
	x := make([]float64, data.Letters)
	if letter != hiddenLetter {
		x[letter] = 1
	}
	return x
}

// affine is W·x + b with W [len(b), len(x)] row-major.
func affine(w, b, x []float64) []float64 {
	y := append([]float64(nil), b...)
	for r := range y {
		for c, v := range x {
			y[r] += w[r*len(x)+c] * v
		}
	}
	return y
}

func sigmoid64(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

func logSoftmax64(x []float64) []float64 {
	sum := 0.0
	for _, v := range x {
		sum += math.Exp(v)
	}
	logp := make([]float64, len(x))
	for i, v := range x {
		logp[i] = v - math.Log(sum)
	}
	return logp
}

func hadamard(x, mask []float64) {
	for i := range mask {
		x[i] *= mask[i]
	}
}

func reversed(x [][]float64) [][]float64 {
	turned := make([][]float64, len(x))
	for t := range x {
		turned[len(x)-1-t] = x[t]
	}
	return turned
}
