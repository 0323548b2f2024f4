package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// chunk is the number of lanes a dot product is summed in, whatever the width
// of a vector.
const chunk = 16

// blockRows is the height of a block, which the rows are passed over in, down or
// up; within a block they go down.
const blockRows = 16

// gemv writes y[r] += Σ_c a[r,c]·x[c]. With 512 bits a block is taken at once,
// which leaves one shuffle a row for the sums of the lanes; with 256 bits four
// rows are. What is left of the rows is taken four at a time and singly with
// 256 bits, in the same order of accumulation.
func (t target) gemv() {
	t.function("gemv", "(y, a []float32, lda int, x []float32, up bool)", "is Gemv.")
	m := dots{
		target: t,
		y:      pointer("y"),
		a:      pointer("a"), lda: stride("lda"),
	}
	m.lda3 = triple(m.lda)
	m.wholeBlocks()
	m.restOfRows()
	Label("done")
	leave()
}

// dots is the state of gemv.
type dots struct {
	target
	y, a, lda, lda3 reg.GPVirtual
}

// parts is the number of vectors in a chunk.
func (m dots) parts() int { return chunk / m.lanes }

// rest returns the masks of the columns after the last whole chunk.
func (m dots) rest() []*mask {
	rest := length("x")
	ANDQ(Imm(chunk-1), rest)
	return m.restMasks(rest, m.parts())
}

// seek moves y and a to a block.
func (m dots) seek(block reg.GPVirtual) {
	row := clone(block)
	SHLQ(Imm(log2(blockRows)), row)
	Load(Param("y").Base(), m.y)
	LEAQ(Mem{Base: m.y, Index: row, Scale: floatSize}, m.y)
	IMULQ(m.lda, row)
	Load(Param("a").Base(), m.a)
	ADDQ(row, m.a)
}

// wholeBlocks takes whole blocks of rows and leaves y and a below them.
func (m dots) wholeBlocks() {
	blocks := length("y") // left to do
	SHRQ(Imm(log2(blockRows)), blocks)
	JZ(LabelRef("rest"))
	next, nextY := clone(m.lda), GP64() // from one block to the one after it
	SHLQ(Imm(log2(blockRows)), next)
	MOVQ(number(blockRows*floatSize), nextY)
	unlessUp("blocks")
	DECQ(blocks)
	m.seek(blocks)
	INCQ(blocks)
	NEGQ(next)
	NEGQ(nextY)
	Label("blocks")
	masks := m.rest()
	Label("block")
	m.block(masks)
	ADDQ(nextY, m.y)
	ADDQ(next, m.a)
	DECQ(blocks)
	JNE(LabelRef("block"))
	unlessUp("rest")
	Load(Param("y").Len(), blocks)
	SHRQ(Imm(log2(blockRows)), blocks)
	m.seek(blocks)
}

// block takes the block at y and a.
func (m dots) block(masks []*mask) {
	if m.lanes == chunk {
		m.addTo(m.y, m.sums(blockRows, masks, "block"))
		return
	}
	const n = 4
	m.y, m.a = clone(m.y), clone(m.a)
	left := GP64()
	MOVQ(number(blockRows/n), left)
	Label("four")
	m.addTo(m.y, m.sums(n, masks, "four"))
	ADDQ(number(n*floatSize), m.y)
	advance(m.a, m.lda, n)
	DECQ(left)
	JNE(LabelRef("four"))
}

// restOfRows takes the rows after the last whole block, with 256 bits.
func (m dots) restOfRows() {
	Label("rest")
	left := length("y")
	ANDQ(Imm(blockRows-1), left)
	JZ(LabelRef("done"))
	m.target = avx2
	masks := m.rest()
	m.groups(4, left, masks)
	m.groups(1, left, masks)
}

// groups takes n rows at a time while there are as many left.
func (m dots) groups(n int, left reg.GPVirtual, masks []*mask) {
	label := fmt.Sprintf("rows%d", n)
	Label(label)
	CMPQ(left, number(n))
	JLT(LabelRef(label + "_done"))
	m.addTo(m.y, m.sums(n, masks, label))
	ADDQ(number(n*floatSize), m.y)
	advance(m.a, m.lda, n)
	SUBQ(number(n), left)
	JMP(LabelRef(label))
	Label(label + "_done")
}

// sums accumulates the lanes of n rows, parts vectors a row.
func (m dots) sums(n int, rest []*mask, label string) [][]vector {
	sums := make([][]vector, n)
	for r := range sums {
		sums[r] = m.zeros(m.parts())
	}
	x, left := pointer("x"), length("x")
	bases := rowBases(m.a, m.lda, n)
	step := func(masks []*mask) {
		factors := make([]vector, len(masks))
		for p, k := range masks {
			factors[p] = m.register()
			m.load(Mem{Base: x, Disp: p * m.bytes()}, k, factors[p])
		}
		for r := range sums {
			for p, k := range masks {
				at := rowAt(bases[r/4], m.lda, m.lda3, r%4, p*m.bytes())
				m.fmaLoad(at, k, factors[p], sums[r][p%m.parts()])
			}
		}
	}
	moving := append(bases, x)
	if n > 1 {
		// Rows in the second-level cache want long reads, but not one read a
		// row: at 128 columns two of four chunks are half as fast again as one
		// of eight or four of two, on Zen 5.
		m.wholeChunks(8, 16, left, moving, step, label)
		m.wholeChunks(4, 4, left, moving, step, label)
	}
	m.wholeChunks(1, 1, left, moving, step, label)
	TESTQ(left, left)
	JZ(LabelRef(label + "_sum"))
	step(rest)
	Label(label + "_sum")
	return sums
}

// wholeChunks runs step on n chunks at a time while there are as many columns
// left, if there are least chunks or more.
func (m dots) wholeChunks(n, least int, left reg.GPVirtual, moving []reg.GPVirtual, step func([]*mask), label string) {
	name := fmt.Sprintf("%s_chunks%d", label, n)
	CMPQ(left, number(least*chunk))
	JLT(LabelRef(name + "_done"))
	SUBQ(number(n*chunk), left)
	Label(name)
	step(make([]*mask, n*m.parts()))
	for _, p := range moving {
		ADDQ(number(n*chunk*floatSize), p)
	}
	SUBQ(number(n*chunk), left)
	JGE(LabelRef(name))
	ADDQ(number(n*chunk), left)
	Label(name + "_done")
}

// addTo adds the sums of the lanes of each row to y.
func (m dots) addTo(y reg.GPVirtual, sums [][]vector) {
	switch len(sums) {
	case 16:
		total := halve16(sums)
		VADDPS(Mem{Base: y}, total, total)
		VMOVUPS(total, Mem{Base: y})
	case 4:
		total := halve4(sums)
		VADDPS(Mem{Base: y}, total, total)
		VMOVUPS(total, Mem{Base: y})
	case 1:
		total := halve1(sums[0])
		VADDSS(Mem{Base: y}, total, total)
		VMOVSS(total, Mem{Base: y})
	}
}

// halve16 returns the sums of sixteen rows in order: each step halves the lanes
// of a row and puts two vectors into one.
func halve16(rows [][]vector) vector {
	var sums []vector
	for _, r := range rows {
		sums = append(sums, r[0])
	}
	// Lanes 128 bits wide hold rows 0, 4, 8, 12, then 1, 5, 9, 13, and so on,
	// so that the last step leaves the rows in order.
	quarter := make([]vector, 4)
	upper := K()
	ones := GP32()
	MOVL(U32(0xff00), ones)
	KMOVW(ones, upper)
	for i := range quarter {
		first := addHalves512(sums[i], sums[i+4], upper)
		second := addHalves512(sums[i+8], sums[i+12], upper)
		quarter[i] = addPairs(first, second, 0x88, 0xdd, VSHUFF32X4, ZMM)
	}
	even := addPairs(quarter[0], quarter[1], 0x44, 0xee, vshufps, ZMM)
	odd := addPairs(quarter[2], quarter[3], 0x44, 0xee, vshufps, ZMM)
	return addPairs(even, odd, 0x88, 0xdd, vshufps, ZMM)
}

// addHalves512 returns the sum of the halves of a, and above it that of b. A
// blend is cheaper than a shuffle.
func addHalves512(a, b vector, upper reg.OpmaskVirtual) vector {
	straight, crossed := ZMM(), ZMM()
	VBLENDMPS(b, a, upper, straight)
	VSHUFF32X4(U8(0x4e), b, a, crossed)
	VADDPS(crossed, straight, straight)
	return straight
}

// halve4 returns the sums of four rows of two vectors in order.
func halve4(rows [][]vector) vector {
	for _, r := range rows {
		VADDPS(r[1], r[0], r[0])
	}
	low := addPairs(rows[0][0], rows[2][0], 0x20, 0x31, vperm2f128, YMM)
	high := addPairs(rows[1][0], rows[3][0], 0x20, 0x31, vperm2f128, YMM)
	both := addPairs(low, high, 0x44, 0xee, vshufps, YMM)
	upper := XMM()
	VEXTRACTF128(Imm(1), both, upper)
	return addPairs(both.AsX(), upper, 0x88, 0xdd, vshufps, XMM)
}

// halve1 returns the sum of the lanes of one row in the lowest lane.
func halve1(parts []vector) vector {
	VADDPS(parts[1], parts[0], parts[0])
	upper, total := XMM(), parts[0].AsX()
	VEXTRACTF128(Imm(1), parts[0], upper)
	VADDPS(upper, total, total)
	VPERMILPS(Imm(0x4e), total, upper)
	VADDPS(upper, total, total)
	VPERMILPS(Imm(0xb1), total, upper)
	sum := XMM()
	VADDPS(upper, total, sum)
	return sum
}

// addPairs returns shuffle(first, a, b) + shuffle(second, a, b).
func addPairs(a, b reg.Register, first, second uint8, shuffle func(...Op), register func() vector) vector {
	low, high := register(), register()
	shuffle(U8(first), b, a, low)
	shuffle(U8(second), b, a, high)
	VADDPS(high, low, low)
	return low
}

func vshufps(ops ...Op)    { VSHUFPS(ops...) }
func vperm2f128(ops ...Op) { VPERM2F128(ops[0], ops[1], ops[2], ops[3]) }
