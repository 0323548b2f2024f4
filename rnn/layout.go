package rnn

import (
	"fmt"
	"math"

	"sweep/data"
)

// lane is the number of float32 a vector register holds at most. Rows of matrices are padded to a multiple of it, with
// zeros that every operation of a network leaves zero, so that kernels never meet a tail.
const lane = 16

func padded(n int) int { return (n + lane - 1) / lane * lane }

// shape is what a configuration and the number of classes say about the sizes of networks.
type shape struct {
	hidden, width   int // H, and H padded
	gates           int // width of a row of gates, G: a multiple of width
	classes, logits int // K, and K padded
	embedding       int // E, 0 for one-hot letters
	ensemble        int // number of such networks
	layers          int
	directions      int  // D
	joined          bool // the tutorial's network, where both layers read [x, h]
	apart           bool // the cell takes Wx·x + b_ih and Wh·h + b_hh as two vectors
}

func newShape(c Config, classes int) shape {
	s := shape{
		hidden: c.HiddenSize, width: padded(c.HiddenSize),
		classes: classes, logits: padded(classes),
		embedding: c.EmbeddingSize, ensemble: c.EnsembleSize, layers: c.Layers, directions: 1,
	}
	s.gates = newCell(c).gates() * s.width
	if c.Bidirectional {
		s.directions = 2
	}
	s.apart = c.Cell == "gru"
	s.joined = c.Cell == "elman" && s.layers == 1 && s.directions == 1 && s.embedding == 0
	return s
}

// feature is the width of the rows a layer hands up: D directions of H padded.
func (s shape) feature() int { return s.directions * s.width }

// inputs is the number of rows of the input weights of a layer.
func (s shape) inputs(layer int) int {
	switch {
	case layer > 0:
		return s.feature()
	case s.embedding > 0:
		return padded(s.embedding)
	}
	return data.Letters
}

// tensor is one parameter as PyTorch names and shapes it, and where its elements stand in the flat block.
type tensor struct {
	name   string
	shape  []int
	bound  float64         // initial values are uniform in ±bound; 0: standard normal, as torch.nn.Embedding
	offset func(i int) int // from PyTorch's row-major index to the index in the block
}

func (t tensor) size() int {
	n := 1
	for _, d := range t.shape {
		n *= d
	}
	return n
}

// layout places every parameter of a model's networks in one flat block. Weight matrices are kept transposed, [inputs,
// outputs], so that a letter picks one contiguous row and the recurrent product runs along rows.
type layout struct {
	shape    shape    // of each network
	tensors  []tensor // in the order of PyTorch's state_dict
	size     int      // of the block
	networks []networkLayout
}

// networkLayout is where one network keeps its weights: in the elements from start up to end.
type networkLayout struct {
	prefix     string // of the names of its tensors
	start, end int
	embedding  int            // -1 for one-hot letters
	units      [][]unitLayout // [layer][direction]
	output     outputLayout
}

// unitLayout is where one direction of one layer keeps its weights; hiddenBias is -1 where there is none.
type unitLayout struct{ input, hidden, inputBias, hiddenBias int }

// outputLayout is where the readout keeps its weights; letters is -1 where it does not see the letter.
type outputLayout struct{ letters, hidden, bias int }

func newLayout(s shape) *layout {
	l := &layout{shape: s}
	for i := range s.ensemble {
		n := networkLayout{start: l.size, embedding: -1}
		if s.ensemble > 1 {
			n.prefix = networkPrefix(i)
		}
		if s.joined {
			l.placeTutorial(&n)
		} else {
			l.placeStack(&n)
		}
		n.end = l.size
		l.networks = append(l.networks, n)
	}
	return l
}

// networkPrefix begins the names of the tensors of one of several networks, as in a torch.nn.ModuleList.
func networkPrefix(i int) string { return fmt.Sprintf("networks.%d.", i) }

// placeStack lays out torch.nn.RNN, GRU or LSTM with what is before and behind it.
func (l *layout) placeStack(n *networkLayout) {
	l.placeEmbedding(n)
	for layer := range l.shape.layers {
		var units []unitLayout
		for direction := range l.shape.directions {
			units = append(units, l.placeUnit(n, layer, direction))
		}
		n.units = append(n.units, units)
	}
	l.placeOutput(n)
}

// name adds a tensor to those of a network.
func (l *layout) name(n *networkLayout, tensors ...tensor) {
	for _, t := range tensors {
		t.name = n.prefix + t.name
		l.tensors = append(l.tensors, t)
	}
}

// reserve takes the next n elements of the block, from a multiple of a vector on.
func (l *layout) reserve(n int) int {
	at := l.size
	l.size += padded(n)
	return at
}

// placeTutorial lays out the tutorial's network: both layers see the letter and the state in one row, [x, h].
func (l *layout) placeTutorial(n *networkLayout) {
	s := l.shape
	joined := data.Letters + s.hidden
	bound := 1 / math.Sqrt(float64(joined))
	input := l.reserve((data.Letters + s.width) * s.width)
	inputBias := l.reserve(s.width)
	letters := l.reserve((data.Letters + s.width) * s.logits)
	outputBias := l.reserve(s.logits)
	n.units = [][]unitLayout{{{input, input + data.Letters*s.width, inputBias, -1}}}
	n.output = outputLayout{letters, letters + data.Letters*s.logits, outputBias}
	l.name(n,
		tensor{"i2h.weight", []int{s.hidden, joined}, bound, transposed(input, joined, s.width)},
		tensor{"i2h.bias", []int{s.hidden}, bound, plain(inputBias)},
		tensor{"i2o.weight", []int{s.classes, joined}, bound, transposed(letters, joined, s.logits)},
		tensor{"i2o.bias", []int{s.classes}, bound, plain(outputBias)})
}

func (l *layout) placeEmbedding(n *networkLayout) {
	e, width := l.shape.embedding, padded(l.shape.embedding)
	if e == 0 {
		return
	}
	at := l.reserve(data.Letters * width)
	n.embedding = at
	l.name(n, tensor{"embedding.weight", []int{data.Letters, e}, 0,
		func(i int) int { return at + i/e*width + i%e }})
}

// placeUnit lays out one direction of one layer as torch.nn.RNN, GRU and LSTM have it: gates in blocks of H rows.
func (l *layout) placeUnit(n *networkLayout, layer, direction int) unitLayout {
	s := l.shape
	u := unitLayout{input: l.reserve(s.inputs(layer) * s.gates), hidden: l.reserve(s.width * s.gates)}
	u.inputBias, u.hiddenBias = l.reserve(s.gates), l.reserve(s.gates)
	rows := s.gates / s.width * s.hidden
	columns := data.Letters
	switch {
	case layer > 0:
		columns = s.directions * s.hidden
	case s.embedding > 0:
		columns = s.embedding
	}
	input := func(i int) int { return u.input + i%columns*s.gates + s.spread(i/columns) }
	if layer > 0 {
		input = func(i int) int { return u.input + s.spread(i%columns)*s.gates + s.spread(i/columns) }
	}
	hidden := func(i int) int { return u.hidden + i%s.hidden*s.gates + s.spread(i/s.hidden) }
	bound := 1 / math.Sqrt(float64(s.hidden))
	suffix := unitSuffix(layer, direction)
	l.name(n,
		tensor{"rnn.weight_ih" + suffix, []int{rows, columns}, bound, input},
		tensor{"rnn.weight_hh" + suffix, []int{rows, s.hidden}, bound, hidden},
		tensor{"rnn.bias_ih" + suffix, []int{rows}, bound, func(i int) int { return u.inputBias + s.spread(i) }},
		tensor{"rnn.bias_hh" + suffix, []int{rows}, bound, func(i int) int { return u.hiddenBias + s.spread(i) }})
	return u
}

// unitSuffix ends the names of the tensors of one direction of one layer.
func unitSuffix(layer, direction int) string {
	return fmt.Sprintf("_l%d%s", layer, []string{"", "_reverse"}[direction])
}

func (l *layout) placeOutput(n *networkLayout) {
	s := l.shape
	o := outputLayout{letters: -1, hidden: l.reserve(s.feature() * s.logits), bias: l.reserve(s.logits)}
	columns := s.directions * s.hidden
	bound := 1 / math.Sqrt(float64(columns))
	n.output = o
	l.name(n,
		tensor{"out.weight", []int{s.classes, columns}, bound,
			func(i int) int { return o.hidden + s.spread(i%columns)*s.logits + i/columns }},
		tensor{"out.bias", []int{s.classes}, bound, plain(o.bias)})
}

// spread maps an index over blocks of H to one over blocks of H padded.
func (s shape) spread(i int) int { return i/s.hidden*s.width + i%s.hidden }

func plain(at int) func(int) int { return func(i int) int { return at + i } }

// transposed maps PyTorch's [outputs, columns] to rows of outputs, stride elements apart.
func transposed(at, columns, stride int) func(int) int {
	return func(i int) int { return at + i%columns*stride + i/columns }
}
