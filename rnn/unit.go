package rnn

import "sweep/rnn/kernel"

// unit runs one direction of one layer over a batch and back. What it reads are either letters, one-hot, or rows of
// features; a unit that reads backwards is given its rows mirrored and is otherwise the same.
type unit struct {
	trace
	arithmetic cell
	letters    []uint8   // [R] one-hot inputs, or
	x, dx      []float32 // [R, I] features and their gradient
	bias       []float32 // [G] both biases, where both are added at once
	ones       []float32 // [R]
}

// forward fills trace.state, [R, H].
func (u *unit) forward(w *unitWeights, b *batch) {
	u.arithmetic.allocate(&u.trace, b.rows(), b.size())
	u.project(w)
	g, h := u.shape.gates, u.shape.width
	for t := range b.steps() {
		s := b.step(t)
		if s.before >= 0 {
			multiply(rows(u.target, s.lo, s.hi, g), g, u.previous(u.state, s), h, w.hidden, g, s.hi-s.lo, g, u.shape.hidden, upward(w.hidden, t))
		}
		u.arithmetic.step(&u.trace, s)
	}
}

// alternating is how many weights a matrix has at most for forward to pass over it down and up by turns, 160 KiB.
// A pass then finds much of it in the first-level cache, 32 or 48 KiB of it, where the pass before left that. What is
// larger mostly comes from the second level, fastest from the first row down.
const alternating = 40 << 10

// upward reports whether step t of forward takes the rows of the weights from the last up. Sums accumulate in that order
// and round accordingly, so nothing may decide it but the shape and the step.
func upward(weights []float32, t int) bool { return len(weights) <= alternating && t%2 == 0 }

// project writes Wx·x + b for every row: everything of the pre-activations that needs no state.
func (u *unit) project(w *unitWeights) {
	bias := w.inputBias
	if u.shape.apart {
		repeat(u.target, w.hiddenBias)
	} else if w.hiddenBias != nil {
		bias = grow(&u.bias, len(bias))
		kernel.Add(bias, w.inputBias, w.hiddenBias)
	}
	if u.x == nil {
		pick(u.input, w.input, u.letters, bias)
		return
	}
	repeat(u.input, bias)
	g, i := u.shape.gates, len(w.input)/u.shape.gates
	multiply(u.input, g, u.x, i, w.input, g, len(u.input)/g, g, i, false)
}

// backward turns the gradient in trace.dstate, complete but for what the steps give each other, into those of the
// pre-activations. It leaves the weights alone.
func (u *unit) backward(w *unitWeights, b *batch) {
	g, h := u.shape.gates, u.shape.width
	last := b.steps() - 1
	up := upward(w.hidden, last)
	for t := last; t >= 0; t-- {
		s := b.step(t)
		up = !up // a pass starts where the one before ended, the first of them where forward did
		u.arithmetic.back(&u.trace, s)
		if s.before >= 0 {
			multiplyBack(u.previous(u.dstate, s), h, rows(u.dtarget, s.lo, s.hi, g), g, w.hidden, g, s.hi-s.lo, u.shape.hidden, g, up)
		}
	}
}

// backwardInput writes dx, the gradient of the features read.
func (u *unit) backwardInput(w *unitWeights) {
	g, i := u.shape.gates, len(w.input)/u.shape.gates
	clear(grow(&u.dx, len(u.x)))
	multiplyBack(u.dx, i, u.dinput, g, w.input, g, len(u.dx)/i, i, g, false)
}

// accumulate adds the gradient of the unit's weights to dw. With the gradient scaled by the negative learning rate and
// dw the weights themselves, that is the update of plain gradient descent: one pass over each matrix.
func (u *unit) accumulate(dw *unitWeights, b *batch) {
	g := u.shape.gates
	if u.x == nil {
		for row, letter := range u.letters {
			if letter == hiddenLetter {
				continue
			}
			kernel.Axpy(rows(dw.input, int(letter), int(letter)+1, g), 1, rows(u.dinput, row, row+1, g))
		}
	} else {
		i := len(dw.input) / g
		kernel.RankK(dw.input, g, i, g, u.x, i, u.dinput, g, b.rows())
	}
	u.accumulateHidden(dw, b)
	ones := u.countRows(b.rows())
	kernel.GemvT(dw.inputBias, u.dinput, g, ones, false)
	if dw.hiddenBias != nil {
		kernel.GemvT(dw.hiddenBias, u.dtarget, g, ones, false)
	}
}

// accumulateHidden adds Σ_t h_{t-1}·dtarget_tᵀ. As long as no name ends, the rows of the states and of the gradients one
// step later advance together, so that all those steps are one product; for a single name, all of them.
func (u *unit) accumulateHidden(dw *unitWeights, b *batch) {
	g, h := u.shape.gates, u.shape.width
	for t := 1; t < b.steps(); {
		first := b.step(t)
		end := first
		for t++; t < b.steps() && b.step(t).hi-b.step(t).lo == first.hi-first.lo && first.lo-first.before == first.hi-first.lo; t++ {
			end = b.step(t)
		}
		kernel.RankK(dw.hidden, g, u.shape.hidden, g, u.state[first.before*h:], h, u.dtarget[first.lo*g:], g, end.hi-first.lo)
	}
}

func (u *unit) countRows(n int) []float32 {
	for len(u.ones) < n {
		u.ones = append(u.ones, 1)
	}
	return u.ones[:n]
}

// multiply is kernel.Gemm, C[m,n] += A[m,k]·B[k,n], with the call that is quicker for one row and gives it the same bits.
func multiply(c []float32, ldc int, a []float32, lda int, b []float32, ldb int, m, n, k int, up bool) {
	if m == 1 {
		kernel.GemvT(c[:n], b, ldb, a[:k], up)
		return
	}
	kernel.Gemm(c, ldc, a, lda, b, ldb, m, n, k, up)
}

// multiplyBack is kernel.GemmNT, C[m,n] += A[m,k]·B[n,k]ᵀ, likewise.
func multiplyBack(c []float32, ldc int, a []float32, lda int, b []float32, ldb int, m, n, k int, up bool) {
	if m == 1 {
		kernel.Gemv(c[:n], b, ldb, a[:k], up)
		return
	}
	kernel.GemmNT(c, ldc, a, lda, b, ldb, m, n, k)
}

// pick writes for every letter its row of w plus the bias, for a hidden one the bias: a one-hot product.
func pick(dst, w []float32, letters []uint8, bias []float32) {
	n := len(bias)
	for row, letter := range letters {
		if letter == hiddenLetter {
			copy(rows(dst, row, row+1, n), bias)
			continue
		}
		kernel.Add(rows(dst, row, row+1, n), rows(w, int(letter), int(letter)+1, n), bias)
	}
}

// repeat writes row into every row of dst.
func repeat(dst, row []float32) {
	for at := 0; at < len(dst); at += len(row) {
		copy(dst[at:], row)
	}
}
