package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

// Each operation leaves its operands as they are. Operand b of add, mul and
// fma, operand c of fma and operand b of sub and div may be a constant.

func (t target) add(a vector, b Op) vector { v := t.register(); VADDPS(b, a, v); return v }
func (t target) sub(a vector, b Op) vector { v := t.register(); VSUBPS(b, a, v); return v }
func (t target) mul(a vector, b Op) vector { v := t.register(); VMULPS(b, a, v); return v }
func (t target) div(a vector, b Op) vector { v := t.register(); VDIVPS(b, a, v); return v }
func (t target) and(a vector, b Op) vector { v := t.register(); VANDPS(b, a, v); return v }
func (t target) or(a vector, b Op) vector  { v := t.register(); VORPS(b, a, v); return v }

// larger returns b where a is not larger: NaN and either zero come from b.
func (t target) larger(a, b vector) vector { v := t.register(); VMAXPS(b, a, v); return v }

// smaller returns b where a is not smaller: NaN and either zero come from b.
func (t target) smaller(a, b vector) vector { v := t.register(); VMINPS(b, a, v); return v }

// copyOf returns a copy of a register or a constant.
func (t target) copyOf(a Op) vector { v := t.register(); VMOVUPS(a, v); return v }

// fma returns a·b + c, rounded once.
func (t target) fma(a vector, b, c Op) vector {
	if _, constant := c.(Mem); constant {
		v := t.copyOf(a)
		factor := b
		if _, both := b.(Mem); both {
			factor = t.copyOf(b)
		}
		VFMADD213PS(c, factor, v)
		return v
	}
	v := t.copyOf(c)
	VFMADD231PS(b, a, v)
	return v
}

// fnma returns c − a·b, rounded once.
func (t target) fnma(a vector, b, c Op) vector {
	v := t.copyOf(c)
	VFNMADD231PS(b, a, v)
	return v
}

// constants are the values that the file refers to, each repeated over the
// lanes of the widest vector.
var constants []uint32

// bitsOf returns the constant with the given bits.
func bitsOf(bits uint32) Mem {
	const size = 16 * floatSize
	at := len(constants)
	for i, c := range constants {
		if c == bits {
			at = i
		}
	}
	if at == len(constants) {
		constants = append(constants, bits)
	}
	return NewDataAddr(NewStaticSymbol("constants"), at*size)
}

// constant returns the constant v.
func constant(v float32) Mem { return bitsOf(math.Float32bits(v)) }

func emitConstants() {
	if len(constants) == 0 {
		return
	}
	GLOBL("constants", RODATA|NOPTR)
	for i, c := range constants {
		for lane := range 16 {
			DATA((i*16+lane)*floatSize, U32(c))
		}
	}
}

// The constants of the exponential, as in package kernel.
const (
	ln2High  = 0x1.62e4p-1
	rounder  = 3 << 22
	expLeast = -104
	tanhMost = 10
	signBit  = 1 << 31
)

// reduce returns exp(r) − 1 and the bits of rounder + n, for x = n·ln 2 + r.
func (t target) reduce(x vector) (expm1, rounded vector) {
	rounded = t.fma(x, constant(math.Log2E), constant(rounder))
	n := t.sub(rounded, constant(rounder))
	r := t.fma(n, constant(-ln2High), x)
	VFMADD231PS(constant(-float32(math.Ln2-ln2High)), n, r)
	p := t.copyOf(constant(1. / 5040))
	for _, c := range []float32{1. / 720, 1. / 120, 1. / 24, 1. / 6, 1. / 2} {
		VFMADD213PS(constant(c), r, p)
	}
	return t.fma(t.mul(r, r), p, r), rounded
}

// power returns 2ⁿ of integers −126 ≤ n ≤ 127.
func (t target) power(n vector) vector {
	v := t.register()
	t.addIntegers(bitsOf(127), n, v)
	VPSLLD(U8(23), v, v)
	return v
}

func (t target) addIntegers(b Op, a, sum vector) { VPADDD(b, a, sum) }

// exponent returns the integers n of bits of rounder + n.
func (t target) exponent(rounded vector) vector {
	n := t.register()
	VPSUBD(constant(rounder), rounded, n)
	return n
}

// exp returns exp(x) for x ≤ 0.
func (t target) exp(x vector) vector {
	expm1, rounded := t.reduce(t.larger(t.copyOf(constant(expLeast)), x))
	n, half, rest := t.exponent(rounded), t.register(), t.register()
	VPSRAD(U8(1), n, half)
	VPSUBD(half, n, rest)
	e := t.add(expm1, constant(1))
	return t.mul(t.mul(e, t.power(half)), t.power(rest))
}

// tanh returns tanh(x).
func (t target) tanh(x vector) vector {
	magnitude := t.and(x, bitsOf(signBit-1))
	magnitude = t.smaller(t.copyOf(constant(tanhMost)), magnitude)
	expm1, rounded := t.reduce(t.add(magnitude, magnitude))
	scale := t.power(t.exponent(rounded))
	e := t.fma(scale, expm1, t.sub(scale, constant(1)))
	y := t.div(e, t.add(e, constant(2)))
	return t.or(y, t.and(x, bitsOf(signBit)))
}

// sigmoid returns 1/(1 + exp(−x)).
func (t target) sigmoid(x vector) vector {
	e := t.exp(t.or(x, bitsOf(signBit)))
	return t.div(t.whereNegative(x, e, constant(1)), t.add(e, constant(1)))
}

// whereNegative returns a where the sign of x is set and b elsewhere.
func (t target) whereNegative(x, a vector, b Op) vector {
	v, other := t.register(), t.copyOf(b)
	if t.masks {
		negative := K()
		VPMOVD2M(x, negative)
		VBLENDMPS(a, other, negative, v)
		return v
	}
	VBLENDVPS(x, a, other, v)
	return v
}

// clearWhereNotPositive returns a, and zero where y ≤ 0.
func (t target) clearWhereNotPositive(a, y vector) vector {
	const notLessOrEqual = 0x16 // unordered, so NaN passes
	v, zero := t.register(), t.zeros(1)[0]
	if t.masks {
		keep := K()
		VCMPPS(U8(notLessOrEqual), zero, y, keep)
		VMOVUPS_Z(a, keep, v)
		return v
	}
	VCMPPS(U8(notLessOrEqual), zero, y, v)
	VANDPS(a, v, v)
	return v
}

// Gradients through an activation, from its result y.

func (t target) tanhSlope(y vector) vector    { return t.fnma(y, y, constant(1)) }
func (t target) sigmoidSlope(y vector) vector { return t.fnma(y, y, y) }
