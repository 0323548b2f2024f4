package rnn

import (
	"fmt"
	"slices"

	"sweep/data"
	"sweep/rnn/onnx"
)

// ONNX returns the model as a .onnx file. Its input "letters", int64 [T], is a folded name as [data.Encode] gives it,
// T ≥ 1; its output "probabilities", float32 [K], has one number a class. Classes and alphabet are in the metadata.
func (m *Model) ONNX() []byte {
	g := &graph{model: m}
	var answers []string
	for _, n := range m.layout.networks {
		g.prefix = n.prefix
		answers = append(answers, g.apply("Softmax", []string{g.network()}, attribute("axis", 1)))
	}
	probabilities := answers[0]
	if len(answers) > 1 {
		probabilities = g.apply("Mean", answers)
	}
	k := len(m.classes)
	g.nodes = append(g.nodes, onnx.Node{Operator: "Reshape", Inputs: []string{probabilities, g.sizes(k)}, Outputs: []string{"probabilities"}})
	return onnx.Model{
		Name:     m.config.Cell,
		Metadata: []onnx.Property{{Key: keyClasses, Value: mustJSON(m.classes)}, {Key: keyAlphabet, Value: data.Alphabet}},
		Nodes:    g.nodes,
		Weights:  g.weights,
		Inputs:   []onnx.Value{{Name: "letters", Type: onnx.Int64, Shape: []any{"T"}}},
		Outputs:  []onnx.Value{{Name: "probabilities", Type: onnx.Float32, Shape: []any{k}}},
	}.Encode()
}

// graph is an ONNX graph being put together. Its methods add nodes and return the name of what the last one gives.
type graph struct {
	model   *Model
	prefix  string // of the tensors and constants of the network that is being added
	nodes   []onnx.Node
	weights []onnx.Tensor
	names   int
}

// network adds one network and gives its logits, [1, K].
func (g *graph) network() string {
	letters := g.letters()
	if g.model.layout.shape.joined {
		return g.tutorial(letters)
	}
	return g.stack(letters)
}

func attribute(name string, value int64) onnx.Attribute {
	return onnx.Attribute{Name: name, Value: value}
}

func (g *graph) name(of string) string {
	g.names++
	return fmt.Sprintf("%s_%d", of, g.names)
}

func (g *graph) apply(operator string, inputs []string, attributes ...onnx.Attribute) string {
	output := g.name(operator)
	g.nodes = append(g.nodes, onnx.Node{Operator: operator, Inputs: inputs, Outputs: []string{output}, Attributes: attributes})
	return output
}

func (g *graph) constant(name string, shape []int, values any) string {
	name = g.prefix + name
	g.weights = append(g.weights, onnx.Tensor{Name: name, Shape: shape, Data: values})
	return name
}

// sizes is a shape for Reshape, in which 0 keeps a dimension.
func (g *graph) sizes(dimensions ...int) string {
	values := make([]int64, len(dimensions))
	for i, d := range dimensions {
		values[i] = int64(d)
	}
	return g.constant(g.name("shape"), []int{len(values)}, values)
}

func (g *graph) reshape(value string, dimensions ...int) string {
	return g.apply("Reshape", []string{value, g.sizes(dimensions...)})
}

// pick takes the i-th slice of a value along its first axis; negative i count from the end.
func (g *graph) pick(value string, i int64) string {
	return g.apply("Gather", []string{value, g.constant(g.name("index"), nil, []int64{i})}, attribute("axis", 0))
}

// letters gives [T, 1, I]: rows of the embedding, or of the identity.
func (g *graph) letters() string {
	table, width := "one_hot", data.Letters
	if e := g.model.config.EmbeddingSize; e > 0 {
		table, width = "embedding.weight", e
		table = g.constant(table, []int{data.Letters, e}, g.tensor(table))
	} else {
		identity := make([]float32, width*width)
		for i := range width {
			identity[i*width+i] = 1
		}
		table = g.constant(table, []int{width, width}, identity)
	}
	return g.reshape(g.apply("Gather", []string{table, "letters"}, attribute("axis", 0)), 0, 1, width)
}

// tensor is a parameter of the network in PyTorch's layout, nil if there is none of the name.
func (g *graph) tensor(name string) []float32 {
	for _, t := range g.model.layout.tensors {
		if t.name == g.prefix+name {
			return g.model.read(t)
		}
	}
	return nil
}

// tutorial adds the tutorial's network. The operator RNN gives the state after each letter; the readout wants the last
// letter beside the state before it, hence a zero state in front and the last but one of all.
func (g *graph) tutorial(x string) string {
	h, joined := g.model.config.HiddenSize, data.Letters+g.model.config.HiddenSize
	var input, hidden []float32
	for row := range slices.Chunk(g.tensor("i2h.weight"), joined) {
		input = append(input, row[:data.Letters]...)
		hidden = append(hidden, row[data.Letters:]...)
	}
	bias := append(g.tensor("i2h.bias"), make([]float32, h)...)
	states, _ := g.recur(x, "i2h", data.Letters, input, hidden, bias)
	start := g.constant("start", []int{1, 1, 1, h}, make([]float32, h))
	before := g.reshape(g.pick(g.apply("Concat", []string{start, states}, attribute("axis", 0)), -2), 1, h)
	z := g.apply("Concat", []string{g.pick(x, -1), before}, attribute("axis", 1))
	return g.linear(z, "i2o", joined)
}

// stack adds the layers and the readout of torch.nn.RNN, GRU or LSTM.
func (g *graph) stack(x string) string {
	s, c := g.model.layout.shape, g.model.config
	columns := data.Letters
	if c.EmbeddingSize > 0 {
		columns = c.EmbeddingSize
	}
	var last string
	for layer := range s.layers {
		var states string
		states, last = g.layer(x, layer, columns)
		columns = s.directions * s.hidden
		x = g.reshape(g.apply("Transpose", []string{states}, onnx.Attribute{Name: "perm", Value: []int64{0, 2, 1, 3}}), 0, 1, columns)
	}
	return g.linear(g.reshape(last, 1, columns), "out", columns)
}

// layer adds both directions of a layer, their weights stacked.
func (g *graph) layer(x string, layer, columns int) (states, last string) {
	var input, hidden, bias []float32
	for direction := range g.model.layout.shape.directions {
		suffix := unitSuffix(layer, direction)
		input = append(input, g.gates("rnn.weight_ih"+suffix)...)
		hidden = append(hidden, g.gates("rnn.weight_hh"+suffix)...)
		bias = append(append(bias, g.gates("rnn.bias_ih"+suffix)...), g.gates("rnn.bias_hh"+suffix)...)
	}
	return g.recur(x, fmt.Sprintf("l%d", layer), columns, input, hidden, bias)
}

// gates is a parameter with its blocks in ONNX's order: z r n for GRU (PyTorch: r z n), i o f g for LSTM (i f g o).
func (g *graph) gates(name string) []float32 {
	values := g.tensor(name)
	order := map[string][]int{"elman": {0}, "gru": {1, 0, 2}, "lstm": {0, 3, 1, 2}}[g.model.config.Cell]
	blocks := slices.Collect(slices.Chunk(values, len(values)/len(order)))
	var ordered []float32
	for _, block := range order {
		ordered = append(ordered, blocks[block]...)
	}
	return ordered
}

// recur adds the recurrent operator. It gives the states, [T, D, 1, H], and the last of each direction, [D, 1, H].
func (g *graph) recur(x, name string, columns int, input, hidden, bias []float32) (states, last string) {
	s, c := g.model.layout.shape, g.model.config
	rows := s.gates / s.width * s.hidden
	inputs := []string{x,
		g.constant(name+".W", []int{s.directions, rows, columns}, input),
		g.constant(name+".R", []int{s.directions, rows, s.hidden}, hidden),
		g.constant(name+".B", []int{s.directions, 2 * rows}, bias)}
	attributes := []onnx.Attribute{attribute("hidden_size", int64(s.hidden))}
	if s.directions == 2 {
		attributes = append(attributes, onnx.Attribute{Name: "direction", Value: "bidirectional"})
	}
	switch c.Cell {
	case "elman":
		attributes = append(attributes, activationAttributes(c.Activation, s.directions)...)
	case "gru":
		attributes = append(attributes, attribute("linear_before_reset", 1)) // PyTorch's form of the reset gate
	}
	states, last = g.name("states"), g.name("last")
	g.nodes = append(g.nodes, onnx.Node{
		Operator: map[string]string{"elman": "RNN", "gru": "GRU", "lstm": "LSTM"}[c.Cell],
		Inputs:   inputs, Outputs: []string{states, last}, Attributes: attributes,
	})
	return states, last
}

// activationAttributes name the activation of an RNN, once a direction. The identity is alpha·x + beta with 1 and 0.
func activationAttributes(activation string, directions int) []onnx.Attribute {
	name := map[string]string{"identity": "Affine", "tanh": "Tanh", "relu": "Relu"}[activation]
	attributes := []onnx.Attribute{{Name: "activations", Value: slices.Repeat([]string{name}, directions)}}
	if activation == "identity" {
		attributes = append(attributes,
			onnx.Attribute{Name: "activation_alpha", Value: slices.Repeat([]float32{1}, directions)},
			onnx.Attribute{Name: "activation_beta", Value: slices.Repeat([]float32{0}, directions)})
	}
	return attributes
}

// linear adds W·x + b for a row x, with PyTorch's weights.
func (g *graph) linear(x, layer string, columns int) string {
	k := len(g.model.classes)
	weight := g.constant(layer+".weight", []int{k, columns}, g.tensor(layer+".weight"))
	bias := g.constant(layer+".bias", []int{k}, g.tensor(layer+".bias"))
	return g.apply("Gemm", []string{x, weight, bias}, attribute("transB", 1))
}
