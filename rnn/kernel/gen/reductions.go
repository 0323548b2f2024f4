package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

// reductions writes what yields one number of a vector, and the last step of a
// softmax.
func (t target) reductions() {
	t.maximum()
	t.sumExp()
	t.sumSquares()

	t.function("shift", "(dst, x []float32, m, norm float32)", "writes (x−m) − norm.")
	m, norm := t.scalar("m"), t.scalar("norm")
	l := t.newLoop("dst", "dst", "x")
	l.each(func() { l.put(t.sub(t.sub(l.next("x"), m), norm), "dst") })
	leave()
}

// chunks visits x in chunks of n vectors of the target: step handles vector
// number part, and is given a mask in the last, partial chunk.
func (t target) chunks(n int, step func(m Mem, k *mask, part int)) {
	x, left := pointer("x"), length("x")
	visit := func(masks []*mask) {
		for part, k := range masks {
			step(Mem{Base: x, Disp: part * t.bytes()}, k, part)
		}
	}
	Label("chunks")
	CMPQ(left, number(n*t.lanes))
	JLT(LabelRef("rest"))
	visit(make([]*mask, n))
	ADDQ(number(n*t.bytes()), x)
	SUBQ(number(n*t.lanes), left)
	JMP(LabelRef("chunks"))

	Label("rest")
	TESTQ(left, left)
	JZ(LabelRef("done"))
	visit(t.restMasks(left, n))
	Label("done")
}

// answer returns the lowest lane of v from the function.
func answer(v vector) {
	VZEROUPPER()
	Store(v, ReturnIndex(0))
	RET()
}

// maximum writes the largest element; of zeros it is +0, whatever their order.
func (t target) maximum() {
	t.function("maximum", "(x []float32) float32", "returns the largest element of x.")
	least := constant(float32(math.Inf(-1)))
	most := t.copyOf(least)
	t.chunks(1, func(m Mem, k *mask, _ int) {
		v := t.register()
		t.load(m, k, v)
		VMAXPS(most, t.only(k, v, least), most)
	})
	eight := t.lowerHalf(most, VMAXPS)
	upper, four := XMM(), XMM()
	VEXTRACTF128(Imm(1), eight, upper)
	VMAXPS(upper, eight.AsX(), four)
	for _, order := range []uint8{0x4e, 0xb1} {
		VPERMILPS(U8(order), four, upper)
		VMAXPS(upper, four, four)
	}
	VADDSS(constant(0), four, four)
	answer(four)
}

// lowerHalf folds the upper half of a 512-bit vector onto the lower; a shorter
// one is returned as it is.
func (t target) lowerHalf(v vector, fold func(...Op)) vector {
	if t.lanes < chunk {
		return v
	}
	upper, folded := YMM(), YMM()
	VEXTRACTF64X4(Imm(1), v, upper)
	fold(upper, v.AsY(), folded)
	return folded
}

// only returns v in the lanes of k and other elsewhere. A nil mask selects all.
func (t target) only(k *mask, v vector, other Op) vector {
	if k == nil {
		return v
	}
	chosen := t.copyOf(other)
	if t.masks {
		VMOVUPS(v, k.op, chosen)
	} else {
		VBLENDVPS(k.op, v, chosen, chosen)
	}
	return chosen
}

// sumExp writes the denominator of a softmax.
func (t target) sumExp() {
	t.function("sumExp", "(x []float32, m float32) float32", "returns Σ exp(x−m) for x ≤ m.")
	shift := t.scalar("m")
	sums := t.zeros(chunk / t.lanes)
	t.chunks(len(sums), func(m Mem, k *mask, part int) {
		x := t.register()
		t.load(m, k, x)
		VADDPS(t.only(k, t.exp(t.sub(x, shift)), constant(0)), sums[part], sums[part])
	})
	if t.lanes < chunk {
		answer(halve1(sums))
		return
	}
	low, high := YMM(), YMM()
	VEXTRACTF64X4(Imm(0), sums[0], low)
	VEXTRACTF64X4(Imm(1), sums[0], high)
	answer(halve1([]vector{low, high}))
}

// squareLanes is the number of partial sums of sumSquares.
const squareLanes = 32

// sumSquares writes Σ x², in float64.
func (t target) sumSquares() {
	t.function("sumSquares", "(x []float32) float64", "is SumSquares.")
	half := t.half()
	sums := t.zeros(squareLanes / half.lanes)
	half.chunks(len(sums), func(m Mem, k *mask, part int) {
		x, wide := half.register(), t.register()
		half.load(m, k, x)
		VCVTPS2PD(x, wide)
		VFMADD231PD(wide, wide, sums[part])
	})
	for n := len(sums) / 2; n > 0; n /= 2 {
		for i := range n {
			VADDPD(sums[i+n], sums[i], sums[i])
		}
	}
	four := t.lowerHalf(sums[0], VADDPD)
	upper, two := XMM(), XMM()
	VEXTRACTF128(Imm(1), four, upper)
	VADDPD(upper, four.AsX(), two)
	VPERMILPD(Imm(1), two, upper)
	VADDSD(upper, two, two)
	answer(two)
}
