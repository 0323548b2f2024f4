package rnn

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sweep/data"
	"sweep/rnn/safetensors"
)

// foreign returns a checkpoint's tensors without its metadata, its letters in another order where shuffle says so.
func foreign(t testing.TB, m *Model, metadata map[string]string) []byte {
	t.Helper()
	f, err := safetensors.Decode(m.Checkpoint())
	if err != nil {
		t.Fatal(err)
	}
	f.Metadata = metadata
	return f.Encode()
}

// TestReadWeights reads every kind of network from its tensors alone.
func TestReadWeights(t *testing.T) {
	t.Parallel()
	for _, c := range variants {
		m := anyModel(t, c)
		b := foreign(t, m, map[string]string{"format": "pt"})
		if _, err := ReadCheckpoint(b); !errors.Is(err, ErrNoMetadata) || !errors.Is(err, ErrCheckpoint) {
			t.Errorf("%s: as a checkpoint: %v, want ErrNoMetadata", c.title(), err)
		}
		read, err := ReadWeights(b, Foreign{Classes: m.classes, Activation: m.config.Activation})
		if err != nil {
			t.Fatalf("%s: %v", c.title(), err)
		}
		if !samePrediction(t, m, read) {
			t.Errorf("%s: predicts otherwise", c.title())
		}
	}
}

func samePrediction(t *testing.T, a, b *Model) bool {
	t.Helper()
	return slices.Equal(must(a.Predict("O'Neill, de")), must(b.Predict("O'Neill, de")))
}

// TestReadWeightsAlphabet reads weights whose letters stand in another order, among others.
func TestReadWeightsAlphabet(t *testing.T) {
	t.Parallel()
	theirs := "_" + string(reversedBytes(data.Alphabet)) + "ß"
	for _, c := range []Config{{HiddenSize: 3}, {Cell: "gru", HiddenSize: 3}, {Cell: "lstm", HiddenSize: 3, Bidirectional: true},
		{Cell: "gru", HiddenSize: 3, EmbeddingSize: 60}, {EnsembleSize: 2, HiddenSize: 3},
		{EnsembleSize: 2, Cell: "gru", HiddenSize: 3, EmbeddingSize: 60}} {
		m := anyModel(t, c)
		f := must(safetensors.Decode(m.Checkpoint()))
		for i := range f.Tensors {
			shuffleLetters(&f.Tensors[i], c.EmbeddingSize > 0)
		}
		f.Metadata = map[string]string{"classes": `["Back","Front","Mixed"]`, "alphabet": theirs}
		read, err := ReadWeights(f.Encode(), Foreign{})
		if err != nil {
			t.Fatalf("%s: %v", c.title(), err)
		}
		if !samePrediction(t, m, read) {
			t.Errorf("%s: predicts otherwise", c.title())
		}
	}
}

func reversedBytes(s string) []byte {
	b := []byte(s)
	slices.Reverse(b)
	return b
}

// shuffleLetters turns the letters' order around and puts a letter before and one after.
func shuffleLetters(t *safetensors.Tensor, embedded bool) {
	turn := func(letters [][]float32, filler []float32) (turned [][]float32) {
		turned = append(turned, filler)
		for _, l := range slices.Backward(letters) {
			turned = append(turned, l)
		}
		return append(turned, filler)
	}
	var picked []float32
	_, name := cutNetwork(t.Name)
	switch {
	case name == "embedding.weight":
		rows := slices.Collect(slices.Chunk(t.Data, t.Shape[1]))
		picked = slices.Concat(turn(rows, make([]float32, t.Shape[1]))...)
		t.Shape = []int{t.Shape[0] + 2, t.Shape[1]}
	case !embedded && slices.Contains(letterTensors, name):
		for row := range slices.Chunk(t.Data, t.Shape[1]) {
			letters := slices.Collect(slices.Chunk(row[:data.Letters], 1))
			picked = append(picked, slices.Concat(turn(letters, []float32{9})...)...)
			picked = append(picked, row[data.Letters:]...)
		}
		t.Shape = []int{t.Shape[0], t.Shape[1] + 2}
	default:
		return
	}
	t.Data = picked
}

func TestReadWeightsRefuses(t *testing.T) {
	t.Parallel()
	gru := anyModel(t, Config{Cell: "gru", HiddenSize: 3})
	file := func(tensors ...safetensors.Tensor) []byte { return safetensors.File{Tensors: tensors}.Encode() }
	classes := []string{"a", "b", "c"}
	for name, c := range map[string]struct {
		file  []byte
		about Foreign
		want  string
	}{
		"no file":            {[]byte("PK"), Foreign{Classes: classes}, "too short"},
		"no classes":         {foreign(t, gru, nil), Foreign{}, "does not say what its classes are"},
		"bad classes":        {foreign(t, gru, map[string]string{"classes": "x"}), Foreign{}, "JSON list"},
		"other count":        {foreign(t, gru, nil), Foreign{Classes: classes[:2]}, "out.weight has shape [3 3], expected [2 3]"},
		"a class twice":      {foreign(t, gru, nil), Foreign{Classes: []string{"a", "a"}}, "twice"},
		"short alphabet":     {foreign(t, gru, nil), Foreign{Classes: classes, Alphabet: "abc"}, `lacks the letter "d"`},
		"other alphabet":     {foreign(t, gru, nil), Foreign{Classes: classes, Alphabet: data.Alphabet + "_"}, "weight_ih_l0 has shape [9 57], expected one over an alphabet of 58"},
		"unknown activation": {foreign(t, anyModel(t, Config{HiddenSize: 2}), nil), Foreign{Classes: classes, Activation: "gelu"}, "activation"},
		"something else":     {file(safetensors.Tensor{Name: "conv", Shape: []int{1}, Data: []float32{1}}), Foreign{Classes: classes}, "neither"},
		"two gates": {file(safetensors.Tensor{Name: "rnn.weight_hh_l0", Shape: []int{2, 1}, Data: []float32{1, 2}}),
			Foreign{Classes: classes}, "1, 3 or 4 square blocks"},
	} {
		_, err := ReadWeights(c.file, c.about)
		if !errors.Is(err, ErrCheckpoint) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %q, want one with %q", name, err, c.want)
		}
	}
}

// FuzzReadWeights reads what it may, without a panic.
func FuzzReadWeights(f *testing.F) {
	f.Add(foreign(f, anyModel(f, Config{HiddenSize: 1}), nil), data.Alphabet)
	f.Add(foreign(f, anyModel(f, Config{Cell: "gru", HiddenSize: 1, Bidirectional: true, EmbeddingSize: 1}), nil), data.Alphabet+"_")
	f.Fuzz(func(t *testing.T, b []byte, alphabet string) {
		_, err := ReadWeights(b, Foreign{Classes: []string{"a", "b", "c"}, Alphabet: alphabet})
		if err != nil && !errors.Is(err, ErrCheckpoint) {
			t.Fatalf("error without ErrCheckpoint: %v", err)
		}
	})
}

// TestTorchLoads gives checkpoints to PyTorch, which must load them with strict=True, agree on what they predict, and
// write them so that they read back to the bit. It needs Debian's python3-torch.
func TestTorchLoads(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	models := map[string]*Model{}
	for i, c := range variants {
		m := anyModel(t, c)
		if m.config.Activation == "identity" && !m.layout.shape.joined {
			continue // torch.nn.RNN has no identity
		}
		base := filepath.Join(folder, string(rune('a'+i)))
		models[base] = m
		if err := os.WriteFile(base+".safetensors", m.Checkpoint(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	out, err := exec.Command("/usr/bin/python3", filepath.Join("testdata", "torch_loads.py"), folder, "O'Neill").CombinedOutput()
	if exit := new(exec.ExitError); errors.As(err, &exit) && exit.ExitCode() == 77 || errors.Is(err, exec.ErrNotFound) || os.IsNotExist(err) {
		t.Skip("no python3-torch here")
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for base, m := range models {
		compareWithTorch(t, m, base+".torch")
	}
}

func compareWithTorch(t *testing.T, m *Model, file string) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	read, err := ReadWeights(b, Foreign{Classes: m.classes, Activation: m.config.Activation})
	if err != nil || !slices.Equal(read.params, m.params) {
		t.Fatalf("%s does not come back: %v", m.config.title(), err)
	}
	var want []float64
	if err := json.Unmarshal([]byte(must(safetensors.Decode(b)).Metadata["log_probabilities"]), &want); err != nil {
		t.Fatal(err)
	}
	for class, got := range logProbabilities(m, data.Encode("O'Neill")) {
		if math.Abs(float64(got)-want[class]) > 1e-5 {
			t.Errorf("%s: log p %v, PyTorch has %v", m.config.title(), got, want[class])
		}
	}
}
