package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// rooms says which rooms of the project each room may import. A room that is
// not listed may import none.
var rooms = map[string][]string{
	"cmd/sweep":             {"data", "experiment", "experiment/export", "experiment/report", "experiment/stats", "rnn", "rnn/kernel", "store", "sweeps"},
	"sweeps":                {"data", "experiment", "experiment/strategy", "rnn"},
	"store":                 {"experiment"},
	"store/ledgertest":      {"experiment", "experiment/strategy"},
	"rnn":                   {"data", "rnn/kernel", "rnn/onnx", "rnn/safetensors"},
	"cmd/peers":             {"data", "experiment", "experiment/enginetest", "experiment/strategy", "rnn", "rnn/kernel", "sweeps"},
	"experiment/enginetest": {"experiment"},
	"experiment/export":     {"experiment"},
	"experiment/report":     {"experiment", "experiment/stats"},
	"experiment/stats":      {"experiment"},
	"experiment/strategy":   {"experiment"},
}

// TestImportsRunOneWay holds the arrows between the rooms.
func TestImportsRunOneWay(t *testing.T) {
	t.Parallel()
	list := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...")
	list.Dir = "../.."
	out, err := list.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for line := range strings.Lines(string(out)) {
		words := strings.Fields(line)
		room := strings.TrimPrefix(words[0], "sweep/")
		for _, imported := range words[1:] {
			other, ours := strings.CutPrefix(imported, "sweep/")
			if ours && !slices.Contains(rooms[room], other) {
				t.Errorf("%s imports %s", room, other)
			}
		}
	}
}
