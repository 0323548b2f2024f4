package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"

	"sweep/store"
)

func TestOneStatement(t *testing.T) {
	t.Parallel()
	const several, empty = "more than one statement", "the query is empty"
	for name, test := range map[string]struct{ text, want, err string }{
		"plain":                  {"SELECT 1", "SELECT 1", ""},
		"with its semicolon":     {"SELECT 1;", "SELECT 1", ""},
		"semicolons and blanks":  {"SELECT 1; ;\n;", "SELECT 1", ""},
		"comment after":          {"SELECT 1; -- one; two", "SELECT 1", ""},
		"comments after":         {"SELECT 1; /* a; */ -- b", "SELECT 1", ""},
		"comment within":         {"SELECT 1 -- a; b\n, 2", "SELECT 1 -- a; b\n, 2", ""},
		"semicolon in a string":  {"SELECT 'a;b', 'it''s;'", "SELECT 'a;b', 'it''s;'", ""},
		"semicolon in a name":    {"SELECT 1 AS \"a;b\", 2 AS [c;d], 3 AS `e;f`", "SELECT 1 AS \"a;b\", 2 AS [c;d], 3 AS `e;f`", ""},
		"a comment in a string":  {"SELECT '--'; SELECT 2", "", several},
		"two":                    {"SELECT 1; SELECT 2", "", several},
		"two, one in a comment":  {"SELECT 1; /* x */ SELECT 2", "", several},
		"a harmful second":       {"SELECT 1; DROP TABLE runs", "", several},
		"nothing":                {"", "", empty},
		"blanks":                 {" \n\t", "", empty},
		"a comment alone":        {"-- nothing", "", empty},
		"a semicolon alone":      {";", "", empty},
		"a string without end":   {"SELECT 'a; SELECT 2", "SELECT 'a; SELECT 2", ""},
		"a comment without end":  {"SELECT 1 /* a; SELECT 2", "SELECT 1 /* a; SELECT 2", ""},
		"a first one of nothing": {"; SELECT 1", "", empty},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := oneStatement(test.text)
			if got != test.want || err == nil != (test.err == "") || err != nil && !strings.Contains(err.Error(), test.err) {
				t.Errorf("%q: %q, %v, want %q, %q", test.text, got, err, test.want, test.err)
			}
		})
	}
}

func FuzzOneStatement(f *testing.F) {
	for _, text := range []string{"SELECT 1;", "SELECT ';' -- ;\n; /*", "[;", "'", "--", "/*/", ";;"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		statement, err := oneStatement(text)
		if err != nil {
			return
		}
		if !strings.HasPrefix(text, statement) || isBlank(statement) {
			t.Errorf("%q gives the statement %q", text, statement)
		}
		if again, err := oneStatement(statement); err != nil || again != statement {
			t.Errorf("%q gives %q, which gives %q, %v", text, statement, again, err)
		}
	})
}

// hostile is what a person or a program may have written into a ledger.
var hostile = "line\nbreak\ttab \"double\" 'single', <script>alert(1)</script> \x1b[31m\x7f " + strings.Repeat("long ", 2000)

// hostileLedger has a run with a hostile note and tag.
func hostileLedger(t *testing.T) string {
	t.Helper()
	path := exampleLedger(t, 1, 1, 1)
	ledger, err := store.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := ledger.SetNote(t.Context(), 1, hostile); err != nil {
		t.Fatal(err)
	}
	if err := ledger.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestHostileTextStaysInItsCell(t *testing.T) {
	t.Parallel()
	path := hostileLedger(t)
	out := query(t, path, "SELECT run_id, note, note AS \"a\nb\" FROM notes")
	if lines := strings.Split(out, "\n"); len(lines) != 3 || lines[2] != "" {
		t.Errorf("one row takes %d lines", len(lines)-2)
	}
	if strings.ContainsAny(out, "\x1b\x7f\t") {
		t.Errorf("control characters reach the terminal: %q", out)
	}
	for line := range strings.Lines(out) {
		if n := len([]rune(line)); n > 200 {
			t.Errorf("a line of %d characters", n)
		}
	}
}

func TestProgramsGetTheWholeText(t *testing.T) {
	t.Parallel()
	path := hostileLedger(t)
	const sql = "SELECT run_id, note, x'0102' AS blob, NULL AS missing, 9e999 AS infinite, 0.1 AS x, 0.2 AS x FROM notes"
	var out bytes.Buffer
	if err := (&queryCommand{SQL: sql, DB: path, JSON: true}).Run(t.Context(), &program{stdout: &out}); err != nil {
		t.Fatal(err)
	}
	wantOrder := `{"run_id":1,"note":"line\nbreak`
	if !strings.HasPrefix(out.String(), wantOrder) {
		t.Errorf("JSON begins %.60q, want %q: the statement's order", out.String(), wantOrder)
	}
	var row map[string]any
	if err := json.Unmarshal(out.Bytes(), &row); err != nil {
		t.Fatal(err)
	}
	if row["note"] != hostile {
		t.Errorf("JSON has the note %.80q", row["note"])
	}
	if blob := row["blob"].(map[string]any)["bytes"]; blob != 2.0 || row["missing"] != nil || row["infinite"] != nil || row["x"] != 0.1 || row["x_2"] != 0.2 {
		t.Errorf("JSON has %v", row)
	}

	out.Reset()
	if err := (&queryCommand{SQL: sql, DB: path, CSV: true}).Run(t.Context(), &program{stdout: &out}); err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(&out).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if got := lines[1]; got[1] != hostile || got[2] != "2 bytes" || got[3] != "" || got[5] != "0.1" {
		t.Errorf("CSV has %.80q", got)
	}
}

func TestLongTablesAreAlignedInParts(t *testing.T) {
	t.Parallel()
	path := exampleLedger(t, 1, 1, 1)
	out := query(t, path, "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT i FROM n")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if len(lines) != 20_002 || strings.TrimSpace(lines[tablePart+1]) != "i" || lines[len(lines)-1] != "20000" {
		t.Errorf("%d lines, the last %q, want two tables of 10,000 rows", len(lines), lines[len(lines)-1])
	}
}

// BenchmarkQuery asks a ledger of 9,999 runs; the aim is 100 ms a question.
func BenchmarkQuery(b *testing.B) {
	path := exampleLedger(b, 1111, 3, 1)
	for name, sql := range map[string]string{
		"leaderboard":   "SELECT * FROM leaderboard ORDER BY rank LIMIT 10",
		"best-by-width": "SELECT hidden_size, max(val_accuracy) FROM runs WHERE state = 'done' GROUP BY hidden_size",
		"slowest":       "SELECT * FROM runs ORDER BY seconds DESC LIMIT 20",
		"means":         "SELECT config, avg(val_accuracy) FROM runs GROUP BY config",
		"all-runs":      "SELECT id, state, val_accuracy FROM runs",
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				query(b, path, sql)
			}
		})
	}
}
