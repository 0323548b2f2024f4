package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// boundVectors is the number of accumulators of a bound: more than enough to
// hide the latency of a multiply-add. Package bound knows it as block.
const boundVectors = 12

// bounds writes what the memory and the multiply-add units allow: kernels that
// compute nothing of use.
func (t target) bounds() {
	t.stream()
	t.update()
}

// stream reads a once, one multiply-add a vector.
func (t target) stream() {
	t.function("stream", "(a []float32)", "is Stream.")
	sums, factor := t.zeros(boundVectors), t.zeros(1)[0]
	t.blocks(func(a reg.GPVirtual) {
		for v, sum := range sums {
			VFMADD231PS(Mem{Base: a, Disp: v * t.bytes()}, factor, sum)
		}
	})
	leave()
}

// update reads and writes a once, k multiply-adds a vector.
func (t target) update() {
	t.function("update", "(a []float32, k int)", "is Update.")
	factors := t.zeros(2)
	t.blocks(func(a reg.GPVirtual) {
		sums, left := t.zeros(boundVectors), integer("k")
		for v, sum := range sums {
			t.load(Mem{Base: a, Disp: v * t.bytes()}, nil, sum)
		}
		Label("steps")
		for _, sum := range sums {
			VFMADD231PS(factors[0], factors[1], sum)
		}
		DECQ(left)
		JNE(LabelRef("steps"))
		for v, sum := range sums {
			t.store(sum, nil, Mem{Base: a, Disp: v * t.bytes()})
		}
	})
	leave()
}

// blocks runs body on each whole block of boundVectors vectors of a.
func (t target) blocks(body func(a reg.GPVirtual)) {
	a, left := pointer("a"), length("a")
	Label("blocks")
	SUBQ(number(boundVectors*t.lanes), left)
	JLT(LabelRef("done"))
	body(a)
	ADDQ(number(boundVectors*t.bytes()), a)
	JMP(LabelRef("blocks"))
	Label("done")
}
