package rnn

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"sweep/data"
	"sweep/rnn/safetensors"
)

// ErrCheckpoint is what every error about a checkpoint wraps.
var ErrCheckpoint = errors.New("checkpoint cannot be read")

// ErrNoMetadata, beside ErrCheckpoint, says that a file is sound but does not say what its tensors are: it was not written
// by this program. [ReadWeights] reads it.
var ErrNoMetadata = errors.New("its metadata is not that of a checkpoint")

// checkpointVersion stands in the metadata; a file with another is refused.
const checkpointVersion = "1"

// Metadata keys of a checkpoint. Lists and the configuration are JSON.
const (
	keyVersion  = "sweep_checkpoint"
	keyAlphabet = "alphabet"
	keyClasses  = "classes"
	keyConfig   = "config"
	keyData     = "data_sha256"
)

// Checkpoint returns the model as a safetensors file, under PyTorch's names and shapes, that [ReadCheckpoint] reads back
// to the bit and PyTorch's load_state_dict takes as it is. Equal models give equal bytes.
func (m *Model) Checkpoint() []byte {
	file := safetensors.File{Metadata: map[string]string{
		keyVersion:  checkpointVersion,
		keyAlphabet: data.Alphabet,
		keyClasses:  mustJSON(m.classes),
		keyConfig:   mustJSON(m.config),
		keyData:     m.data,
	}}
	for _, t := range m.layout.tensors {
		file.Tensors = append(file.Tensors, safetensors.Tensor{Name: t.name, Shape: t.shape, Data: m.read(t)})
	}
	return file.Encode()
}

// read copies one tensor out of the block, in PyTorch's order.
func (m *Model) read(t tensor) []float32 {
	values := make([]float32, t.size())
	for i := range values {
		values[i] = m.params[t.offset(i)]
	}
	return values
}

func mustJSON(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic("rnn: metadata is not JSON")
	}
	return string(bytes.TrimSpace(b.Bytes()))
}

// ReadCheckpoint reads what [Model.Checkpoint] wrote. The error wraps [ErrCheckpoint] and says in one sentence what was
// found and what was expected: damaged files, other versions or alphabets, tensors that are missing, too many, or of
// another shape than the configuration in the file gives them, and weights that are not finite (no training ends with
// such, and nothing could be predicted with them).
func ReadCheckpoint(b []byte) (*Model, error) {
	file, err := safetensors.Decode(b)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCheckpoint, err)
	}
	m, err := fromMetadata(file.Metadata, file.Tensors)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCheckpoint, err)
	}
	return m, nil
}

func fromMetadata(metadata map[string]string, tensors []safetensors.Tensor) (*Model, error) {
	for _, key := range []string{keyVersion, keyAlphabet, keyClasses, keyConfig, keyData} {
		if _, ok := metadata[key]; !ok {
			return nil, fmt.Errorf("%w: %q is missing", ErrNoMetadata, key)
		}
	}
	if v := metadata[keyVersion]; v != checkpointVersion {
		return nil, fmt.Errorf("it has version %q, this program reads %q", v, checkpointVersion)
	}
	if a := metadata[keyAlphabet]; a != data.Alphabet {
		return nil, fmt.Errorf("it was trained on the alphabet %q, this program uses %q", a, data.Alphabet)
	}
	classes, err := parseClasses(metadata[keyClasses])
	if err != nil {
		return nil, err
	}
	config, err := parseConfig(metadata[keyConfig])
	if err != nil {
		return nil, err
	}
	return assemble(config, classes, metadata[keyData], tensors)
}

func parseClasses(form string) ([]string, error) {
	var classes []string
	if err := json.Unmarshal([]byte(form), &classes); err != nil {
		return nil, fmt.Errorf("its classes are not a JSON list of names: %w", err)
	}
	return classes, checkClasses(classes)
}

func checkClasses(classes []string) error {
	if len(classes) < 2 {
		return fmt.Errorf("it has %d classes, expected at least 2", len(classes))
	}
	sorted := slices.Sorted(slices.Values(classes))
	if len(slices.Compact(sorted)) != len(classes) {
		return errors.New("it names a class twice")
	}
	return nil
}

func parseConfig(form string) (Config, error) {
	var c Config
	d := json.NewDecoder(bytes.NewReader([]byte(form)))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		return Config{}, fmt.Errorf("its configuration is not understood: %w", err)
	}
	return c.Resolve()
}

// assemble makes a model of tensors, which must be those of the configuration, no more and no fewer.
func assemble(config Config, classes []string, dataHash string, tensors []safetensors.Tensor) (*Model, error) {
	found := map[string]safetensors.Tensor{}
	for _, t := range tensors {
		found[t.Name] = t
	}
	if err := match(newLayout(newShape(config, len(classes))), tensors, found); err != nil {
		return nil, err
	}
	m := newModel(config, classes, dataHash)
	for _, t := range m.layout.tensors {
		for i, v := range found[t.name].Data {
			m.params[t.offset(i)] = v
		}
	}
	if !m.finite() {
		return nil, errors.New("it has weights that are not finite numbers")
	}
	return m, nil
}

// match compares names and shapes before anything is allocated for them.
func match(l *layout, tensors []safetensors.Tensor, found map[string]safetensors.Tensor) error {
	for _, t := range l.tensors {
		f, ok := found[t.name]
		if !ok {
			return fmt.Errorf("it has no tensor %s, which a network of its configuration has", t.name)
		}
		if !slices.Equal(f.Shape, t.shape) {
			return fmt.Errorf("its tensor %s has shape %v, expected %v", t.name, f.Shape, t.shape)
		}
	}
	for _, t := range tensors {
		if !slices.ContainsFunc(l.tensors, func(known tensor) bool { return known.name == t.Name }) {
			return fmt.Errorf("it has a tensor %q, which a network of its configuration has not", t.Name)
		}
	}
	return nil
}
