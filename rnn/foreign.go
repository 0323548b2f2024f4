package rnn

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"sweep/data"
	"sweep/rnn/safetensors"
)

// Foreign is what a safetensors file trained elsewhere may not say of itself. What is left empty is taken from the file's
// metadata, under "classes" (a JSON list) and "alphabet", and then from the defaults given here.
type Foreign struct {
	Classes    []string // in the order of the outputs; no default
	Alphabet   string   // in the order of the inputs, all of [data.Alphabet] among them. Default: data.Alphabet
	Activation string   // of an elman cell. Default "identity" for the tutorial's network, "tanh" for torch.nn.RNN
}

// ReadWeights reads a file that PyTorch wrote, of a network with the names and shapes that the package documentation
// gives; cell, sizes, layers and directions follow from them. The error wraps [ErrCheckpoint].
func ReadWeights(b []byte, about Foreign) (*Model, error) {
	m, err := readWeights(b, about)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCheckpoint, err)
	}
	return m, nil
}

func readWeights(b []byte, about Foreign) (*Model, error) {
	file, err := safetensors.Decode(b)
	if err != nil {
		return nil, err
	}
	if err := about.complete(file.Metadata); err != nil {
		return nil, err
	}
	config, err := infer(file.Tensors)
	if err != nil {
		return nil, err
	}
	if config.Cell == "elman" && about.Activation != "" {
		config.Activation = about.Activation
	}
	if config, err = config.Resolve(); err != nil {
		return nil, err
	}
	if err := reorder(file.Tensors, about.Alphabet); err != nil {
		return nil, err
	}
	return assemble(config, about.Classes, "", file.Tensors)
}

// complete fills what is empty from a file's metadata and the defaults.
func (f *Foreign) complete(metadata map[string]string) (err error) {
	if form, ok := metadata[keyClasses]; ok && len(f.Classes) == 0 {
		if f.Classes, err = parseClasses(form); err != nil {
			return err
		}
	}
	orDefault(&f.Alphabet, metadata[keyAlphabet])
	orDefault(&f.Alphabet, data.Alphabet)
	if len(f.Classes) == 0 {
		return errors.New("it does not say what its classes are; name them in the order of its outputs")
	}
	return checkClasses(f.Classes)
}

// infer reads a configuration off the names and shapes of tensors. What it cannot tell, [assemble] finds out.
func infer(tensors []safetensors.Tensor) (Config, error) {
	networks := map[string]bool{}
	shapes := map[string][]int{} // of the first network
	var c Config
	for _, t := range tensors {
		prefix, name := cutNetwork(t.Name)
		networks[prefix] = true
		if prefix != "" && prefix != networkPrefix(0) {
			continue
		}
		shapes[name] = t.Shape
		if strings.HasPrefix(name, "rnn.weight_ih_l") && !strings.HasSuffix(name, "_reverse") {
			c.Layers++
		}
	}
	c.EnsembleSize = len(networks)
	if i2h := shapes["i2h.weight"]; len(i2h) == 2 && i2h[0] > 0 {
		return Config{Cell: "elman", HiddenSize: i2h[0], EnsembleSize: len(networks)}, nil
	}
	recurrent := shapes["rnn.weight_hh_l0"]
	if len(recurrent) != 2 || recurrent[1] == 0 {
		return c, errors.New("it has neither a tensor i2h.weight nor rnn.weight_hh_l0, so it is no network of this program")
	}
	c.HiddenSize = recurrent[1]
	_, c.Bidirectional = shapes["rnn.weight_hh_l0_reverse"]
	if embedding := shapes["embedding.weight"]; len(embedding) == 2 {
		c.EmbeddingSize = embedding[1]
	}
	blocks := recurrent[0] / recurrent[1]
	switch {
	case blocks == 1:
		c.Cell, c.Activation = "elman", "tanh"
	case blocks == 3:
		c.Cell = "gru"
	case blocks == 4:
		c.Cell = "lstm"
	default:
		return c, fmt.Errorf("its tensor rnn.weight_hh_l0 has shape %v, expected 1, 3 or 4 square blocks", recurrent)
	}
	return c, nil
}

// cutNetwork takes from a tensor's name what says which of several networks it is of, see [networkPrefix].
func cutNetwork(name string) (prefix, rest string) {
	after, numbered := strings.CutPrefix(name, "networks.")
	_, rest, found := strings.Cut(after, ".")
	if !numbered || !found {
		return "", name
	}
	return strings.TrimSuffix(name, rest), rest
}

// reorder brings the letters' inputs into the order of [data.Alphabet] and drops those of letters it does not have.
func reorder(tensors []safetensors.Tensor, alphabet string) error {
	if alphabet == data.Alphabet {
		return nil
	}
	theirs := strings.Split(alphabet, "")
	var places []int
	for _, letter := range strings.Split(data.Alphabet, "") {
		at := slices.Index(theirs, letter)
		if at < 0 {
			return fmt.Errorf("its alphabet %q lacks the letter %q", alphabet, letter)
		}
		places = append(places, at)
	}
	embedded := slices.ContainsFunc(tensors, func(t safetensors.Tensor) bool {
		_, name := cutNetwork(t.Name)
		return name == "embedding.weight"
	})
	for i := range tensors {
		t := &tensors[i]
		_, name := cutNetwork(t.Name)
		rows, columns := name == "embedding.weight", !embedded && slices.Contains(letterTensors, name)
		if !rows && !columns {
			continue
		}
		if len(t.Shape) != 2 || rows && t.Shape[0] != len(theirs) || columns && t.Shape[1] < len(theirs) {
			return fmt.Errorf("its tensor %s has shape %v, expected one over an alphabet of %d letters", t.Name, t.Shape, len(theirs))
		}
		if rows {
			pickRows(t, places)
		} else {
			pickColumns(t, places, len(theirs))
		}
	}
	return nil
}

// letterTensors are those whose first columns are one-hot letters where there is no embedding.
var letterTensors = []string{"i2h.weight", "i2o.weight", "rnn.weight_ih_l0", "rnn.weight_ih_l0_reverse"}

func pickRows(t *safetensors.Tensor, places []int) {
	columns := t.Shape[1]
	var picked []float32
	for _, at := range places {
		picked = append(picked, t.Data[at*columns:(at+1)*columns]...)
	}
	t.Data, t.Shape = picked, []int{len(places), columns}
}

// pickColumns keeps the columns after the letters, the state's, as they are.
func pickColumns(t *safetensors.Tensor, places []int, letters int) {
	columns := t.Shape[1]
	var picked []float32
	for row := range slices.Chunk(t.Data, columns) {
		for _, at := range places {
			picked = append(picked, row[at])
		}
		picked = append(picked, row[letters:]...)
	}
	t.Data, t.Shape = picked, []int{t.Shape[0], columns - letters + len(places)}
}
