package safetensors

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"
)

func Example() {
	b := File{
		Metadata: map[string]string{"note": "two by two"},
		Tensors:  []Tensor{{Name: "weight", Shape: []int{2, 2}, Data: []float32{1, 2, 3, 4}}},
	}.Encode()
	f, err := Decode(b)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(f.Tensors[0], f.Metadata["note"])
	// Output: {weight [2 2] [1 2 3 4]} two by two
}

// raw returns a file of a header and n bytes of data.
func raw(header string, n int) []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	return append(append(b, header...), make([]byte, n)...)
}

// one is a header entry for four bytes at an offset.
func one(name string, at int) string {
	return fmt.Sprintf(`"%s":{"dtype":"F32","shape":[1],"data_offsets":[%d,%d]}`, name, at, at+4)
}

func TestDecodeAccepts(t *testing.T) {
	t.Parallel()
	for name, b := range map[string][]byte{
		"nothing":            raw("{}", 0),
		"spaces after":       raw("{}      ", 0),
		"no metadata":        raw("{"+one("a", 0)+"}", 4),
		"out of order":       raw("{"+one("b", 4)+","+one("a", 0)+"}", 8),
		"an empty tensor":    raw(`{"a":{"dtype":"F32","shape":[0,3],"data_offsets":[0,0]},`+one("b", 0)+"}", 4),
		"a scalar":           raw(`{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}`, 4),
		"fields in any turn": raw(`{"a":{"data_offsets":[0,4],"shape":[1],"dtype":"F32"}}`, 4),
	} {
		if _, err := Decode(b); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	t.Parallel()
	long := binary.LittleEndian.AppendUint64(nil, 1<<63)
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"empty":               {nil, "too short"},
		"seven bytes":         {make([]byte, 7), "too short"},
		"absurd length":       {append(long, '{', '}'), "claims 9223372036854775808 bytes"},
		"length beyond end":   {raw("{}", 0)[:9], "claims 2 bytes, but 1 follow"},
		"no JSON":             {raw("hello", 0), "not a JSON object"},
		"a list":              {raw("[]", 0), "not a JSON object"},
		"an open object":      {raw("{"+one("a", 0), 4), "not JSON"},
		"a bad key":           {raw("{1:2}", 4), "not JSON"},
		"something after":     {raw("{}{}", 0), "goes on after"},
		"invalid UTF-8":       {raw("{\"\xff\":1}", 0), "UTF-8"},
		"a tensor twice":      {raw("{"+one("a", 0)+","+one("a", 4)+"}", 8), `"a" twice`},
		"escaped twice":       {raw(`{`+one("a", 0)+`,`+one(`\u0061`, 4)+"}", 8), `"a" twice`},
		"a field twice":       {raw(`{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, 4), `"dtype" twice`},
		"metadata twice":      {raw(`{"__metadata__":{},"__metadata__":{}}`, 0), "twice"},
		"metadata key twice":  {raw(`{"__metadata__":{"x":"1","x":"2"}}`, 0), `"x" twice`},
		"metadata no text":    {raw(`{"__metadata__":{"x":1}}`, 0), "not a string"},
		"metadata no object":  {raw(`{"__metadata__":"x"}`, 0), "not a JSON object"},
		"another dtype":       {raw(`{"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}`, 4), `dtype "F16", expected F32`},
		"an unknown field":    {raw(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":0}}`, 4), `unknown field "x"`},
		"a field missing":     {raw(`{"a":{"dtype":"F32","shape":[1]}}`, 4), "needs dtype, shape"},
		"shape null":          {raw(`{"a":{"dtype":"F32","shape":null,"data_offsets":[0,4]}}`, 4), "needs dtype, shape"},
		"one offset":          {raw(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}`, 4), "two data_offsets"},
		"three offsets":       {raw(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,4]}}`, 4), "two data_offsets"},
		"a fraction":          {raw(`{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}`, 4), "bad shape"},
		"a negative size":     {raw(`{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}`, 4), "impossible shape"},
		"an overflowing size": {raw(`{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}`, 0), "impossible shape"},
		"a negative offset":   {raw(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}`, 4), "impossible place"},
		"offsets turned":      {raw(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}`, 4), "impossible place"},
		"too few bytes":       {raw(`{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}`, 4), "has 4 bytes, expected 8"},
		"a gap":               {raw("{"+one("a", 0)+","+one("b", 8)+"}", 12), "leave a gap"},
		"a gap first":         {raw("{"+one("a", 4)+"}", 8), "leave a gap"},
		"an overlap":          {raw("{"+one("a", 0)+","+one("b", 0)+"}", 4), "overlap"},
		"data cut":            {raw("{"+one("a", 0)+"}", 3), "cut short"},
		"data left over":      {raw("{"+one("a", 0)+"}", 5), "appended"},
	} {
		_, err := Decode(c.file)
		if !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %q, want one with %q", name, err, c.want)
		}
	}
}

func TestEncodePanics(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("a shape that its data does not have was written")
		}
	}()
	File{Tensors: []Tensor{{"a", []int{3}, []float32{1}}}}.Encode()
}

// FuzzDecode never panics, and writes what it read so that it reads the same.
func FuzzDecode(f *testing.F) {
	f.Add(raw("{}", 0))
	f.Add(raw("{"+one("a", 0)+","+one("b", 4)+"}", 8))
	f.Add(File{Metadata: map[string]string{"k": "v"}, Tensors: []Tensor{{"w", []int{2}, []float32{1, 2}}}}.Encode())
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := Decode(b)
		if err != nil {
			if !errors.Is(err, ErrFormat) {
				t.Fatalf("error without ErrFormat: %v", err)
			}
			return
		}
		once := file.Encode()
		again, err := Decode(once)
		if err != nil {
			t.Fatalf("what was read does not survive writing: %v", err)
		}
		if !bytes.Equal(again.Encode(), once) {
			t.Fatal("other bytes after reading and writing")
		}
	})
}
