package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sweep/experiment"
	"sweep/experiment/stats"
)

// golden compares an output with testdata/golden/name.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", "golden", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("output differs from %s; look at it and run with -update if it is right\ngot:\n%s", file, got)
	}
}

func compare(t *testing.T, path string, asJSON bool, what ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	c := compareCommand{What: what, DB: path, JSON: asJSON}
	err := c.Run(t.Context(), &program{stdout: &out})
	return out.String(), err
}

func TestCompare(t *testing.T) {
	t.Parallel()
	path := exampleLedger(t, 3, 3, 5)
	for name, what := range map[string][]string{
		"compare-configurations.txt": {"256/0.0025", "128 / 0.0025", "hidden_size=64,learning_rate=0.01"},
		"compare-flawed.txt":         {"64/0.0025", "256/0.01"}, // a seed of each failed or diverged
		"compare-runs.txt":           {"3", "7"},
		"compare-seeds.txt":          {"1", "10"},
		"compare-unfinished.txt":     {"27", "9", "8"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, err := compare(t, path, false, what...)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, name, out)
		})
	}
}

// TestCompareAgrees requires that the text, the JSON and what is asked for in
// another order say the same.
func TestCompareAgrees(t *testing.T) {
	t.Parallel()
	path := exampleLedger(t, 3, 3, 5)
	var verdicts [2]string
	for i, what := range [][]string{{"256/0.005", "64/0.005"}, {"64/0.005", "256/0.005"}} {
		out, err := compare(t, path, true, what...)
		if err != nil {
			t.Fatal(err)
		}
		var result comparisonJSON
		if err := json.Unmarshal([]byte(out), &result); err != nil {
			t.Fatal(err)
		}
		verdicts[i] = result.Verdict
		if text, _ := compare(t, path, false, what...); !strings.HasSuffix(text, "\n"+result.Verdict+"\n") {
			t.Errorf("the text does not end with the verdict of the JSON, %q:\n%s", result.Verdict, text)
		}
		if result.Tests[0].Leader != "256" || result.Tests[0].Seeds != 3 || *result.Tests[0].Difference <= 0 {
			t.Errorf("test %+v, want 256 ahead on 3 seeds", result.Tests[0])
		}
	}
	if verdicts[0] != verdicts[1] {
		t.Errorf("the verdict depends on the order:\n%s\n%s", verdicts[0], verdicts[1])
	}
}

func TestCompareMistakes(t *testing.T) {
	t.Parallel()
	path := exampleLedger(t, 3, 3, 5)
	for name, test := range map[string]struct {
		what []string
		want string
	}{
		"one":                    {[]string{"1"}, "compare 1 with what?"},
		"a run twice":            {[]string{"1", "1"}, "run 1 is named twice"},
		"a configuration twice":  {[]string{"64/0.005", "hidden_size=64,learning_rate=0.005"}, "is named twice"},
		"no such run":            {[]string{"1", "99"}, "there is no run 99"},
		"no such configuration":  {[]string{"64/0.005", "nope"}, `no configuration of sweep default is "nope"`},
		"no such setting":        {[]string{"64/0.005", "nope=1"}, `no configuration of sweep default is "nope=1"`},
		"several configurations": {[]string{"64/0.005", "hidden_size=128"}, `3 configurations of sweep default are "hidden_size=128"; say more of hidden_size, learning_rate`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, err := compare(t, path, false, test.what...)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want one with %q", err, test.want)
			}
			if status := (&program{stderr: &bytes.Buffer{}}).fail(err); status != exitUsage {
				t.Errorf("exit status %d, want %d", status, exitUsage)
			}
			if out != "" {
				t.Errorf("printed %q before the mistake was found", out)
			}
		})
	}
}

// TestCompareOnOtherData: answers to other test names are not compared, though
// there are as many of them.
func TestCompareOnOtherData(t *testing.T) {
	t.Parallel()
	path, other := exampleLedger(t, 1, 1, 1), exampleData
	other.SHA256 = "0dd"
	recordExample(t, path, 1, examplePlan(t, 1, 1, other))
	out, err := compare(t, path, false, "1", "4")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out, "did not answer the same test names") || strings.Contains(out, "McNemar") || strings.Contains(out, "lucky.") {
		t.Errorf("runs on different data:\n%s", out)
	}
}

func TestWhichModelIsBetter(t *testing.T) {
	t.Parallel()
	standing := func(name string) stats.Standing {
		return stats.Standing{Configuration: experiment.Configuration{Hash: name}}
	}
	c := comparison{runs: true, ranked: []stats.Standing{standing("run 1")}}
	for name, test := range map[string]struct {
		leaderOnly, otherOnly int
		p                     float64
		want                  string
	}{
		"the leader":  {30, 2, 0.0001, "run 1 is really better on names like these (McNemar's test, p < 0.001)"},
		"the other":   {2, 30, 0.012, "run 2 is really better on names like these (McNemar's test, p = 0.012)"},
		"neither one": {20, 10, 0.0987, "the two models cannot be told apart (McNemar's test, p = 0.099)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := c.byNames(stats.Comparison{Other: standing("run 2"), Names: 100, LeaderOnly: test.leaderOnly, OtherOnly: test.otherOnly, McNemarAdjusted: test.p})
			if !strings.Contains(got, test.want) {
				t.Errorf("%q does not say %q", got, test.want)
			}
		})
	}
}

// TestCompareByHash finds a configuration by the first digits of its hash, as
// many as are printed elsewhere.
func TestCompareByHash(t *testing.T) {
	t.Parallel()
	path := exampleLedger(t, 3, 3, 5)
	lines := strings.Split(strings.TrimSpace(query(t, path, "SELECT substr(config, 1, 8) FROM runs WHERE id IN (1, 2)")), "\n")
	want, err := compare(t, path, false, "64/0.0025", "64/0.005")
	if err != nil {
		t.Fatal(err)
	}
	got, err := compare(t, path, false, strings.TrimSpace(lines[1]), strings.TrimSpace(lines[2]))
	if err != nil || got != want {
		t.Errorf("by hash %q: %v\n%s\nwant\n%s", lines[1:], err, got, want)
	}
}
