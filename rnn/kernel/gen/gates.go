package main

// Gates of a GRU and of an LSTM, in PyTorch's order.
const (
	gruReset, gruUpdate, gruNew           = 0, 1, 2
	lstmIn, lstmForget, lstmCell, lstmOut = 0, 1, 2, 3
)

// gates writes the steps of package kernel's gates.go.
func (t target) gates() {
	t.gru()
	t.gruGrad()
	t.lstm()
	t.lstmGrad()
}

func (t target) gru() {
	t.function("gru", "(next, gates, input, hidden, prev []float32)", "is a row of GRU.")
	l := t.newLoop("next", "next", "gates", "input", "hidden", "prev").withGates()
	l.each(func() {
		r := t.sigmoid(t.add(l.load("input", gruReset), l.load("hidden", gruReset)))
		n := t.tanh(t.fma(l.load("hidden", gruNew), r, l.load("input", gruNew)))
		z := t.sigmoid(t.add(l.load("input", gruUpdate), l.load("hidden", gruUpdate)))
		l.store(r, "gates", gruReset)
		l.store(z, "gates", gruUpdate)
		l.store(n, "gates", gruNew)
		l.put(t.fma(t.sub(l.next("prev"), n), z, n), "next")
	})
	leave()
}

func (t target) gruGrad() {
	t.function("gruGrad", "(dinput, dhidden, dprev, dnext, gates, hidden, prev []float32)", "is a row of GRUGrad.")
	l := t.newLoop("dprev", "dinput", "dhidden", "dprev", "dnext", "gates", "hidden", "prev").withGates()
	l.each(func() {
		d, r := l.next("dnext"), l.load("gates", gruReset)
		z, n := l.load("gates", gruUpdate), l.load("gates", gruNew)
		dn := t.mul(t.fnma(d, z, d), t.tanhSlope(n))
		dz := t.mul(t.mul(d, t.sub(l.next("prev"), n)), t.sigmoidSlope(z))
		dr := t.mul(t.mul(dn, l.load("hidden", gruNew)), t.sigmoidSlope(r))
		for _, gradient := range []string{"dinput", "dhidden"} {
			l.store(dr, gradient, gruReset)
			l.store(dz, gradient, gruUpdate)
		}
		l.store(dn, "dinput", gruNew)
		l.store(t.mul(dn, r), "dhidden", gruNew)
		l.put(t.mul(d, z), "dprev")
	})
	leave()
}

func (t target) lstm() {
	t.function("lstm", "(next, cell, squashed, gates, pre, prev []float32)", "is a row of LSTM.")
	l := t.newLoop("next", "next", "cell", "squashed", "gates", "pre", "prev").withGates()
	l.each(func() {
		gate := func(number int, activation func(vector) vector) vector {
			v := activation(l.load("pre", number))
			l.store(v, "gates", number)
			return v
		}
		i, f := gate(lstmIn, t.sigmoid), gate(lstmForget, t.sigmoid)
		g, o := gate(lstmCell, t.tanh), gate(lstmOut, t.sigmoid)
		c := t.fma(l.next("prev"), f, t.mul(i, g))
		l.put(c, "cell")
		squashed := t.tanh(c)
		l.put(squashed, "squashed")
		l.put(t.mul(o, squashed), "next")
	})
	leave()
}

func (t target) lstmGrad() {
	t.function("lstmGrad", "(dpre, dprev, dnext, dcell, gates, squashed, prev []float32)", "is a row of LSTMGrad.")
	l := t.newLoop("dprev", "dpre", "dprev", "dnext", "dcell", "gates", "squashed", "prev").withGates()
	l.each(func() {
		d, squashed := l.next("dnext"), l.next("squashed")
		i, f := l.load("gates", lstmIn), l.load("gates", lstmForget)
		g, o := l.load("gates", lstmCell), l.load("gates", lstmOut)
		dc := t.fma(t.mul(d, o), t.tanhSlope(squashed), l.next("dcell"))
		prev := l.next("prev")
		l.store(t.mul(t.mul(dc, g), t.sigmoidSlope(i)), "dpre", lstmIn)
		l.store(t.mul(t.mul(dc, prev), t.sigmoidSlope(f)), "dpre", lstmForget)
		l.store(t.mul(t.mul(dc, i), t.tanhSlope(g)), "dpre", lstmCell)
		l.store(t.mul(t.mul(d, squashed), t.sigmoidSlope(o)), "dpre", lstmOut)
		l.put(t.mul(dc, f), "dprev")
	})
	leave()
}
