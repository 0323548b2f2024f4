package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
	"github.com/mmcloughlin/avo/x86"
)

// floatSize is the size of a float32 in bytes.
const floatSize = 4

// A target is an instruction set that kernels are written for.
type target struct {
	suffix   string // of the functions' names
	lanes    int    // float32 in a vector
	register func() vector
	masks    bool // it has mask registers
}

// A vector is a register of the target's width.
type vector = reg.VecVirtual

var (
	avx512 = target{"AVX512", 16, ZMM, true}
	avx2   = target{"AVX2", 8, YMM, false}
)

// half is the target with vectors of half the width.
func (t target) half() target {
	if t.lanes == 16 {
		return target{t.suffix, 8, YMM, t.masks}
	}
	return target{t.suffix, 4, XMM, t.masks}
}

// bytes is the size of a vector.
func (t target) bytes() int { return t.lanes * floatSize }

// function starts the function name, with its signature but the word func.
func (t target) function(name, signature, doc string) {
	TEXT(name+t.suffix, NOSPLIT, "func"+signature)
	Doc(name + t.suffix + " " + doc)
	Pragma("noescape")
}

// leave ends a function. The upper halves are cleared because Go's own code is
// SSE, which would wait for them.
func leave() {
	VZEROUPPER()
	RET()
}

// A mask selects the first lanes of a vector: a mask register with 512 bits, a
// vector of ones and zeros with 256.
type mask struct{ op Op }

// firstLanes returns the mask of the first count lanes; count ≤ t.lanes, and
// is lost.
func (t target) firstLanes(count reg.GPVirtual) *mask {
	if t.masks {
		ones, k := GP32(), K()
		MOVL(U32(1<<32-1), ones)
		BZHIL(count.As32(), ones, ones)
		KMOVW(ones, k)
		return &mask{k}
	}
	table, v := GP64(), YMM()
	LEAQ(laneMasks, table)
	NEGQ(count)
	VMOVUPS(Mem{Base: table, Disp: avx2.bytes(), Index: count, Scale: floatSize}, v)
	if t.lanes == 4 {
		return &mask{v.AsX()}
	}
	return &mask{v}
}

// restMasks returns the masks of count elements over parts vectors; count is
// lost.
func (t target) restMasks(count reg.GPVirtual, parts int) []*mask {
	masks := make([]*mask, parts)
	for p := range masks {
		here := clone(count)
		if p < parts-1 {
			most := GP64()
			MOVQ(number(t.lanes), most)
			CMPQ(count, most)
			CMOVQGT(most, here)
			SUBQ(here, count)
		}
		masks[p] = t.firstLanes(here)
	}
	return masks
}

// laneMasks holds eight lanes of ones and eight of zeros.
var laneMasks = NewDataAddr(NewStaticSymbol("laneMasks"), 0)

func emitLaneMasks() {
	GLOBL("laneMasks", RODATA|NOPTR)
	for i := range 8 {
		DATA(i*floatSize, U32(1<<32-1))
	}
	for i := range 8 {
		DATA((8+i)*floatSize, U32(0))
	}
}

// load reads a vector. Lanes outside the mask are neither read nor faulted on;
// they become zero. A nil mask selects all.
func (t target) load(m Mem, k *mask, v vector) {
	switch {
	case k == nil:
		VMOVUPS(m, v)
	case t.masks:
		VMOVUPS_Z(m, k.op, v)
	default:
		VMASKMOVPS(m, k.op, v)
	}
}

// store writes the lanes of v that the mask selects.
func (t target) store(v vector, k *mask, m Mem) {
	switch {
	case k == nil:
		VMOVUPS(v, m)
	case t.masks:
		VMOVUPS(v, k.op, m)
	default:
		storeFirst(v, k, m)
	}
}

// stores counts the masked stores written, to name their labels.
var stores int

// storeFirst writes the lanes of v that the mask selects, the first ones, in
// pieces of eight, four, two and one: AMD's processors take a hundred cycles
// for VMASKMOVPS to memory.
func storeFirst(v vector, k *mask, m Mem) {
	stores++
	label := func(piece string) string { return fmt.Sprintf("store%d_%s", stores, piece) }
	count, at, piece := GP32(), GP64(), XMM()
	VMOVMSKPS(k.op, count)
	POPCNTL(count, count)
	LEAQ(m, at)
	CMPL(count, U8(8))
	JNE(LabelRef(label("four")))
	VMOVUPS(v, Mem{Base: at})
	JMP(LabelRef(label("done")))

	Label(label("four"))
	VMOVUPS(v.AsX(), piece)
	TESTL(U32(4), count)
	JZ(LabelRef(label("two")))
	VMOVUPS(piece, Mem{Base: at})
	VEXTRACTF128(Imm(1), v, piece)
	ADDQ(Imm(16), at)
	Label(label("two"))
	TESTL(U32(2), count)
	JZ(LabelRef(label("one")))
	VMOVSD(piece, Mem{Base: at})
	VPERMILPS(U8(0x0e), piece, piece)
	ADDQ(Imm(8), at)
	Label(label("one"))
	TESTL(U32(1), count)
	JZ(LabelRef(label("done")))
	VMOVSS(piece, Mem{Base: at})
	Label(label("done"))
}

// zero clears v. avo does not know that the 512-bit form reads nothing.
func (t target) zero(v vector) {
	if !t.masks {
		VXORPS(v, v, v)
		return
	}
	clear, err := x86.VPXORD(v, v, v)
	if err != nil {
		panic(err)
	}
	clear.CancellingInputs = true
	Instruction(clear)
}

// zeros returns n cleared vectors.
func (t target) zeros(n int) []vector {
	vs := make([]vector, n)
	for i := range vs {
		vs[i] = t.register()
		t.zero(vs[i])
	}
	return vs
}

// fmaLoad adds factor·m to sum. Lanes outside the mask add +0.
func (t target) fmaLoad(m Mem, k *mask, factor, sum vector) {
	if k == nil {
		VFMADD231PS(m, factor, sum)
		return
	}
	v := t.register()
	t.load(m, k, v)
	VFMADD231PS(v, factor, sum)
}

// broadcast returns the float32 at m in every lane.
func (t target) broadcast(m Mem) vector {
	v := t.register()
	VBROADCASTSS(m, v)
	return v
}

// broadcastFour returns the four float32 at m in every 128 bits.
func (t target) broadcastFour(m Mem) vector {
	v := t.register()
	if t.masks {
		VBROADCASTF32X4(m, v)
	} else {
		VBROADCASTF128(m, v)
	}
	return v
}

// length loads the length of the slice parameter name.
func length(name string) reg.GPVirtual {
	n := GP64()
	Load(Param(name).Len(), n)
	return n
}

// pointer loads the address of the slice parameter name.
func pointer(name string) reg.GPVirtual {
	p := GP64()
	Load(Param(name).Base(), p)
	return p
}

// integer loads the int parameter name.
func integer(name string) reg.GPVirtual {
	n := GP64()
	Load(Param(name), n)
	return n
}

// stride loads the row stride name, in bytes.
func stride(name string) reg.GPVirtual {
	n := integer(name)
	SHLQ(Imm(2), n)
	return n
}

// triple returns three times n.
func triple(n reg.GPVirtual) reg.GPVirtual {
	n3 := GP64()
	LEAQ(Mem{Base: n, Index: n, Scale: 2}, n3)
	return n3
}

// clone returns a copy of r.
func clone(r reg.GPVirtual) reg.GPVirtual {
	c := GP64()
	MOVQ(r, c)
	return c
}

// rowBases returns copies of base at every fourth of n rows, to reach all of
// them with rowAt.
func rowBases(base, stride reg.GPVirtual, n int) []reg.GPVirtual {
	bases := []reg.GPVirtual{clone(base)}
	for len(bases)*4 < n {
		next := GP64()
		LEAQ(Mem{Base: bases[len(bases)-1], Index: stride, Scale: 4}, next)
		bases = append(bases, next)
	}
	return bases
}

// rowAt addresses row i < 4 of a matrix at base with the stride and its triple.
func rowAt(base, stride, stride3 reg.GPVirtual, i, disp int) Mem {
	m := Mem{Base: base, Disp: disp}
	switch i {
	case 1, 2:
		m.Index, m.Scale = stride, uint8(i)
	case 3:
		m.Index, m.Scale = stride3, 1
	}
	return m
}

// tailOf returns the number of vectors that n elements fill and the mask of the
// last of them. n is at least one.
func (t target) tailOf(n reg.GPVirtual) (vectors reg.GPVirtual, last *mask) {
	vectors, rest := GP64(), GP64()
	LEAQ(Mem{Base: n, Disp: -1}, rest)
	MOVQ(rest, vectors)
	SHRQ(Imm(log2(t.lanes)), vectors)
	INCQ(vectors)
	ANDQ(number(t.lanes-1), rest)
	INCQ(rest)
	return vectors, t.firstLanes(rest)
}

// advance moves p down by n rows.
func advance(p, stride reg.GPVirtual, n int) {
	for ; n >= 4; n -= 4 {
		LEAQ(Mem{Base: p, Index: stride, Scale: 4}, p)
	}
	for ; n >= 2; n -= 2 {
		LEAQ(Mem{Base: p, Index: stride, Scale: 2}, p)
	}
	if n == 1 {
		ADDQ(stride, p)
	}
}

// unlessUp jumps to label if the rows are taken from the first down.
func unlessUp(label string) {
	up, err := Param("up").Resolve()
	if err != nil {
		panic(err)
	}
	CMPB(up.Addr, Imm(0))
	JEQ(LabelRef(label))
}

// turn moves x and the matrix at a to the last of n rows and makes their steps
// negative, so that the same loop goes up.
func turn(x, step, a, lda, n reg.GPVirtual) {
	last := GP64()
	LEAQ(Mem{Base: n, Disp: -1}, last)
	LEAQ(Mem{Base: x, Index: last, Scale: floatSize}, x)
	IMULQ(lda, last)
	ADDQ(last, a)
	NEGQ(step)
	NEGQ(lda)
}

// retreat moves p up by n rows, a power of two.
func retreat(p, stride reg.GPVirtual, n int) {
	distance := clone(stride)
	SHLQ(Imm(log2(n)), distance)
	SUBQ(distance, p)
}

func log2(n int) uint64 {
	bits := uint64(0)
	for ; n > 1; n /= 2 {
		bits++
	}
	return bits
}

// dispatch jumps to the label that label(n) names, by bisection; n is between
// low and high.
func dispatch(n reg.GPVirtual, low, high int, label func(int) string) {
	if low == high {
		JMP(LabelRef(label(low)))
		return
	}
	middle := (low + high + 1) / 2
	upper := label(middle) + "_up_to_" + label(high)
	if middle == high {
		upper = label(high)
	}
	CMPQ(n, number(middle))
	JGE(LabelRef(upper))
	dispatch(n, low, middle-1, label)
	if middle != high {
		Label(upper)
		dispatch(n, middle, high, label)
	}
}

// number returns an immediate operand. The assembler shortens it.
func number(n int) Op { return I32(n) }
