package safetensors

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"unicode/utf8"
)

// ErrFormat is what every error of [Decode] wraps.
var ErrFormat = errors.New("not a safetensors file of float32")

// placed is a tensor of the header with the place of its data.
type placed struct {
	name string
	entry
}

// Decode reads a file. The error wraps [ErrFormat].
func Decode(b []byte) (*File, error) {
	f, err := decode(b)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	return f, nil
}

func decode(b []byte) (*File, error) {
	if len(b) < prefix {
		return nil, fmt.Errorf("it is %d bytes long, too short for a header length", len(b))
	}
	length := binary.LittleEndian.Uint64(b)
	if length > uint64(len(b)-prefix) {
		return nil, fmt.Errorf("its header claims %d bytes, but %d follow; it is cut short or something else", length, len(b)-prefix)
	}
	header, data := b[prefix:prefix+int(length)], b[prefix+int(length):]
	metadata, tensors, err := decodeHeader(header)
	if err != nil {
		return nil, err
	}
	if err := checkPlaces(tensors, len(data)); err != nil {
		return nil, err
	}
	f := &File{Metadata: metadata}
	for _, t := range tensors {
		f.Tensors = append(f.Tensors, Tensor{t.name, t.Shape, floats(data[t.Offsets[0]:t.Offsets[1]])})
	}
	return f, nil
}

func floats(b []byte) []float32 {
	values := make([]float32, len(b)/4)
	for i := range values {
		values[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
	return values
}

// checkPlaces sorts the tensors by place and refuses what is not float32 or does not cover the data exactly once.
func checkPlaces(tensors []placed, size int) error {
	slices.SortStableFunc(tensors, func(a, b placed) int {
		return cmp.Or(cmp.Compare(a.Offsets[0], b.Offsets[0]), cmp.Compare(a.Offsets[1], b.Offsets[1]))
	})
	end := int64(0)
	for _, t := range tensors {
		if err := t.check(int64(size)); err != nil {
			return fmt.Errorf("tensor %q %w", t.name, err)
		}
		if t.Offsets[0] != end {
			return fmt.Errorf("tensor %q starts at byte %d of the data, expected %d: tensors overlap or leave a gap", t.name, t.Offsets[0], end)
		}
		end = t.Offsets[1]
	}
	if end != int64(size) {
		return fmt.Errorf("it has %d bytes of data, its tensors need %d; it is cut short or has something appended", size, end)
	}
	return nil
}

func (t placed) check(size int64) error {
	n, ok := product(t.Shape)
	switch {
	case t.Dtype != "F32":
		return fmt.Errorf("has dtype %q, expected F32", t.Dtype)
	case !ok:
		return fmt.Errorf("has the impossible shape %v", t.Shape)
	case t.Offsets[0] < 0 || t.Offsets[0] > t.Offsets[1]:
		return fmt.Errorf("has the impossible place %v", t.Offsets)
	case t.Offsets[1]-t.Offsets[0] != 4*int64(n):
		return fmt.Errorf("of shape %v has %d bytes, expected %d", t.Shape, t.Offsets[1]-t.Offsets[0], 4*int64(n))
	case t.Offsets[1] > size:
		return fmt.Errorf("ends at byte %d of %d; the file is cut short", t.Offsets[1], size)
	}
	return nil
}

// decodeHeader reads the JSON one member at a time, because encoding/json takes the last of two equal keys without a
// word, and a file that two readers understand differently is refused.
func decodeHeader(header []byte) (map[string]string, []placed, error) {
	if !utf8.Valid(header) {
		return nil, nil, errors.New("its header is not UTF-8")
	}
	var metadata map[string]string
	var tensors []placed
	d := json.NewDecoder(bytes.NewReader(header))
	err := members(d, "header", func(key string) (err error) {
		if key == metadataKey {
			metadata, err = decodeMetadata(d)
			return err
		}
		t := placed{name: key}
		t.entry, err = decodeEntry(d, key)
		tensors = append(tensors, t)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, nil, errors.New("its header goes on after the JSON object")
	}
	return metadata, tensors, nil
}

func decodeMetadata(d *json.Decoder) (map[string]string, error) {
	metadata := map[string]string{}
	err := members(d, metadataKey, func(key string) error {
		value, err := d.Token()
		text, ok := value.(string)
		if err != nil || !ok {
			return fmt.Errorf("metadata %q is not a string", key)
		}
		metadata[key] = text
		return nil
	})
	return metadata, err
}

func decodeEntry(d *json.Decoder, name string) (entry, error) {
	var e entry
	var offsets []int64
	found := 0
	err := members(d, name, func(key string) error {
		field, known := map[string]any{"dtype": &e.Dtype, "shape": &e.Shape, "data_offsets": &offsets}[key]
		if !known {
			return fmt.Errorf("tensor %q has the unknown field %q", name, key)
		}
		found++
		if err := d.Decode(field); err != nil {
			return fmt.Errorf("tensor %q has a bad %s: %w", name, key, err)
		}
		return nil
	})
	if err == nil && (found != 3 || len(offsets) != 2 || e.Shape == nil) {
		err = fmt.Errorf("tensor %q needs dtype, shape and two data_offsets", name)
	}
	if err != nil {
		return entry{}, err
	}
	e.Offsets = [2]int64(offsets)
	return e, nil
}

// members walks one JSON object: value is called with the decoder before each member's value, and must read it.
func members(d *json.Decoder, where string, value func(key string) error) error {
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return fmt.Errorf("its %s is not a JSON object", where)
	}
	seen := map[string]bool{}
	for d.More() {
		t, err := d.Token()
		key, ok := t.(string)
		if err != nil || !ok {
			return fmt.Errorf("its %s is not JSON", where)
		}
		if seen[key] {
			return fmt.Errorf("its %s has the key %q twice", where, key)
		}
		seen[key] = true
		if err := value(key); err != nil {
			return err
		}
	}
	if _, err := d.Token(); err != nil {
		return fmt.Errorf("its %s is not JSON", where)
	}
	return nil
}
