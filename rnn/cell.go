package rnn

import "sweep/rnn/kernel"

// cell is the arithmetic of one step of a recurrent unit, around the two matrix products that all cells share.
//
// A unit first fills trace.input with Wx·x + b for every letter, then at each step adds Wh·h to the rows trace.target
// names and calls step. On the way back it calls back at each step, last first, and takes from trace.target's gradient
// what flows through Wh.
type cell interface {
	// gates is the number of blocks of H a row of weights has: 1, 3 or 4.
	gates() int
	// allocate gives the trace room for n rows of a batch of b names; what it aliases it says.
	allocate(t *trace, n, b int)
	// step turns the pre-activations of rows s.lo to s.hi into states.
	step(t *trace, s span)
	// back turns the gradient of the states of rows s.lo to s.hi into that of the pre-activations, and adds to
	// the gradient of the states before what does not pass through Wh.
	back(t *trace, s span)
}

// trace is what one direction of one layer remembers of a batch from its forward to its backward pass. Rows are
// packed, see [batch]; R of them.
type trace struct {
	shape  shape
	input  []float32 // [R, G] Wx·x + b, then what the cell makes of it
	target []float32 // [R, G] where Wh·h is added: input, or apart from it for gru
	state  []float32 // [R, H]

	cell, squashed []float32 // [R, H] lstm: cell state and its tanh

	dstate  []float32 // [R, H] gradient of state
	dinput  []float32 // [R, G] gradient of input
	dtarget []float32 // [R, G] gradient of target
	carry   []float32 // [B, H] gradient that a cell hands to the step before
	zeros   []float32 // [B, H] the state before the first letter
}

// span is one step of a batch: the rows of the names that still run, and where their rows of the step before start.
type span struct {
	lo, hi int
	before int // -1 at the first step
}

// previous cuts the rows of the step before out of a [R, H] buffer, or the zeros a name starts from.
func (t *trace) previous(buffer []float32, s span) []float32 {
	n, h := s.hi-s.lo, t.shape.width
	if s.before < 0 {
		return t.zeros[:n*h]
	}
	return rows(buffer, s.before, s.before+n, h)
}

// rows cuts rows lo to hi out of a matrix of the given width.
func rows(matrix []float32, lo, hi, width int) []float32 { return matrix[lo*width : hi*width] }

// grow returns a buffer of n elements in the place of b, whose contents are lost. It allocates seldom: with room to
// spare, so that after a few batches there is none.
func grow(b *[]float32, n int) []float32 {
	if cap(*b) < n {
		*b = kernel.Aligned(n + n/2)
	}
	*b = (*b)[:n]
	return *b
}

// newCell returns the cell of a resolved configuration.
func newCell(c Config) cell {
	switch c.Cell {
	case "gru":
		return gru{}
	case "lstm":
		return lstm{}
	}
	return elman{activation: c.Activation}
}

// elman is h_t = act(Wx·x_t + Wh·h_{t-1} + b) (Elman 1990, "Finding Structure in Time"), act one of identity, tanh, relu.
// Every step works in place: the state overwrites the pre-activation, and so do their gradients.
type elman struct{ activation string }

func (elman) gates() int { return 1 }

func (elman) allocate(t *trace, n, _ int) {
	t.state = grow(&t.input, n*t.shape.gates)
	t.target = t.state
	t.dinput = grow(&t.dstate, n*t.shape.width)
	t.dtarget = t.dinput
}

func (e elman) step(t *trace, s span) {
	h := rows(t.state, s.lo, s.hi, t.shape.width)
	switch e.activation {
	case "tanh":
		kernel.Tanh(h, h)
	case "relu":
		kernel.Relu(h, h)
	}
}

func (e elman) back(t *trace, s span) {
	h := rows(t.state, s.lo, s.hi, t.shape.width)
	d := rows(t.dstate, s.lo, s.hi, t.shape.width)
	switch e.activation {
	case "tanh":
		kernel.TanhGrad(d, d, h)
	case "relu":
		kernel.ReluGrad(d, d, h)
	}
}
