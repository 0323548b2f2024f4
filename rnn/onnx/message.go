package onnx

import (
	"encoding/binary"
	"math"
)

// message is a protocol buffer being written, field by field
// (https://protobuf.dev/programming-guides/encoding).
type message struct{ bytes []byte }

// Wire types: how a field's value is delimited.
const (
	wireVarint  = 0
	wireLength  = 2
	wireFixed32 = 5
)

func (m *message) tag(field, wire uint64) {
	m.bytes = binary.AppendUvarint(m.bytes, field<<3|wire)
}

func (m *message) integer(field, value uint64) {
	m.tag(field, wireVarint)
	m.bytes = binary.AppendUvarint(m.bytes, value)
}

func (m *message) float(field uint64, value float32) {
	m.tag(field, wireFixed32)
	m.bytes = binary.LittleEndian.AppendUint32(m.bytes, math.Float32bits(value))
}

func (m *message) text(field uint64, value string) {
	m.tag(field, wireLength)
	m.bytes = binary.AppendUvarint(m.bytes, uint64(len(value)))
	m.bytes = append(m.bytes, value...)
}

func (m *message) nested(field uint64, write func(*message)) {
	var inner message
	write(&inner)
	m.text(field, string(inner.bytes))
}
