package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
)

func exportTo(t *testing.T, c exportCommand) string {
	t.Helper()
	var out bytes.Buffer
	if err := c.Run(t.Context(), &program{stdout: &out}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestExportsAgree requires that the three tables have the same runs and the
// same figures as the ledger.
func TestExportsAgree(t *testing.T) {
	t.Parallel()
	path, folder := hostileLedger(t), t.TempDir()
	inFolder := func(name string) string { return filepath.Join(folder, name) }
	exportTo(t, exportCommand{DB: path, CSV: inFolder("runs.csv")})
	exportTo(t, exportCommand{DB: path, JSON: inFolder("runs.json")})
	exportTo(t, exportCommand{DB: path, Parquet: inFolder("runs.parquet")})

	lines := readCSV(t, inFolder("runs.csv"))
	var objects []map[string]any
	content, err := os.ReadFile(inFolder("runs.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(content, &objects); err != nil {
		t.Fatal(err)
	}
	type run struct {
		ID          int64    `parquet:"id"`
		HiddenSize  int64    `parquet:"hidden_size,optional"`
		ValAccuracy *float64 `parquet:"val_accuracy,optional"`
		Note        *string  `parquet:"note,optional"`
	}
	rows, err := parquet.ReadFile[run](inFolder("runs.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 3 || len(objects) != 3 || len(lines) != 4 {
		t.Fatalf("%d, %d and %d runs, want 3", len(rows), len(objects), len(lines)-1)
	}
	if *rows[0].Note != hostile || objects[0]["note"] != hostile || lines[1][column(t, lines, "note")] != hostile {
		t.Error("a note was changed on its way")
	}
	var want []float64
	if err := json.Unmarshal([]byte("["+strings.ReplaceAll(strings.TrimSpace(queryAsCSV(t, path, "SELECT val_accuracy FROM runs WHERE id < 3")), "\n", ",")+"]"), &want); err != nil {
		t.Fatal(err)
	}
	for i, v := range want {
		if *rows[i].ValAccuracy != v || objects[i]["val_accuracy"] != v || rows[i].HiddenSize != 64 || objects[i]["hidden_size"] != 64.0 {
			t.Errorf("run %d: %v in Parquet and %v in JSON, want %g", i+1, rows[i], objects[i], v)
		}
	}
}

func queryAsCSV(t *testing.T, path, sql string) string {
	t.Helper()
	var out bytes.Buffer
	if err := (&queryCommand{SQL: sql, DB: path, CSV: true}).Run(t.Context(), &program{stdout: &out}); err != nil {
		t.Fatal(err)
	}
	_, rows, _ := strings.Cut(out.String(), "\n")
	return rows
}

func readCSV(t *testing.T, file string) [][]string {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(bytes.NewReader(content)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

func column(t *testing.T, lines [][]string, name string) int {
	t.Helper()
	for i, head := range lines[0] {
		if head == name {
			return i
		}
	}
	t.Fatalf("no column %s among %q", name, lines[0])
	return 0
}

func TestExportPoints(t *testing.T) {
	t.Parallel()
	path, file := exampleLedger(t, 1, 1, 4), filepath.Join(t.TempDir(), "points.csv")
	said := exportTo(t, exportCommand{DB: path, CSV: file, Points: true})
	if want := "12 points of 3 runs of sweep default, written to " + file + "\n"; said != want {
		t.Errorf("said %q, want %q", said, want)
	}
	if lines := readCSV(t, file); len(lines) != 13 || strings.Join(lines[1][:3], ",") == "" {
		t.Errorf("%d lines", len(lines))
	}
	if out := exportTo(t, exportCommand{DB: path, CSV: "-", Points: true}); strings.Count(out, "\n") != 13 {
		t.Errorf("standard output has %q", out)
	}
}

// TestExportReplacesWholeFiles: a file that was there keeps its content until
// the new one is complete, and nothing is left beside it.
func TestExportReplacesWholeFiles(t *testing.T) {
	t.Parallel()
	path, folder := exampleLedger(t, 1, 1, 1), t.TempDir()
	file := filepath.Join(folder, "runs.csv")
	if err := os.WriteFile(file, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	failure := errors.New("no more")
	err := writeWhole(file, func(w io.Writer) error {
		w.Write(bytes.Repeat([]byte("half "), 10_000))
		return failure
	})
	if content, _ := os.ReadFile(file); !errors.Is(err, failure) || string(content) != "old" {
		t.Errorf("error %v, and the file holds %.20q", err, content)
	}
	exportTo(t, exportCommand{DB: path, CSV: file})
	if entries, _ := os.ReadDir(folder); len(entries) != 1 {
		t.Errorf("%d files, want one", len(entries))
	}
	if info, _ := os.Stat(file); info.Mode().Perm() != 0o600 {
		t.Errorf("permissions became %v", info.Mode())
	}
}

func TestExportSaysWhichFileCannotBe(t *testing.T) {
	t.Parallel()
	path := exampleLedger(t, 1, 1, 1)
	for name, c := range map[string]exportCommand{
		"file":      {DB: path, CSV: filepath.Join(t.TempDir(), "none", "runs.csv")},
		"directory": {DB: path, TensorBoard: filepath.Join(path, "log")},
	} {
		err := c.Run(t.Context(), &program{stdout: &bytes.Buffer{}})
		if err == nil || !strings.Contains(err.Error(), c.CSV+c.TensorBoard) || strings.Count(err.Error(), ".csv") > 1 {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func TestExportTensorBoard(t *testing.T) {
	t.Parallel()
	path, folder := exampleLedger(t, 1, 1, 4), t.TempDir()
	for range 2 { // a second export replaces the first
		exportTo(t, exportCommand{DB: path, TensorBoard: folder})
	}
	var files []string
	err := filepath.WalkDir(folder, func(file string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			name, _ := filepath.Rel(folder, file)
			files = append(files, filepath.Dir(name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	want := ". 00001_hidden_size=64_learning_rate=0.0025_seed=1 00002_hidden_size=64_learning_rate=0.005_seed=1 00003_hidden_size=64_learning_rate=0.01_seed=1"
	if got := strings.Join(files, " "); got != want && got != strings.TrimPrefix(want, ". ")+" ." {
		t.Errorf("files in %s, want %s", got, want)
	}
}

func TestExportStopsWhenInterrupted(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	ctx, interrupt := context.WithCancelCause(t.Context())
	files := func(yield func(string, []byte) bool) {
		for i := range 1000 {
			if i == 10 {
				interrupt(errInterrupted)
			}
			if !yield(fmt.Sprint(i), []byte("events")) {
				return
			}
		}
	}
	c := exportCommand{TensorBoard: folder}
	if err := c.writeEvents(ctx, files); !errors.Is(err, errInterrupted) {
		t.Errorf("error %v, want that of the interrupt", err)
	}
	if entries, _ := os.ReadDir(folder); len(entries) != 10 {
		t.Errorf("%d files, want the 10 from before the interrupt, whole", len(entries))
	}
}
