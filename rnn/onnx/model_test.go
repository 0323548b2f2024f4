package onnx

import (
	"fmt"
	"testing"
)

func Example() {
	double := Model{
		Name:    "double",
		Nodes:   []Node{{Operator: "Add", Inputs: []string{"x", "x"}, Outputs: []string{"y"}}},
		Inputs:  []Value{{Name: "x", Type: Float32, Shape: []any{"N"}}},
		Outputs: []Value{{Name: "y", Type: Float32, Shape: []any{"N"}}},
	}
	fmt.Println(len(double.Encode()), "bytes")
	// Output: 75 bytes
}

// TestEncode compares the wire form of each kind of field with one written down from the protocol buffer encoding.
func TestEncode(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		write func(*message)
		want  string
	}{
		"integer":   {Attribute{"a", int64(300)}.encode, "\x0a\x01a\x18\xac\x02\xa0\x01\x02"},
		"negative":  {Attribute{"a", int64(-1)}.encode, "\x0a\x01a\x18\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\xa0\x01\x02"},
		"text":      {Attribute{"a", "xy"}.encode, "\x0a\x01a\x22\x02xy\xa0\x01\x03"},
		"floats":    {Attribute{"a", []float32{1, -2}}.encode, "\x0a\x01a\x3d\x00\x00\x80\x3f\x3d\x00\x00\x00\xc0\xa0\x01\x06"},
		"integers":  {Attribute{"a", []int64{0, 2}}.encode, "\x0a\x01a\x40\x00\x40\x02\xa0\x01\x07"},
		"texts":     {Attribute{"a", []string{"x"}}.encode, "\x0a\x01a\x4a\x01x\xa0\x01\x08"},
		"node":      {Node{"Add", []string{"x", ""}, []string{"y"}, nil}.encode, "\x0a\x01x\x0a\x00\x12\x01y\x22\x03Add"},
		"weights":   {Tensor{"w", []int{1, 2}, []float32{1, 0}}.encode, "\x08\x01\x08\x02\x10\x01\x42\x01w\x4a\x08\x00\x00\x80\x3f\x00\x00\x00\x00"},
		"positions": {Tensor{"i", nil, []int64{-2}}.encode, "\x10\x07\x42\x01i\x4a\x08\xfe\xff\xff\xff\xff\xff\xff\xff"},
		"value":     {Value{"x", Int64, []any{"T", 3}}.encode, "\x0a\x01x\x12\x0f\x0a\x0d\x08\x07\x12\x09\x0a\x03\x12\x01T\x0a\x02\x08\x03"},
	} {
		var m message
		c.write(&m)
		if string(m.bytes) != c.want {
			t.Errorf("%s: %q, want %q", name, m.bytes, c.want)
		}
	}
}

func TestEncodePanics(t *testing.T) {
	t.Parallel()
	for name, m := range map[string]Model{
		"attribute": {Nodes: []Node{{Attributes: []Attribute{{"a", 1}}}}},
		"tensor":    {Weights: []Tensor{{"w", []int{1}, []float64{1}}}},
		"dimension": {Inputs: []Value{{"x", Float32, []any{1.5}}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			defer func() {
				if recover() == nil {
					t.Error("a type that ONNX does not have was written")
				}
			}()
			m.Encode()
		})
	}
}
