package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// A loop goes over slices of equal length, a vector of each at a time.
type loop struct {
	target
	names    []string
	slices   map[string]reg.GPVirtual
	h, h3    reg.GPVirtual // the hidden size in bytes and its triple, if gates are used
	elements reg.GPVirtual // left to do
	rest     *mask         // of the last vector; nil before it
}

// newLoop starts a loop over n elements of the slice parameters names.
func (t target) newLoop(n string, names ...string) *loop {
	l := &loop{target: t, names: names, slices: map[string]reg.GPVirtual{}, elements: length(n)}
	for _, name := range names {
		l.slices[name] = pointer(name)
	}
	return l
}

// withGates lets the loop reach the gates of a slice: blocks of n elements.
func (l *loop) withGates() *loop {
	l.h = clone(l.elements)
	SHLQ(Imm(2), l.h)
	l.h3 = triple(l.h)
	return l
}

// each writes body for whole vectors and again for what is left, where load
// yields zeros beyond the end and store leaves them out.
func (l *loop) each(body func()) {
	Label("vectors")
	CMPQ(l.elements, number(l.lanes))
	JLT(LabelRef("rest"))
	body()
	for _, name := range l.names {
		ADDQ(number(l.bytes()), l.slices[name])
	}
	SUBQ(number(l.lanes), l.elements)
	JMP(LabelRef("vectors"))

	Label("rest")
	TESTQ(l.elements, l.elements)
	JZ(LabelRef("done"))
	l.rest = l.firstLanes(l.elements)
	body()
	Label("done")
}

// load returns the next vector of the slice name, of gate number gate.
func (l *loop) load(name string, gate int) vector {
	v := l.register()
	l.target.load(rowAt(l.slices[name], l.h, l.h3, gate, 0), l.rest, v)
	return v
}

// next returns the next vector of the slice name.
func (l *loop) next(name string) vector { return l.load(name, 0) }

// store writes v as the next vector of the slice name, of gate number gate.
func (l *loop) store(v vector, name string, gate int) {
	l.target.store(v, l.rest, rowAt(l.slices[name], l.h, l.h3, gate, 0))
}

// put writes v as the next vector of the slice name.
func (l *loop) put(v vector, name string) { l.store(v, name, 0) }

// scalar returns the float32 parameter name in every lane.
func (t target) scalar(name string) vector {
	p, err := Param(name).Resolve()
	if err != nil {
		panic(err)
	}
	return t.broadcast(p.Addr)
}
