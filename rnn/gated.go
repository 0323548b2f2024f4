package rnn

import "sweep/rnn/kernel"

// gru is the gated recurrent unit (Cho et al. 2014, arXiv:1406.1078) in the form of torch.nn.GRU, where the reset gate
// acts on Wh·h + b_hh. That product is kept apart from Wx·x + b_ih.
type gru struct{}

func (gru) gates() int { return 3 }

func (gru) allocate(t *trace, n, b int) {
	g, h := t.shape.gates, t.shape.width
	grow(&t.input, n*g)
	grow(&t.target, n*g)
	grow(&t.state, n*h)
	grow(&t.dstate, n*h)
	grow(&t.dinput, n*g)
	grow(&t.dtarget, n*g)
	grow(&t.carry, b*h)
	grow(&t.zeros, b*h)
}

func (gru) step(t *trace, s span) {
	g, h := t.shape.gates, t.shape.width
	gates := rows(t.input, s.lo, s.hi, g)
	kernel.GRU(h, rows(t.state, s.lo, s.hi, h), gates, gates, rows(t.target, s.lo, s.hi, g), t.previous(t.state, s))
}

func (gru) back(t *trace, s span) {
	g, h := t.shape.gates, t.shape.width
	carry := t.carry[:(s.hi-s.lo)*h]
	kernel.GRUGrad(h, rows(t.dinput, s.lo, s.hi, g), rows(t.dtarget, s.lo, s.hi, g), carry,
		rows(t.dstate, s.lo, s.hi, h), rows(t.input, s.lo, s.hi, g), rows(t.target, s.lo, s.hi, g), t.previous(t.state, s))
	if s.before >= 0 {
		kernel.Axpy(t.previous(t.dstate, s), 1, carry)
	}
}

// lstm is long short-term memory with forget gates (Hochreiter and Schmidhuber 1997; Gers et al. 2000) as torch.nn.LSTM
// has it, gates in the order i, f, g, o.
type lstm struct{}

func (lstm) gates() int { return 4 }

func (lstm) allocate(t *trace, n, b int) {
	g, h := t.shape.gates, t.shape.width
	t.target = grow(&t.input, n*g)
	grow(&t.state, n*h)
	grow(&t.cell, n*h)
	grow(&t.squashed, n*h)
	grow(&t.dstate, n*h)
	t.dtarget = grow(&t.dinput, n*g)
	clear(grow(&t.carry, b*h)) // the gradient of a cell state after a name's last letter
	grow(&t.zeros, b*h)
}

func (lstm) step(t *trace, s span) {
	g, h := t.shape.gates, t.shape.width
	gates := rows(t.input, s.lo, s.hi, g)
	kernel.LSTM(h, rows(t.state, s.lo, s.hi, h), rows(t.cell, s.lo, s.hi, h), rows(t.squashed, s.lo, s.hi, h),
		gates, gates, t.previous(t.cell, s))
}

func (lstm) back(t *trace, s span) {
	g, h := t.shape.gates, t.shape.width
	carry := t.carry[:(s.hi-s.lo)*h]
	kernel.LSTMGrad(h, rows(t.dinput, s.lo, s.hi, g), carry, rows(t.dstate, s.lo, s.hi, h), carry,
		rows(t.input, s.lo, s.hi, g), rows(t.squashed, s.lo, s.hi, h), t.previous(t.cell, s))
}
