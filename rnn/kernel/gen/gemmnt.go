package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// squareSide is the height and width of a square of dot products that are taken
// together: with the lanes of each, as many accumulators as fit.
func (t target) squareSide() int {
	if t.lanes == chunk {
		return 4
	}
	return 2
}

// gemmNT writes C[m,n] += A[m,k]·B[n,k]ᵀ, each element a dot product as in
// gemv, for m and n multiples of squareSide.
func (t target) gemmNT() {
	t.function("gemmNTSquares", "(c []float32, ldc int, a []float32, lda int, b []float32, ldb int, m, n, k int)",
		"is GemmNT for m and n that are multiples of the side of a square.")
	s := square{
		target: t, side: t.squareSide(),
		c: pointer("c"), ldc: stride("ldc"),
		lda: stride("lda"),
		b:   pointer("b"), ldb: stride("ldb"),
	}
	if s.side == 4 {
		s.lda3, s.ldb3 = triple(s.lda), triple(s.ldb)
	}
	columns := integer("n")
	Label("columns")
	s.down()
	ADDQ(number(s.side*floatSize), s.c)
	advance(s.b, s.ldb, s.side)
	SUBQ(number(s.side), columns)
	JNE(LabelRef("columns"))
	leave()
}

// square is the state of gemmNT.
type square struct {
	target
	side                               int
	c, ldc, a, lda, lda3, b, ldb, ldb3 reg.GPVirtual
}

// down goes over all rows of C at the columns of b.
func (s square) down() {
	s.a, s.c = pointer("a"), clone(s.c)
	left := integer("m")
	Label("rows")
	sums := s.sums()
	if s.side == 4 {
		s.addFour(sums)
	} else {
		s.addTwo(sums)
	}
	advance(s.c, s.ldc, s.side)
	advance(s.a, s.lda, s.side)
	SUBQ(number(s.side), left)
	JNE(LabelRef("rows"))
}

// sums accumulates the lanes of the dot products of side rows of A and of B, in
// the order of C.
func (s square) sums() [][]vector {
	parts := chunk / s.lanes
	sums := make([][]vector, s.side*s.side)
	for i := range sums {
		sums[i] = s.zeros(parts)
	}
	a, b, left := clone(s.a), clone(s.b), integer("k")
	step := func(masks []*mask) {
		for p, k := range masks {
			columns := make([]vector, s.side)
			for j := range columns {
				columns[j] = s.register()
				s.load(rowAt(b, s.ldb, s.ldb3, j, p*s.bytes()), k, columns[j])
			}
			for i := range s.side {
				row := s.register()
				s.load(rowAt(a, s.lda, s.lda3, i, p*s.bytes()), k, row)
				for j, column := range columns {
					VFMADD231PS(column, row, sums[i*s.side+j][p])
				}
			}
		}
	}
	SUBQ(Imm(chunk), left)
	JLT(LabelRef("rest"))
	Label("chunk")
	step(make([]*mask, parts))
	ADDQ(Imm(chunk*floatSize), a)
	ADDQ(Imm(chunk*floatSize), b)
	SUBQ(Imm(chunk), left)
	JGE(LabelRef("chunk"))
	Label("rest")
	ADDQ(Imm(chunk), left)
	JEQ(LabelRef("sum"))
	step(s.restMasks(left, parts))
	Label("sum")
	return sums
}

// addFour adds the sums of a square of side four to C.
func (s square) addFour(sums [][]vector) {
	total, ldc3 := halve16(sums), triple(s.ldc)
	for i := range 4 {
		row := XMM()
		VEXTRACTF32X4(U8(i), total, row)
		at := rowAt(s.c, s.ldc, ldc3, i, 0)
		VADDPS(at, row, row)
		VMOVUPS(row, at)
	}
}

// addTwo adds the sums of a square of side two to C.
func (s square) addTwo(sums [][]vector) {
	total, c := halve4(sums), XMM()
	upper := Mem{Base: s.c, Index: s.ldc, Scale: 1}
	VMOVSD(Mem{Base: s.c}, c)
	VMOVHPS(upper, c, c)
	VADDPS(total, c, c)
	VMOVSD(c, Mem{Base: s.c})
	VMOVHPS(c, upper)
}
