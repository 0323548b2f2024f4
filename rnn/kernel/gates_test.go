package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

// differentiate returns the derivative of f by x[i] and leaves x as it was.
func differentiate(f func() float64, x []float32, i int) float64 {
	const step = 1.0 / 256
	before := x[i]
	x[i] = before + step
	above, up := f(), x[i]
	x[i] = before - step
	below, down := f(), x[i]
	x[i] = before
	return (above - below) / float64(up-down)
}

// inner returns Σ a·b.
func inner(a, b []float32) float64 {
	sum := 0.0
	for i := range a {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}

// normal returns n values of the standard normal distribution.
func normal(rng *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(rng.NormFloat64())
	}
	return x
}

// checkGradient compares a gradient with differences of the objective.
func checkGradient(t *testing.T, name string, gradient, x []float32, objective func() float64) {
	t.Helper()
	for i := range x {
		want := differentiate(objective, x, i)
		if math.Abs(float64(gradient[i])-want) > 1e-3*(1+math.Abs(want)) {
			t.Errorf("%s[%d] = %g, by differences %g", name, i, gradient[i], want)
		}
	}
}

// A batch of rows of a GRU follows the definition, and its gradient follows
// differences of a weighted sum of the results.
func TestGRU(t *testing.T) {
	t.Parallel()
	const h, rows = 19, 3
	rng := source(t)
	input, hidden, prev := normal(rng, rows*3*h), normal(rng, rows*3*h), normal(rng, rows*h)
	next, gates, weight := make([]float32, rows*h), make([]float32, rows*3*h), normal(rng, rows*h)

	GRU(h, next, gates, input, hidden, prev)
	for b := range rows {
		for i := range h {
			in := func(gate int) float64 { return float64(input[(3*b+gate)*h+i]) }
			hid := func(gate int) float64 { return float64(hidden[(3*b+gate)*h+i]) }
			r, z := logistic(in(0)+hid(0)), logistic(in(1)+hid(1))
			n := math.Tanh(in(2) + r*hid(2))
			want := (1-z)*n + z*float64(prev[b*h+i])
			if math.Abs(float64(next[b*h+i])-want) > 1e-6*(1+math.Abs(want)) {
				t.Fatalf("row %d unit %d: %g, want %g", b, i, next[b*h+i], want)
			}
		}
	}

	dinput, dhidden, dprev := make([]float32, rows*3*h), make([]float32, rows*3*h), make([]float32, rows*h)
	GRUGrad(h, dinput, dhidden, dprev, weight, gates, hidden, prev)
	scratch, kept := make([]float32, rows*h), make([]float32, rows*3*h)
	objective := func() float64 {
		GRU(h, scratch, kept, input, hidden, prev)
		return inner(scratch, weight)
	}
	checkGradient(t, "dinput", dinput, input, objective)
	checkGradient(t, "dhidden", dhidden, hidden, objective)
	checkGradient(t, "dprev", dprev, prev, objective)
}

// logistic is the sigmoid in float64.
func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// A batch of rows of an LSTM follows the definition, and its gradient follows
// differences of a weighted sum of hidden and cell state.
func TestLSTM(t *testing.T) {
	t.Parallel()
	const h, rows = 21, 2
	rng := source(t)
	pre, prev := normal(rng, rows*4*h), normal(rng, rows*h)
	next, cell, squashed := make([]float32, rows*h), make([]float32, rows*h), make([]float32, rows*h)
	gates, weight, cellWeight := make([]float32, rows*4*h), normal(rng, rows*h), normal(rng, rows*h)

	LSTM(h, next, cell, squashed, gates, pre, prev)
	for b := range rows {
		for i := range h {
			at := func(gate int) float64 { return float64(pre[(4*b+gate)*h+i]) }
			c := logistic(at(1))*float64(prev[b*h+i]) + logistic(at(0))*math.Tanh(at(2))
			want := logistic(at(3)) * math.Tanh(c)
			if math.Abs(float64(cell[b*h+i])-c) > 1e-6*(1+math.Abs(c)) || math.Abs(float64(next[b*h+i])-want) > 1e-6 {
				t.Fatalf("row %d unit %d: %g and %g, want %g and %g", b, i, cell[b*h+i], next[b*h+i], c, want)
			}
		}
	}

	dpre, dprev := make([]float32, rows*4*h), make([]float32, rows*h)
	LSTMGrad(h, dpre, dprev, weight, cellWeight, gates, squashed, prev)
	objective := func() float64 {
		next, cell, squashed := make([]float32, rows*h), make([]float32, rows*h), make([]float32, rows*h)
		LSTM(h, next, cell, squashed, make([]float32, rows*4*h), pre, prev)
		return inner(next, weight) + inner(cell, cellWeight)
	}
	checkGradient(t, "dpre", dpre, pre, objective)
	checkGradient(t, "dprev", dprev, prev, objective)
}

// The outputs that may share memory with an input give the same when they do.
func TestGatesInPlace(t *testing.T) {
	t.Parallel()
	const h = 33
	eachTier(t, func(t *testing.T, tier implementation) {
		rng := source(t)
		wide, hidden, prev := normal(rng, 4*h), normal(rng, 3*h), normal(rng, h)
		next, gates := make([]float32, h), make([]float32, 3*h)
		tier.gru(next, gates, wide[:3*h], hidden, prev)
		inPlace, state := clone(rng, wide[:3*h]), clone(rng, prev)
		tier.gru(state, inPlace, inPlace, hidden, state)
		expectSame(t, "gru gates", inPlace, gates)
		expectSame(t, "gru next", state, next)

		dinput, dhidden, dprev := make([]float32, 3*h), make([]float32, 3*h), make([]float32, h)
		tier.gruGrad(dinput, dhidden, dprev, next, gates, hidden, prev)
		over, direct := clone(rng, hidden), clone(rng, next)
		tier.gruGrad(dinput, over, direct, direct, gates, over, prev)
		expectSame(t, "gru dhidden", over, dhidden)
		expectSame(t, "gru dprev", direct, dprev)

		cell, squashed, gates4 := make([]float32, h), make([]float32, h), make([]float32, 4*h)
		tier.lstm(next, cell, squashed, gates4, wide, prev)
		inPlace, state = clone(rng, wide), clone(rng, prev)
		tier.lstm(next, state, squashed, inPlace, inPlace, state)
		expectSame(t, "lstm gates", inPlace, gates4)
		expectSame(t, "lstm cell", state, cell)

		dpre, dcell := make([]float32, 4*h), clone(rng, cell)
		tier.lstmGrad(dpre, dprev, next, cell, gates4, squashed, prev)
		tier.lstmGrad(inPlace, dcell, next, dcell, inPlace, squashed, prev)
		expectSame(t, "lstm dpre", inPlace, dpre)
		expectSame(t, "lstm dprev", dcell, dprev)
	})
}

func expectSame(t *testing.T, name string, got, want []float32) {
	t.Helper()
	if err := sameBits(got, want); err != nil {
		t.Errorf("%s: %v", name, err)
	}
}
