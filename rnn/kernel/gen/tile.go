package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// tileRows is the height of a tile.
const tileRows = 4

// tileVectors is the width of a tile: with its height, as many accumulators as
// hide the latency of a multiply-add and leave registers for the factors.
func (t target) tileVectors() int {
	if t.masks {
		return 4
	}
	return 2
}

// product is C[m,n] += Σ_t A(r,t)·B[t,c], in tiles of C that are held in
// registers while t runs.
type product struct {
	target
	c, ldc        reg.GPVirtual
	a             reg.GPVirtual
	factor        func(a reg.GPVirtual, row int) Mem // A(row, t) where a is at A(0, t)
	nextStep      func(a reg.GPVirtual)              // moves a from t to t+1
	nextRows      func(a reg.GPVirtual, rows int)    // moves a down
	b, ldb        reg.GPVirtual
	rows, columns string // parameters: m and n
	steps         string // parameter: k
}

// rankK writes a[r,c] += Σ_t x[t,r]·y[t,c].
func (t target) rankK() {
	t.function("rankK", "(a []float32, lda, rows, cols int, x []float32, ldx int, y []float32, ldy, k int)", "is RankK.")
	ldx, rows := stride("ldx"), integer("rows")
	a, lda, x := pointer("a"), stride("lda"), pointer("x")
	LEAQ(Mem{Base: x, Index: rows, Scale: floatSize}, x)
	IMULQ(lda, rows)
	ADDQ(rows, a)
	product{
		target: t,
		c:      a, ldc: lda,
		a:        x,
		factor:   func(x reg.GPVirtual, row int) Mem { return Mem{Base: x, Disp: row * floatSize} },
		nextStep: func(x reg.GPVirtual) { ADDQ(ldx, x) },
		nextRows: func(x reg.GPVirtual, rows int) { ADDQ(number(rows*floatSize), x) },
		b:        pointer("y"), ldb: stride("ldy"),
		rows: "rows", columns: "cols", steps: "k",
	}.rowsFirst()
}

// gemm writes C[m,n] += A[m,k]·B[k,n] with one chain an element.
func (t target) gemm() {
	t.function("gemmWide", "(c []float32, ldc int, a []float32, lda int, b []float32, ldb int, m, n, k int, up bool)",
		"is Gemm for n > narrow.")
	a, b, ldb, step := pointer("a"), pointer("b"), stride("ldb"), GP64()
	MOVQ(number(floatSize), step)
	unlessUp("down")
	turn(a, step, b, ldb, integer("k"))
	Label("down")
	nextStep := AllocLocal(8) // registers are short
	MOVQ(step, nextStep)
	lda := stride("lda")
	lda3 := triple(lda)
	product{
		target: t,
		c:      pointer("c"), ldc: stride("ldc"),
		a:        a,
		factor:   func(a reg.GPVirtual, row int) Mem { return rowAt(a, lda, lda3, row, 0) },
		nextStep: func(a reg.GPVirtual) { ADDQ(nextStep, a) },
		nextRows: func(a reg.GPVirtual, rows int) { advance(a, lda, rows) },
		b:        b, ldb: ldb,
		rows: "m", columns: "n", steps: "k",
	}.columnsFirst()
}

// columnsFirst goes down one block of columns after the other, so that a block
// of B serves all rows from the cache, and returns from the function.
func (p product) columnsFirst() {
	left := integer(p.columns)
	most := p.tileVectors()
	Label("columns")
	CMPQ(left, number(most*p.lanes))
	JLE(LabelRef("last"))
	p.down(most, nil, "full")
	ADDQ(number(most*p.bytes()), p.c)
	ADDQ(number(most*p.bytes()), p.b)
	SUBQ(number(most*p.lanes), left)
	JMP(LabelRef("columns"))

	Label("last")
	label := func(n int) string { return fmt.Sprintf("last%d", n) }
	vectors, last := p.tailOf(left)
	dispatch(vectors, 1, most, label)
	for n := 1; n <= most; n++ {
		Label(label(n))
		p.down(n, last, label(n))
		leave()
	}
}

// down goes over all rows at n vectors of columns, the last one masked.
func (p product) down(n int, last *mask, label string) {
	p.c, p.a = clone(p.c), clone(p.a)
	p.eachRows(label, func(rows int, label string) {
		p.tile(rows, n, last, label)
	})
}

// rowsFirst goes along one block of rows after the other, so that C is passed
// over once from end to end, and returns from the function. It starts below
// the last row and goes up: what reads the matrix down next, as the first pass
// of the next name does, finds the upper rows in the first-level cache.
func (p product) rowsFirst() {
	vectors, last := p.tailOf(integer(p.columns))
	p.eachRowsUp("block", func(rows int, label string) {
		p.along(rows, vectors, last, label)
	})
	leave()
}

// along goes over all columns at a block of rows, vectors wide.
func (p product) along(rows int, vectors reg.GPVirtual, last *mask, label string) {
	name := func(n int) string { return fmt.Sprintf("%s_last%d", label, n) }
	most := p.tileVectors()
	p.c, p.b = clone(p.c), clone(p.b)
	left := clone(vectors)
	Label(label + "_columns")
	CMPQ(left, number(most))
	JLE(LabelRef(label + "_last"))
	p.tile(rows, most, nil, label+"_full")
	ADDQ(number(most*p.bytes()), p.c)
	ADDQ(number(most*p.bytes()), p.b)
	SUBQ(number(most), left)
	JMP(LabelRef(label + "_columns"))

	Label(label + "_last")
	dispatch(left, 1, most, name)
	for n := 1; n <= most; n++ {
		Label(name(n))
		p.tile(rows, n, last, name(n)+"_steps")
		if n < most {
			JMP(LabelRef(label + "_end"))
		}
	}
	Label(label + "_end")
}

// eachRows moves c and a down all rows, in blocks of tileRows and then singly.
func (p product) eachRows(label string, visit func(rows int, label string)) {
	left := integer(p.rows)
	SUBQ(Imm(tileRows), left)
	JLT(LabelRef(label + "_rest"))
	Label(label + "_rows")
	visit(tileRows, label+"_tile")
	advance(p.c, p.ldc, tileRows)
	p.nextRows(p.a, tileRows)
	SUBQ(Imm(tileRows), left)
	JGE(LabelRef(label + "_rows"))

	Label(label + "_rest")
	ADDQ(Imm(tileRows), left)
	JEQ(LabelRef(label + "_done"))
	Label(label + "_single")
	visit(1, label+"_row")
	advance(p.c, p.ldc, 1)
	p.nextRows(p.a, 1)
	DECQ(left)
	JNE(LabelRef(label + "_single"))
	Label(label + "_done")
}

// eachRowsUp moves c and a, which start below all rows, up: singly until whole
// blocks of tileRows are left.
func (p product) eachRowsUp(label string, visit func(rows int, label string)) {
	left := integer(p.rows)
	Label(label + "_rest")
	TESTQ(number(tileRows-1), left)
	JZ(LabelRef(label + "_rows"))
	retreat(p.c, p.ldc, 1)
	p.nextRows(p.a, -1)
	visit(1, label+"_row")
	DECQ(left)
	JMP(LabelRef(label + "_rest"))

	Label(label + "_rows")
	TESTQ(left, left)
	JZ(LabelRef(label + "_done"))
	retreat(p.c, p.ldc, tileRows)
	p.nextRows(p.a, -tileRows)
	visit(tileRows, label+"_tile")
	SUBQ(Imm(tileRows), left)
	JMP(LabelRef(label + "_rows"))
	Label(label + "_done")
}

// tile accumulates rows × n vectors of C over all steps.
func (p product) tile(rows, n int, last *mask, label string) {
	sums := make([][]vector, rows)
	for r := range sums {
		sums[r] = make([]vector, n)
		for v := range sums[r] {
			sums[r][v] = p.register()
		}
	}
	p.eachVector(sums, last, p.load)
	a, b, left := clone(p.a), clone(p.b), integer(p.steps)
	Label(label)
	vectors := make([]vector, n)
	for v := range vectors {
		vectors[v] = p.register()
		p.load(Mem{Base: b, Disp: v * p.bytes()}, lastOnly(v, n, last), vectors[v])
	}
	for r := range rows {
		factor := p.broadcast(p.factor(a, r))
		for v := range vectors {
			VFMADD231PS(vectors[v], factor, sums[r][v])
		}
	}
	p.nextStep(a)
	ADDQ(p.ldb, b)
	DECQ(left)
	JNE(LabelRef(label))
	p.eachVector(sums, last, func(m Mem, k *mask, v vector) { p.store(v, k, m) })
}

// eachVector visits the vectors of the tile at c.
func (p product) eachVector(sums [][]vector, last *mask, visit func(Mem, *mask, vector)) {
	var ldc3 reg.GPVirtual
	if len(sums) == tileRows {
		ldc3 = triple(p.ldc)
	}
	for r := range sums {
		for v, sum := range sums[r] {
			visit(rowAt(p.c, p.ldc, ldc3, r, v*p.bytes()), lastOnly(v, len(sums[r]), last), sum)
		}
	}
}

// lastOnly returns the mask of vector v of n: only the last one is masked.
func lastOnly(v, n int, last *mask) *mask {
	if v == n-1 {
		return last
	}
	return nil
}
