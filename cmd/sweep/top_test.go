package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

func top(t *testing.T, path string, c topCommand) string {
	t.Helper()
	var out bytes.Buffer
	c.DB = path
	if err := c.Run(t.Context(), &program{stdout: &out}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestTop(t *testing.T) {
	t.Parallel()
	path := exampleLedger(t, 3, 3, 5)
	golden(t, "top.txt", top(t, path, topCommand{}))
	golden(t, "top-2.txt", top(t, path, topCommand{Limit: 2}))
}

func TestTopJSON(t *testing.T) {
	t.Parallel()
	path := exampleLedger(t, 3, 3, 5)
	var got ranking
	if err := json.Unmarshal([]byte(top(t, path, topCommand{Limit: 2, JSON: true})), &got); err != nil {
		t.Fatal(err)
	}
	if got.Sweep != "default" || got.Objective != "max val_accuracy" || len(got.Leaderboard) != 2 || got.Leaderboard[1].Rank != 2 {
		t.Errorf("%+v", got)
	}
	if text := top(t, path, topCommand{}); !strings.HasSuffix(text, "\n"+got.Verdict+"\n") {
		t.Errorf("the text does not end with the verdict of the JSON, %q:\n%s", got.Verdict, text)
	}
}

func TestTableBoldsItsFirstRow(t *testing.T) {
	t.Parallel()
	table := newTable("rank", "x")
	table.row(1, "a")
	table.row(2, "b\x1b[2J\u202e")
	for bold, want := range map[bool]string{
		false: "rank  x\n   1  a\n   2  b [2J\n",
		true:  "rank  x\n\x1b[1m   1  a\x1b[0m\n   2  b [2J\n",
	} {
		var out bytes.Buffer
		table.bold = bold
		table.print(&out)
		if out.String() != want {
			t.Errorf("bold %v: %q, want %q", bold, out.String(), want)
		}
	}
	if isColoured(&program{stdout: &bytes.Buffer{}}) {
		t.Error("what is no terminal is coloured")
	}
}
