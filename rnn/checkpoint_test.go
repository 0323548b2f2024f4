package rnn

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sweep/data"
	"sweep/rnn/safetensors"
)

// anyModel returns an initialised model of the small corpus.
func anyModel(t testing.TB, c Config) *Model {
	t.Helper()
	return startTraining(t, c, 1).model
}

func TestCheckpointRoundTrip(t *testing.T) {
	t.Parallel()
	for _, c := range variants {
		m := anyModel(t, c)
		b := m.Checkpoint()
		read, err := ReadCheckpoint(b)
		if err != nil {
			t.Fatalf("%s: %v", c.title(), err)
		}
		if !bytes.Equal(read.Checkpoint(), b) {
			t.Errorf("%s: other bytes after reading and writing", c.title())
		}
		if read.Config() != m.Config() || read.DataSHA256() != "small" || strings.Join(read.Classes(), " ") != "Back Front Mixed" {
			t.Errorf("%s: reads as %+v of %v on %q", c.title(), read.Config(), read.Classes(), read.DataSHA256())
		}
	}
}

// altered returns a checkpoint of the tutorial's network with something changed.
func altered(t testing.TB, change func(*safetensors.File)) []byte {
	t.Helper()
	f, err := safetensors.Decode(anyModel(t, Config{HiddenSize: 3}).Checkpoint())
	if err != nil {
		t.Fatal(err)
	}
	change(f)
	return f.Encode()
}

func TestReadCheckpointRefuses(t *testing.T) {
	t.Parallel()
	metadata := func(key, value string) func(*safetensors.File) {
		return func(f *safetensors.File) { f.Metadata[key] = value }
	}
	for name, c := range map[string]struct {
		change func(*safetensors.File)
		want   string
	}{
		"no metadata":      {func(f *safetensors.File) { f.Metadata = nil }, `"sweep_checkpoint" is missing`},
		"no classes":       {func(f *safetensors.File) { delete(f.Metadata, "classes") }, `"classes" is missing`},
		"another version":  {metadata("sweep_checkpoint", "7"), `version "7"`},
		"another alphabet": {metadata("alphabet", "abc"), `alphabet "abc"`},
		"classes no list":  {metadata("classes", "Polish"), "classes are not a JSON list"},
		"one class":        {metadata("classes", `["Polish"]`), "1 classes"},
		"a class twice":    {metadata("classes", `["A","B","A"]`), "names a class twice"},
		"another class":    {metadata("classes", `["A","B","C","D"]`), "i2o.weight has shape [3 60], expected [4 60]"},
		"unknown setting":  {metadata("config", `{"cell":"elman","colour":1}`), "colour"},
		"bad setting":      {metadata("config", `{"dropout":1.5}`), "dropout is 1.5"},
		"another width":    {metadata("config", `{"hidden_size":4}`), "i2h.weight has shape [3 60], expected [4 61]"},
		"another cell":     {metadata("config", `{"cell":"gru","hidden_size":3}`), "no tensor rnn.weight_ih_l0"},
		"huge":             {metadata("config", `{"cell":"lstm","hidden_size":16384,"layers":64}`), "no tensor rnn.weight_ih_l0"},
		"a tensor less":    {func(f *safetensors.File) { f.Tensors = f.Tensors[1:] }, "no tensor i2h.weight"},
		"a tensor more": {func(f *safetensors.File) {
			f.Tensors = append(f.Tensors, safetensors.Tensor{Name: "extra", Shape: []int{1}, Data: []float32{1}})
		}, `tensor "extra"`},
		"transposed": {func(f *safetensors.File) { f.Tensors[0].Shape = []int{60, 3} }, "i2h.weight has shape [60 3], expected [3 60]"},
		"NaN":        {func(f *safetensors.File) { f.Tensors[0].Data[5] = float32(math.NaN()) }, "not finite"},
		"infinite":   {func(f *safetensors.File) { f.Tensors[3].Data[1] = float32(math.Inf(-1)) }, "not finite"},
	} {
		_, err := ReadCheckpoint(altered(t, c.change))
		if !errors.Is(err, ErrCheckpoint) || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: error %q, want one with %q", name, err, c.want)
		}
	}
}

func TestReadCheckpointTruncated(t *testing.T) {
	t.Parallel()
	b := anyModel(t, Config{HiddenSize: 3}).Checkpoint()
	for n := range len(b) {
		if _, err := ReadCheckpoint(b[:n]); !errors.Is(err, ErrCheckpoint) {
			t.Fatalf("the first %d of %d bytes: %v", n, len(b), err)
		}
	}
	if _, err := ReadCheckpoint(append(b, 0)); !errors.Is(err, ErrCheckpoint) {
		t.Errorf("a byte too many: %v", err)
	}
}

func TestPredict(t *testing.T) {
	t.Parallel()
	m := anyModel(t, Config{HiddenSize: 8})
	guesses, err := m.Predict("  Ślusàrski ")
	if err != nil {
		t.Fatal(err)
	}
	plain, err := m.Predict("Slusarski")
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for i, g := range guesses {
		sum += g.Probability
		if g != plain[i] || i > 0 && g.Probability > guesses[i-1].Probability {
			t.Errorf("guesses %v, of the folded name %v", guesses, plain)
		}
	}
	if len(guesses) != 3 || math.Abs(sum-1) > 1e-6 {
		t.Errorf("%d guesses, probabilities add up to %v", len(guesses), sum)
	}
	for _, text := range []string{"", " ", "123", "名字"} {
		if _, err := m.Predict(text); !errors.Is(err, ErrNoLetters) {
			t.Errorf("%q: %v, want ErrNoLetters", text, err)
		}
	}
}

func TestParameterCount(t *testing.T) {
	t.Parallel()
	m := anyModel(t, Config{Cell: "lstm", HiddenSize: 10})
	if want := 4*10*(data.Letters+10+2) + 3*11; m.ParameterCount() != want {
		t.Errorf("%d parameters, want %d", m.ParameterCount(), want)
	}
}

// FuzzReadCheckpoint reads what it may, without a panic, and what it read it writes as it was.
func FuzzReadCheckpoint(f *testing.F) {
	for _, c := range []Config{{HiddenSize: 1}, {Cell: "gru", HiddenSize: 1, Layers: 2, Bidirectional: true, EmbeddingSize: 1}} {
		f.Add(anyModel(f, c).Checkpoint())
	}
	f.Add(binary.LittleEndian.AppendUint64(nil, math.MaxUint64))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := ReadCheckpoint(b)
		if err != nil {
			if !errors.Is(err, ErrCheckpoint) {
				t.Fatalf("error without ErrCheckpoint: %v", err)
			}
			return
		}
		again, err := ReadCheckpoint(m.Checkpoint())
		if err != nil || !bytes.Equal(again.Checkpoint(), m.Checkpoint()) {
			t.Fatalf("what was read does not survive writing: %v", err)
		}
	})
}

// TestCheckpointGolden holds the format: files written by earlier versions of the program must stay readable.
func TestCheckpointGolden(t *testing.T) {
	t.Parallel()
	path := filepath.Join("testdata", "checkpoint.safetensors")
	got := anyModel(t, Config{Cell: "gru", HiddenSize: 2, EmbeddingSize: 2}).Checkpoint()
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s has %d other bytes; a change of format needs a new version (go test -update rewrites the file)", path, len(got))
	}
}
