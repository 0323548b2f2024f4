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

// transposed is the state of y[c] += Σ_r x[r]·a[r,c], for one y and x or for
// the rows of two matrices in turn.
type transposed struct {
	target
	y, cols, a, lda, lda3, x reg.GPVirtual
	rows                     func() reg.GPVirtual // loads the rows of a
	count                    func() reg.GPVirtual // loads how many y there are; nil if one
	nextY, nextX             reg.GPVirtual        // their strides
	step                     reg.GPVirtual        // in bytes, from one x to the next, of a wide result
}

// gemvT writes y[c] += Σ_r x[r]·a[r,c].
func (t target) gemvT() {
	t.function("gemvT", "(y, a []float32, lda int, x []float32, up bool)", "is GemvT.")
	rows := length("x")
	m := transposed{
		target: t,
		y:      pointer("y"), cols: length("y"),
		a: pointer("a"), lda: stride("lda"),
		x: pointer("x"), rows: func() reg.GPVirtual { return clone(rows) },
	}
	wide, slim := t.plans()
	CMPQ(m.cols, number(narrow))
	JBE(LabelRef(slim.name))
	m.step = GP64()
	MOVQ(number(floatSize), m.step)
	unlessUp("down")
	turn(m.x, m.step, m.a, m.lda, rows)
	Label("down")
	m.strips(rows, wide.name)
	m.columns(wide)
	m.columns(slim)
}

// stripVectors is the width of a strip, whose halves are added to one after the
// other.
const stripVectors = 16

// strips takes four rows at a time and y from memory, where that is two strips
// or more wide and nothing else. It does what columns does in the order of
// memory, which is up to half as fast again when a is in the second-level
// cache. It returns from the function, or goes on at the label other with the
// rows that are left.
func (m transposed) strips(rows reg.GPVirtual, other string) {
	CMPQ(m.cols, number(2*stripVectors*m.lanes))
	JLT(LabelRef(other))
	TESTQ(number(stripVectors*m.lanes-1), m.cols)
	JNE(LabelRef(other))
	CMPQ(rows, number(4))
	JLT(LabelRef(other))
	m.lda3 = triple(m.lda)
	Label("strips_rows")
	factors := make([]vector, 4)
	for j := range factors {
		factors[j] = m.broadcast(Mem{Base: m.x})
		ADDQ(m.step, m.x)
	}
	y, a, left := clone(m.y), clone(m.a), clone(m.cols)
	Label("strips")
	m.strip(y, a, factors, 0)
	m.strip(y, a, factors, stripVectors/2*m.bytes())
	ADDQ(number(stripVectors*m.bytes()), y)
	ADDQ(number(stripVectors*m.bytes()), a)
	SUBQ(number(stripVectors*m.lanes), left)
	JNE(LabelRef("strips"))
	advance(m.a, m.lda, len(factors))
	SUBQ(number(len(factors)), rows)
	CMPQ(rows, number(len(factors)))
	JGE(LabelRef("strips_rows"))
	TESTQ(rows, rows)
	JNE(LabelRef(other))
	leave()
}

// strip adds the rows times their factors to half a strip of y.
func (m transposed) strip(y, a reg.GPVirtual, factors []vector, disp int) {
	sums := make([]vector, stripVectors/2)
	for v := range sums {
		sums[v] = m.register()
		VMOVUPS(Mem{Base: y, Disp: disp + v*m.bytes()}, sums[v])
	}
	for j, factor := range factors {
		for v, sum := range sums {
			VFMADD231PS(rowAt(a, m.lda, m.lda3, j, disp+v*m.bytes()), factor, sum)
		}
	}
	for v, sum := range sums {
		VMOVUPS(sum, Mem{Base: y, Disp: disp + v*m.bytes()})
	}
}

// gemmNarrow writes gemvT for every row of C and of A.
func (t target) gemmNarrow() {
	t.function("gemmNarrow", "(c []float32, ldc int, a []float32, lda int, b []float32, ldb int, m, n, k int)",
		"is Gemm for n ≤ narrow.")
	m := transposed{
		target: t,
		y:      pointer("c"), cols: integer("n"), nextY: stride("ldc"),
		a: pointer("b"), lda: stride("ldb"),
		x: pointer("a"), nextX: stride("lda"),
		rows:  func() reg.GPVirtual { return integer("k") },
		count: func() reg.GPVirtual { return integer("m") },
	}
	_, slim := t.plans()
	m.columns(slim)
}

// columns runs the passes of a plan and returns from the function.
func (m transposed) columns(p columnPlan) {
	label := func(n int) string { return fmt.Sprintf("%s%d", p.name, n) }
	Label(p.name)
	if p.chains > 1 {
		m.lda3 = triple(m.lda)
	}
	Label(p.name + "_next")
	CMPQ(m.cols, number(p.full*m.lanes))
	JEQ(LabelRef(p.name + "_full"))
	CMPQ(m.cols, number(p.most*m.lanes))
	JBE(LabelRef(p.name + "_last"))
	Label(p.name + "_full")
	m.eachY(p, p.full, nil, p.name+"_block")
	ADDQ(number(p.full*m.bytes()), m.y)
	ADDQ(number(p.full*m.bytes()), m.a)
	SUBQ(number(p.full*m.lanes), m.cols)
	JNE(LabelRef(p.name + "_next"))
	leave()

	Label(p.name + "_last")
	vectors, last := m.tailOf(m.cols)
	dispatch(vectors, p.least, p.most, label)
	for n := p.least; n <= p.most; n++ {
		Label(label(n))
		m.eachY(p, n, last, label(n))
		leave()
	}
}

// eachY runs a pass for every y.
func (m transposed) eachY(p columnPlan, n int, last *mask, label string) {
	if m.count == nil {
		m.pass(p, n, last, label)
		return
	}
	left := m.count()
	m.y, m.x = clone(m.y), clone(m.x)
	Label(label + "_each")
	m.pass(p, n, last, label)
	ADDQ(m.nextY, m.y)
	ADDQ(m.nextX, m.x)
	DECQ(left)
	JNE(LabelRef(label + "_each"))
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
	a, x, left := clone(m.a), clone(m.x), m.rows()
	row := func(j int, factor vector) {
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

// everyRow runs row on each row.
func (m transposed) everyRow(a, x, left reg.GPVirtual, label string, row func(int, vector)) {
	Label(label + "_rows")
	row(0, m.broadcast(Mem{Base: x}))
	ADDQ(m.lda, a)
	ADDQ(m.step, x)
	DECQ(left)
	JNE(LabelRef(label + "_rows"))
}

// fourRows runs row on each four rows and on the first of them that are left.
// Four factors are loaded at once and spread by shuffles, which leaves the load
// units to the matrix.
func (m transposed) fourRows(a, x, left reg.GPVirtual, label string, row func(int, vector)) {
	SUBQ(Imm(4), left)
	JLT(LabelRef(label + "_rest"))
	Label(label + "_rows")
	four := m.broadcastFour(Mem{Base: x})
	for j := range 4 {
		factor := m.register()
		VPERMILPS(U8(0x55*j), four, factor)
		row(j, factor)
	}
	LEAQ(Mem{Base: a, Index: m.lda, Scale: 4}, a)
	ADDQ(Imm(4*floatSize), x)
	SUBQ(Imm(4), left)
	JGE(LabelRef(label + "_rows"))

	Label(label + "_rest")
	for j := range 3 {
		CMPQ(left, I8(int8(j-4)))
		JLE(LabelRef(label + "_sum"))
		row(j, m.broadcast(Mem{Base: x, Disp: j * floatSize}))
	}
	Label(label + "_sum")
}
