package safetensors

import (
	"encoding/binary"
	"encoding/json"
	"math"
)

// Tensor is an array of float32 under a name.
type Tensor struct {
	Name  string
	Shape []int
	Data  []float32 // row-major
}

// File is what a file holds.
type File struct {
	Metadata map[string]string
	Tensors  []Tensor // in the order of their data
}

// metadataKey is the header's one key that names no tensor.
const metadataKey = "__metadata__"

// prefix is the number of bytes that give the length of the header.
const prefix = 8

// entry is what the header says of a tensor.
type entry struct {
	Dtype   string   `json:"dtype"`
	Shape   []int    `json:"shape"`
	Offsets [2]int64 `json:"data_offsets"`
}

// Encode returns the file's bytes. Tensors keep their order; the data starts at a multiple of 8. It panics if a tensor's
// data does not have the length of its shape.
func (f File) Encode() []byte {
	header := f.header()
	b := binary.LittleEndian.AppendUint64(make([]byte, 0, prefix+len(header)+f.dataSize()), uint64(len(header)))
	b = append(b, header...)
	for _, t := range f.Tensors {
		for _, v := range t.Data {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
		}
	}
	return b
}

func (f File) dataSize() int {
	n := 0
	for _, t := range f.Tensors {
		n += 4 * len(t.Data)
	}
	return n
}

// header writes the JSON by hand around its values, because the order of a Go map's keys is not the tensors' order.
func (f File) header() []byte {
	b := []byte{'{'}
	if len(f.Metadata) > 0 {
		b = appendMember(b, metadataKey, f.Metadata)
	}
	offset := int64(0)
	for _, t := range f.Tensors {
		if n, ok := product(t.Shape); !ok || n != len(t.Data) {
			panic("safetensors: data does not have the length of its shape")
		}
		end := offset + 4*int64(len(t.Data))
		b = appendMember(b, t.Name, entry{"F32", t.Shape, [2]int64{offset, end}})
		offset = end
	}
	b = append(b, '}')
	for len(b)%8 != 0 {
		b = append(b, ' ')
	}
	return b
}

func appendMember(b []byte, key string, value any) []byte {
	if len(b) > 1 {
		b = append(b, ',')
	}
	b = append(appendJSON(b, key), ':')
	return appendJSON(b, value)
}

func appendJSON(b []byte, value any) []byte {
	form, err := json.Marshal(value)
	if err != nil {
		panic("safetensors: header is not JSON")
	}
	return append(b, form...)
}

// product returns the number of elements of a shape, and whether it is one.
func product(shape []int) (int, bool) {
	n := 1
	for _, d := range shape {
		if d < 0 || d > 0 && n > math.MaxInt32/d {
			return 0, false
		}
		n *= d
	}
	return n, true
}
