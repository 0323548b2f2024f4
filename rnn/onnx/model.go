package onnx

import (
	"encoding/binary"
	"math"
)

// Versions that a model asks its runtime for. Operator set 17 is understood by ONNX Runtime 1.12 (2022) and later.
const (
	irVersion   = 8
	operatorSet = 17
)

// Model is a graph with its inputs, outputs and weights.
type Model struct {
	Name     string
	Metadata []Property
	Nodes    []Node // every node after those whose outputs it takes
	Weights  []Tensor
	Inputs   []Value
	Outputs  []Value
}

// Property is an entry of a model's metadata.
type Property struct{ Key, Value string }

// Node applies an operator to values by name; the empty name leaves an optional input or output out.
type Node struct {
	Operator        string
	Inputs, Outputs []string
	Attributes      []Attribute
}

// Attribute is a setting of a node. Value is an int64, a string, a []float32, a []int64 or a []string.
type Attribute struct {
	Name  string
	Value any
}

// Tensor is a constant. Data is a []float32 or []int64, row-major.
type Tensor struct {
	Name  string
	Shape []int
	Data  any
}

// Type of the elements of a value.
type Type uint64

// Element types, as onnx.proto numbers them.
const (
	Float32 Type = 1
	Int64   Type = 7
)

// Value is what goes into or comes out of a graph. A dimension is an int, or a string that names one of any size.
type Value struct {
	Name  string
	Type  Type
	Shape []any
}

// Encode returns the bytes of a .onnx file. It panics if an attribute, tensor or dimension is of no type it may have.
func (m Model) Encode() []byte {
	var b message
	b.integer(1, irVersion)
	b.text(2, "sweep")
	b.nested(7, m.graph)
	b.nested(8, func(set *message) { set.integer(2, operatorSet) })
	for _, p := range m.Metadata {
		b.nested(14, func(entry *message) {
			entry.text(1, p.Key)
			entry.text(2, p.Value)
		})
	}
	return b.bytes
}

func (m Model) graph(b *message) {
	for _, n := range m.Nodes {
		b.nested(1, n.encode)
	}
	b.text(2, m.Name)
	for _, t := range m.Weights {
		b.nested(5, t.encode)
	}
	for _, v := range m.Inputs {
		b.nested(11, v.encode)
	}
	for _, v := range m.Outputs {
		b.nested(12, v.encode)
	}
}

func (n Node) encode(b *message) {
	for _, name := range n.Inputs {
		b.text(1, name)
	}
	for _, name := range n.Outputs {
		b.text(2, name)
	}
	b.text(4, n.Operator)
	for _, a := range n.Attributes {
		b.nested(5, a.encode)
	}
}

// encode writes the value under the field of its type, and the type's number.
func (a Attribute) encode(b *message) {
	b.text(1, a.Name)
	switch v := a.Value.(type) {
	case int64:
		b.integer(3, uint64(v))
		b.integer(20, 2)
	case string:
		b.text(4, v)
		b.integer(20, 3)
	case []float32:
		for _, f := range v {
			b.float(7, f)
		}
		b.integer(20, 6)
	case []int64:
		for _, i := range v {
			b.integer(8, uint64(i))
		}
		b.integer(20, 7)
	case []string:
		for _, s := range v {
			b.text(9, s)
		}
		b.integer(20, 8)
	default:
		panic("onnx: attribute of unknown type")
	}
}

func (t Tensor) encode(b *message) {
	for _, d := range t.Shape {
		b.integer(1, uint64(d))
	}
	var raw []byte
	switch data := t.Data.(type) {
	case []float32:
		b.integer(2, uint64(Float32))
		for _, v := range data {
			raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(v))
		}
	case []int64:
		b.integer(2, uint64(Int64))
		for _, v := range data {
			raw = binary.LittleEndian.AppendUint64(raw, uint64(v))
		}
	default:
		panic("onnx: tensor of unknown type")
	}
	b.text(8, t.Name)
	b.text(9, string(raw))
}

func (v Value) encode(b *message) {
	b.text(1, v.Name)
	b.nested(2, func(kind *message) {
		kind.nested(1, func(tensor *message) {
			tensor.integer(1, uint64(v.Type))
			tensor.nested(2, v.shape)
		})
	})
}

func (v Value) shape(b *message) {
	for _, dimension := range v.Shape {
		b.nested(1, func(d *message) {
			switch n := dimension.(type) {
			case int:
				d.integer(1, uint64(n))
			case string:
				d.text(2, n)
			default:
				panic("onnx: dimension of unknown type")
			}
		})
	}
}
