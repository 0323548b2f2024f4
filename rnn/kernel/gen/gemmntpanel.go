package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// Short dot products spend more on the sums of their lanes than on the
// products. Here a vector holds four lanes, a quarter, of several dot products:
// quarters add up without shuffles, and only the last four lanes need them.
const (
	quarter      = 4 // lanes
	quarters     = chunk / quarter
	shallow      = 64 // the longest dot product, as in package kernel
	panelRows    = 2  // rows of A that share the loads of a panel
	quarterBytes = quarter * floatSize
	panelBytes   = chunk * chunk * floatSize // of one chunk of every row of a panel
	cacheLine    = 64
)

// panel is the state of gemmNTPanels. A panel is chunk rows of B, columns of C,
// which are cut into tiles.
type panel struct {
	target
	c, ldc, a, lda, b, ldb, packed reg.GPVirtual
}

// quarterVectors is the number of vectors that hold one quarter of a tile: with
// panelRows and half of the quarters, as many sums as hide the latency of a
// multiply-add.
func (t target) quarterVectors() int { return t.lanes / quarter }

// panelTile is the width of a tile.
func (t target) panelTile() int { return t.quarterVectors() * t.lanes / quarter }

// gemmNTPanels writes C[m,n] += A[m,k]·B[n,k]ᵀ as gemmNT does, in panels of B
// that are packed once for all rows of A.
func (t target) gemmNTPanels() {
	TEXT("gemmNTPanels"+t.suffix, 0, "func(c []float32, ldc int, a []float32, lda int, b []float32, ldb int, m, n, k int)")
	Doc(fmt.Sprintf("gemmNTPanels%s is GemmNT for m a multiple of %d and n and k of %d, k ≤ %d.",
		t.suffix, panelRows, chunk, shallow))
	Pragma("noescape")
	p := panel{
		target: t,
		c:      pointer("c"), ldc: stride("ldc"),
		lda: stride("lda"),
		b:   pointer("b"), ldb: stride("ldb"),
		packed: GP64(),
	}
	LEAQ(AllocLocal(cacheLine+shallow/chunk*panelBytes).Offset(cacheLine), p.packed)
	ANDQ(I8(-cacheLine), p.packed)
	columns := integer("n")
	Label("panels")
	p.pack()
	Label("tiles")
	p.down()
	ADDQ(number(t.panelTile()*floatSize), p.c)
	ADDQ(number(t.panelTile()*chunk*floatSize), p.packed)
	SUBQ(number(t.panelTile()), columns)
	TESTQ(number(chunk-1), columns)
	JNE(LabelRef("tiles"))
	SUBQ(number(panelBytes), p.packed)
	advance(p.b, p.ldb, chunk)
	TESTQ(columns, columns)
	JNE(LabelRef("panels"))
	leave()
}

// at addresses vector number v of quarter number q of a tile in a packed chunk.
func (p panel) at(packed reg.GPVirtual, tile, q, v int) Mem {
	return Mem{Base: packed, Disp: ((tile*quarters+q)*p.quarterVectors() + v) * p.bytes()}
}

// pack copies the rows of b, chunk after chunk.
func (p panel) pack() {
	bases, ldb3 := rowBases(p.b, p.ldb, chunk), triple(p.ldb)
	packed, left := clone(p.packed), integer("k")
	row := func(r, disp int) Mem { return rowAt(bases[r/4], p.ldb, ldb3, r%4, disp) }
	Label("pack")
	for tile := range chunk / p.panelTile() {
		for v := range p.quarterVectors() {
			p.packVectors(packed, row, tile, v)
		}
	}
	for _, base := range bases {
		ADDQ(number(chunk*floatSize), base)
	}
	ADDQ(number(panelBytes), packed)
	SUBQ(number(chunk), left)
	JNE(LabelRef("pack"))
}

// packVectors packs vector v of each quarter of a tile. It holds the columns v,
// v+quarterVectors and so on, so that the sums of their lanes come out in order.
func (p panel) packVectors(packed reg.GPVirtual, row func(r, disp int) Mem, tile, v int) {
	group := p.lanes / quarter
	for q := 0; q < quarters; q += group {
		rows := make([]vector, group)
		for i := range rows {
			rows[i] = p.register()
			VMOVUPS(row(tile*p.panelTile()+i*p.quarterVectors()+v, q*quarterBytes), rows[i])
		}
		for i, columns := range p.transposeQuarters(rows) {
			VMOVUPS(columns, p.at(packed, tile, q+i, v))
		}
	}
}

// transposeQuarters returns the first quarters of all rows, then their second
// ones and so on; there are as many rows as quarters in a row.
func (t target) transposeQuarters(rows []vector) []vector {
	both := func(a, b vector, first, second uint8, shuffle func(...Op)) (low, high vector) {
		low, high = t.register(), t.register()
		shuffle(U8(first), b, a, low)
		shuffle(U8(second), b, a, high)
		return low, high
	}
	if !t.masks {
		low, high := both(rows[0], rows[1], 0x20, 0x31, vperm2f128)
		return []vector{low, high}
	}
	low01, high01 := both(rows[0], rows[1], 0x44, 0xee, VSHUFF32X4)
	low23, high23 := both(rows[2], rows[3], 0x44, 0xee, VSHUFF32X4)
	first, second := both(low01, low23, 0x88, 0xdd, VSHUFF32X4)
	third, fourth := both(high01, high23, 0x88, 0xdd, VSHUFF32X4)
	return []vector{first, second, third, fourth}
}

// down goes over all rows of C at the packed columns.
func (p panel) down() {
	p.a, p.c = pointer("a"), clone(p.c)
	left := integer("m")
	Label("rows")
	sums := p.addQuarters(p.sums(0), p.sums(1))
	p.addTo(sums)
	advance(p.c, p.ldc, panelRows)
	advance(p.a, p.lda, panelRows)
	SUBQ(number(panelRows), left)
	JNE(LabelRef("rows"))
}

// sums accumulates the quarters first and first+2 and returns what they add up
// to, by row of A and vector of the panel.
func (p panel) sums(first int) [][]vector {
	var sums [2][][]vector
	for i := range sums {
		for range panelRows {
			sums[i] = append(sums[i], p.zeros(p.quarterVectors()))
		}
	}
	a, packed, left := clone(p.a), clone(p.packed), integer("k")
	label := fmt.Sprintf("quarters%d", first)
	Label(label)
	for i := range sums {
		q := first + 2*i
		var rows []vector
		for r := range panelRows {
			rows = append(rows, p.broadcastFour(rowAt(a, p.lda, nil, r, q*quarterBytes)))
		}
		for v := range p.quarterVectors() {
			column := p.register()
			VMOVUPS(p.at(packed, 0, q, v), column)
			for r, row := range rows {
				VFMADD231PS(column, row, sums[i][r][v])
			}
		}
	}
	ADDQ(number(chunk*floatSize), a)
	ADDQ(number(panelBytes), packed)
	SUBQ(number(chunk), left)
	JNE(LabelRef(label))
	return p.addQuarters(sums[0], sums[1])
}

// addQuarters adds b to a.
func (p panel) addQuarters(a, b [][]vector) [][]vector {
	for r := range a {
		for v := range a[r] {
			VADDPS(b[r][v], a[r][v], a[r][v])
		}
	}
	return a
}

// addTo adds the sums of four lanes to C.
func (p panel) addTo(sums [][]vector) {
	if p.masks {
		for r, row := range sums {
			first := addPairs(row[0], row[1], 0x44, 0xee, vshufps, ZMM)
			second := addPairs(row[2], row[3], 0x44, 0xee, vshufps, ZMM)
			total := addPairs(first, second, 0x88, 0xdd, vshufps, ZMM)
			at := rowAt(p.c, p.ldc, nil, r, 0)
			VADDPS(at, total, total)
			VMOVUPS(total, at)
		}
		return
	}
	first := addPairs(sums[0][0], sums[0][1], 0x44, 0xee, vshufps, YMM)
	second := addPairs(sums[1][0], sums[1][1], 0x44, 0xee, vshufps, YMM)
	total := addPairs(first, second, 0x88, 0xdd, vshufps, YMM)
	VPERMPD(U8(0xd8), total, total)
	lower, upper := Mem{Base: p.c}, rowAt(p.c, p.ldc, nil, 1, 0)
	c := YMM()
	VMOVUPS(lower, c.AsX())
	VINSERTF128(U8(1), upper, c, c)
	VADDPS(c, total, total)
	VMOVUPS(total.AsX(), lower)
	VEXTRACTF128(U8(1), total, upper)
}
