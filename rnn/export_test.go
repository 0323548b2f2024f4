package rnn

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"sweep/data"
)

// TestONNXRuntime asks ONNX Runtime about every kind of network, on names of one letter and more, and agrees with it.
// SWEEP_ONNXRUNTIME names the folder node_modules/onnxruntime-web; it needs node.
func TestONNXRuntime(t *testing.T) {
	t.Parallel()
	runtime := os.Getenv("SWEEP_ONNXRUNTIME")
	if runtime == "" {
		t.Skip("SWEEP_ONNXRUNTIME names no onnxruntime-web")
	}
	folder := t.TempDir()
	names := []string{"X", "Li", "O'Neill", "de la Cruz"}
	var letters [][]int
	for _, name := range names {
		var positions []int
		for _, at := range data.Encode(name) {
			positions = append(positions, int(at))
		}
		letters = append(letters, positions)
	}
	writeFile(t, filepath.Join(folder, "names.json"), must(json.Marshal(letters)))
	models := map[string]*Model{}
	for i, c := range variants {
		file := strconv.Itoa(i) + ".onnx"
		models[file] = anyModel(t, c)
		writeFile(t, filepath.Join(folder, file), models[file].ONNX())
	}
	out, err := exec.Command("node", filepath.Join("testdata", "onnx_run.mjs"), runtime, folder).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var answers map[string][][]float64
	if err := json.Unmarshal(must(os.ReadFile(filepath.Join(folder, "answers.json"))), &answers); err != nil {
		t.Fatal(err)
	}
	for file, m := range models {
		for i, name := range names {
			compareProbabilities(t, m, name, answers[file][i])
		}
	}
}

func compareProbabilities(t *testing.T, m *Model, name string, got []float64) {
	t.Helper()
	want := logProbabilities(m, data.Encode(name))
	if len(got) != len(want) {
		t.Fatalf("%s: %d probabilities, want %d", m.config.title(), len(got), len(want))
	}
	for class, logp := range want {
		if math.Abs(got[class]-math.Exp(float64(logp))) > 1e-5 {
			t.Errorf("%s, %s: ONNX Runtime has %v, want %v", m.config.title(), name, got[class], math.Exp(float64(logp)))
		}
	}
}

func writeFile(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestONNXGolden holds the files to those that ONNX Runtime was seen to run, where it is not at hand.
func TestONNXGolden(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]Config{
		"tutorial": {HiddenSize: 2},
		"gru":      {Cell: "gru", HiddenSize: 2, Layers: 2, Bidirectional: true, EmbeddingSize: 2},
	} {
		path := filepath.Join("testdata", name+".onnx")
		got := anyModel(t, c).ONNX()
		if *update {
			writeFile(t, path, got)
		}
		if !bytes.Equal(got, must(os.ReadFile(path))) {
			t.Errorf("%s differs; run with SWEEP_ONNXRUNTIME set, then with -update", path)
		}
	}
}
