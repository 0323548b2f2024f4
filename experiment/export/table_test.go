package export

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"

	"sweep/experiment"
)

func TestGolden(t *testing.T) {
	t.Parallel()
	_, records, curves := aSweep()
	records = records[:1] // readable; the hostile ones are read back below
	for name, write := range map[string]func(io.Writer) error{
		"runs.csv":    func(w io.Writer) error { return CSV(w, Runs(records)) },
		"runs.json":   func(w io.Writer) error { return JSON(w, Runs(records)) },
		"points.csv":  func(w io.Writer) error { return CSV(w, Points(curves)) },
		"points.json": func(w io.Writer) error { return JSON(w, Points(curves)) },
		"none.csv":    func(w io.Writer) error { return CSV(w, Runs(nil)) },
		"none.json":   func(w io.Writer) error { return JSON(w, Points(nil)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var file bytes.Buffer
			if err := write(&file); err != nil {
				t.Fatal(err)
			}
			golden(t, name, file.Bytes())
		})
	}
}

func TestRunsHaveTheirOwnSettings(t *testing.T) {
	t.Parallel()
	_, records, _ := aSweep()
	table := Runs(records)
	want := []map[string]any{
		{"hidden_size": int64(64), "cell": "elman", "dropout": 0.0, "nesterov": true, "setting_seed": nil, "seed": int64(1)},
		{"hidden_size": int64(64), "cell": "elman", "dropout": 0.0, "nesterov": true, "setting_seed": nil, "seed": int64(2)},
		{"hidden_size": int64(128), "cell": "g/../ru", "dropout": 0.5, "nesterov": nil, "setting_seed": int64(7), "seed": int64(1)},
	}
	for i, row := range valid(table) {
		got := map[string]any{}
		for j, c := range table.Columns {
			if _, asked := want[i][c.Name]; asked {
				got[c.Name] = row[j]
			}
		}
		if !reflect.DeepEqual(got, want[i]) {
			t.Errorf("run %d has %v, want %v", i+1, got, want[i])
		}
	}
}

// valid is a table's rows with text as every format keeps it.
func valid(table Table) [][]any {
	var rows [][]any
	for row := range table.Rows {
		rows = append(rows, append([]any(nil), row...))
	}
	return rows
}

func TestCSVReadsBack(t *testing.T) {
	t.Parallel()
	_, records, _ := aSweep()
	var file bytes.Buffer
	if err := CSV(&file, Runs(records)); err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(&file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range valid(Runs(records)) {
		for j, value := range row {
			if got := lines[i+1][j]; got != csvField(value) {
				t.Errorf("run %d, %s: read %.60q, want %.60v", i+1, lines[0][j], got, value)
			}
		}
	}
}

func TestJSONReadsBack(t *testing.T) {
	t.Parallel()
	_, records, _ := aSweep()
	table := Runs(records)
	var file bytes.Buffer
	if err := JSON(&file, table); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(file.String(), "<script>") {
		t.Error("a page that embeds the file would run the script in it")
	}
	var objects []map[string]any
	if err := json.Unmarshal(file.Bytes(), &objects); err != nil {
		t.Fatal(err)
	}
	for i, row := range valid(table) {
		for j, c := range table.Columns {
			want := row[j]
			switch v := want.(type) {
			case int64:
				want = float64(v)
			case time.Time:
				want = v.Format(time.RFC3339Nano)[:19] + ".000Z"
			}
			if got := objects[i][c.Name]; got != want {
				t.Errorf("run %d, %s: read %.60v, want %.60v", i+1, c.Name, got, want)
			}
		}
	}
}

func TestParquetReadsBack(t *testing.T) {
	t.Parallel()
	_, records, curves := aSweep()
	var many []experiment.Record // more than a batch
	for range parquetBatch {
		many = append(many, records...)
	}
	for name, table := range map[string]Table{"runs": Runs(many), "points": Points(curves), "no runs": Runs(nil)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var file bytes.Buffer
			if err := Parquet(&file, table); err != nil {
				t.Fatal(err)
			}
			compareParquet(t, file.Bytes(), table)
		})
	}
}

func compareParquet(t *testing.T, content []byte, table Table) {
	t.Helper()
	file, err := parquet.OpenFile(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	physical := map[Kind]parquet.Kind{Text: parquet.ByteArray, Integer: parquet.Int64, Real: parquet.Double, Boolean: parquet.Boolean, Time: parquet.Int64}
	var columns []Column
	for i, field := range file.Schema().Fields() {
		columns = append(columns, Column{field.Name(), table.Columns[i].Kind})
		if got, want := field.Type().Kind(), physical[table.Columns[i].Kind]; got != want || !field.Optional() {
			t.Errorf("column %s: %s, optional %t, want an optional %s", field.Name(), got, field.Optional(), want)
		}
	}
	if !reflect.DeepEqual(columns, table.Columns) {
		t.Errorf("columns %v, want %v", columns, table.Columns)
	}
	reader := parquet.NewReader(file)
	defer reader.Close()
	row := make([]parquet.Row, 1)
	for i, want := range valid(table) {
		if _, err := reader.ReadRows(row); err != nil && !errors.Is(err, io.EOF) {
			t.Fatal(err)
		}
		for j, value := range row[0] {
			if got := parquetValue(value, table.Columns[j].Kind); got != want[j] {
				t.Fatalf("row %d, %s: read %.60v, want %.60v", i, columns[j].Name, got, want[j])
			}
		}
	}
	if n, err := reader.ReadRows(row); n != 0 || !errors.Is(err, io.EOF) {
		t.Errorf("%d more rows than the table has, error %v", n, err)
	}
}

func parquetValue(v parquet.Value, kind Kind) any {
	if v.IsNull() {
		return nil
	}
	switch kind {
	case Integer:
		return v.Int64()
	case Real:
		return v.Double()
	case Boolean:
		return v.Boolean()
	case Time:
		return time.UnixMilli(v.Int64()).UTC()
	}
	return string(v.ByteArray())
}

func TestSettingsHaveOneKindEach(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		settings []experiment.Settings
		kind     Kind
		values   []any
	}{
		"integers":               {[]experiment.Settings{`{"x":1}`, `{"x":-9007199254740993}`}, Integer, []any{int64(1), int64(-9007199254740993)}},
		"integers and fractions": {[]experiment.Settings{`{"x":1}`, `{"x":0.5}`}, Real, []any{1.0, 0.5}},
		"an integer too large":   {[]experiment.Settings{`{"x":1e300}`}, Real, []any{1e300}},
		"a number beyond double": {[]experiment.Settings{`{"x":1e999}`}, Text, []any{"1e999"}},
		"booleans":               {[]experiment.Settings{`{"x":true}`, `{"x":false}`}, Boolean, []any{true, false}},
		"words":                  {[]experiment.Settings{`{"x":"a"}`}, Text, []any{"a"}},
		"words and numbers":      {[]experiment.Settings{`{"x":"a"}`, `{"x":1}`, `{"x":true}`, `{"x":0.5}`}, Text, []any{"a", "1", "true", "0.5"}},
		"missing and null":       {[]experiment.Settings{`{"x":1}`, `{}`, `{"x":null}`}, Integer, []any{int64(1), nil, nil}},
		"lists":                  {[]experiment.Settings{`{"x":[1,2]}`}, Text, []any{"[1,2]"}},
		"not settings at all":    {[]experiment.Settings{`{"x":1}`, `not JSON`}, Integer, []any{int64(1), nil}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var records []experiment.Record
			for _, s := range test.settings {
				records = append(records, experiment.Record{Run: experiment.Run{Configuration: experiment.Configuration{Hash: string(s), Settings: s}}})
			}
			s := newSettings(records, map[string]bool{"x": true})
			if want := []Column{{"setting_x", test.kind}}; !reflect.DeepEqual(s.columns, want) {
				t.Errorf("columns %v, want %v", s.columns, want)
			}
			for i, r := range records {
				if got := s.values[r.Hash][0]; got != test.values[i] {
					t.Errorf("%s: %v (%T), want %v (%T)", r.Settings, got, got, test.values[i], test.values[i])
				}
			}
		})
	}
}

type brokenWriter struct{}

var errBroken = errors.New("disk is full")

func (brokenWriter) Write([]byte) (int, error) { return 0, errBroken }

func TestWriteErrorsAreReported(t *testing.T) {
	t.Parallel()
	_, records, _ := aSweep()
	for name, write := range map[string]func(io.Writer, Table) error{"CSV": CSV, "JSON": JSON, "Parquet": Parquet} {
		if err := write(brokenWriter{}, Runs(records)); !errors.Is(err, errBroken) || !strings.HasPrefix(err.Error(), "write "+name) {
			t.Errorf("%s to a full disk: %v", name, err)
		}
	}
}
