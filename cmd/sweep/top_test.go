package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"sweep/experiment/stats"
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

// TestOnlyTheLeaderIsBold, and only where it is asked for.
func TestOnlyTheLeaderIsBold(t *testing.T) {
	t.Parallel()
	const text = "\nLeaderboard\nrank  x\n   1  a\n   2  b\n   –  c\n"
	ranked := []stats.Standing{{Rank: 1}, {Rank: 2}, {}}
	for name, test := range map[string]struct {
		board    []stats.Standing
		shown    int
		coloured bool
		want     string
	}{
		"plain":     {ranked, 3, false, "Leaderboard\nrank  x\n   1  a\n   2  b\n   –  c\n"},
		"coloured":  {ranked, 3, true, "Leaderboard\nrank  x\n\x1b[1m   1  a\x1b[0m\n   2  b\n   –  c\n"},
		"cut":       {ranked, 1, false, "Leaderboard\nrank  x\n   1  a\n2 more; -n 0 shows all\n"},
		"no leader": {make([]stats.Standing, 3), 3, true, "Leaderboard\nrank  x\n   1  a\n   2  b\n   –  c\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := cutLeaderboard(text, test.board, test.shown, test.coloured); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
	if isColoured(&program{stdout: &bytes.Buffer{}}) {
		t.Error("what is no terminal is coloured")
	}
}
