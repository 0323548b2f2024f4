package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// narrow is the widest result in four chains, as in package kernel.
const narrow = 64

// columnPlan says how the columns of y[c] += Σ x[r]·a[r,c] are cut into passes
// over the rows: passes of full vectors while more than most vectors are left,
// then one pass of least to most vectors.
type columnPlan struct {
	name              string
	chains            int // accumulators of a column, rows dealt in turn
	full, least, most int
}

// plans returns how to cut a wide and a narrow result. The accumulators of a
// pass hide the latency of a multiply-add, four cycles at two a cycle, and fit
// the registers beside the factors.
func (t target) plans() (wide, slim columnPlan) {
	if t.masks {
		return columnPlan{"wide", 1, 16, 5, 24}, columnPlan{"slim", 4, 4, 1, 4}
	}
	return columnPlan{"wide", 1, 8, 5, 12}, columnPlan{"slim", 4, 2, 1, 2}
}

// gemvT writes y[c] += Σ_r x[r]·a[r,c].
func (t target) gemvT() {
	t.function("gemvT", "(y, a []float32, lda int, x []float32)", "is GemvT.")
	m := transposed{
		target: t,
		y:      pointer("y"), cols: length("y"),
		a: pointer("a"), lda: stride("lda"),
		x: pointer("x"), rows: length("x"),
	}
	wide, slim := t.plans()
	CMPQ(m.cols, Imm(narrow))
	JBE(LabelRef(slim.name))
	m.columns(wide)
	m.columns(slim)
}

// transposed is the state of gemvT.
type transposed struct {
	target
	y, cols, a, lda, lda3, x, rows reg.GPVirtual
}

// columns runs the passes of a plan and returns from the function.
func (m transposed) columns(p columnPlan) {
	label := func(n int) string { return fmt.Sprintf("%s%d", p.name, n) }
	Label(p.name)
	if p.chains > 1 {
		m.lda3 = triple(m.lda)
	}
	Label(p.name + "_next")
	CMPQ(m.cols, number(p.most*m.lanes))
	JBE(LabelRef(p.name + "_last"))
	m.pass(p, p.full, nil, p.name+"_full")
	ADDQ(number(p.full*m.bytes()), m.y)
	ADDQ(number(p.full*m.bytes()), m.a)
	SUBQ(number(p.full*m.lanes), m.cols)
	JMP(LabelRef(p.name + "_next"))

	Label(p.name + "_last")
	vectors, last := m.tailOf(m.cols)
	dispatch(vectors, p.least, p.most, label)
	for n := p.least; n <= p.most; n++ {
		Label(label(n))
		m.pass(p, n, last, label(n))
		leave()
	}
}

// pass accumulates n vectors of columns over all rows, the last one masked.
func (m transposed) pass(p columnPlan, n int, last *mask, label string) {
	sums := make([][]vector, p.chains)
	sums[0] = make([]vector, n)
	for j := 1; j < p.chains; j++ {
		sums[j] = m.zeros(n)
	}
	for v := range sums[0] {
		sums[0][v] = m.register()
		m.load(Mem{Base: m.y, Disp: v * m.bytes()}, lastOnly(v, n, last), sums[0][v])
	}
	a, x, left := clone(m.a), clone(m.x), clone(m.rows)
	row := func(j int) {
		factor := m.register()
		VBROADCASTSS(Mem{Base: x, Disp: j * floatSize}, factor)
		for v, sum := range sums[j] {
			m.fmaLoad(rowAt(a, m.lda, m.lda3, j, v*m.bytes()), lastOnly(v, n, last), factor, sum)
		}
	}
	if p.chains == 1 {
		m.everyRow(a, x, left, label, row)
	} else {
		m.fourRows(a, x, left, label, row)
		for v := range n {
			VADDPS(sums[1][v], sums[0][v], sums[0][v])
			VADDPS(sums[3][v], sums[2][v], sums[2][v])
			VADDPS(sums[2][v], sums[0][v], sums[0][v])
		}
	}
	for v, sum := range sums[0] {
		m.store(sum, lastOnly(v, n, last), Mem{Base: m.y, Disp: v * m.bytes()})
	}
}

// everyRow runs row(0) on each row.
func (m transposed) everyRow(a, x, left reg.GPVirtual, label string, row func(int)) {
	Label(label + "_rows")
	row(0)
	ADDQ(m.lda, a)
	ADDQ(Imm(floatSize), x)
	DECQ(left)
	JNE(LabelRef(label + "_rows"))
}

// fourRows runs row(0) … row(3) on each four rows and the first of them on
// what is left.
func (m transposed) fourRows(a, x, left reg.GPVirtual, label string, row func(int)) {
	SUBQ(Imm(4), left)
	JLT(LabelRef(label + "_rest"))
	Label(label + "_rows")
	for j := range 4 {
		row(j)
	}
	LEAQ(Mem{Base: a, Index: m.lda, Scale: 4}, a)
	ADDQ(Imm(4*floatSize), x)
	SUBQ(Imm(4), left)
	JGE(LabelRef(label + "_rows"))

	Label(label + "_rest")
	for j := range 3 {
		CMPQ(left, I8(int8(j-4)))
		JLE(LabelRef(label + "_sum"))
		row(j)
	}
	Label(label + "_sum")
}
