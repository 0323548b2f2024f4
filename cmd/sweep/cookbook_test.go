package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"sweep/experiment"
	"sweep/rnn"
	"sweep/store"
	"sweep/sweeps"
)

var update = flag.Bool("update", false, "write the expected outputs anew")

const cookbook = "../../docs/queries.md"

// recipe is a query of the cookbook with the output shown below it.
var recipe = regexp.MustCompile("(?s)```sql\n(.*?)```\n\n```text\n(.*?)```\n")

// TestCookbook runs every query of docs/queries.md on one small ledger and
// holds its output against the one shown.
func TestCookbook(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(cookbook)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(recipe.FindAll(text, -1)), strings.Count(string(text), "```sql\n"); got != want {
		t.Fatalf("%d of %d queries have their output below them", got, want)
	}
	path := exampleLedger(t, 3, 3, 5)
	now := recipe.ReplaceAllStringFunc(string(text), func(found string) string {
		parts := recipe.FindStringSubmatch(found)
		output := query(t, path, parts[1])
		if output != parts[2] && !*update {
			t.Errorf("this query gives another answer than docs/queries.md shows:\n%s\ngot\n%swant\n%s", parts[1], output, parts[2])
		}
		if strings.Count(output, "\n") < 2 {
			t.Errorf("this query of docs/queries.md finds nothing:\n%s", parts[1])
		}
		return "```sql\n" + parts[1] + "```\n\n```text\n" + output + "```\n"
	})
	if *update {
		if err := os.WriteFile(cookbook, []byte(now), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

var (
	schemaRow = regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\|.*\\| ([^|]+) \\|$")
	codeWord  = regexp.MustCompile("`([a-z0-9_]+)`")
)

// TestCookbookNamesTheColumns holds the cookbook's list of tables and views
// against the schema, both ways.
func TestCookbookNamesTheColumns(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(cookbook)
	if err != nil {
		t.Fatal(err)
	}
	path := exampleLedger(t, 1, 1, 1)
	rows := schemaRow.FindAllStringSubmatch(string(text), -1)
	if len(rows) < 6 {
		t.Fatalf("found %d tables in the list", len(rows))
	}
	for _, row := range rows {
		var listed []string
		for _, word := range codeWord.FindAllStringSubmatch(row[2], -1) {
			listed = append(listed, word[1])
		}
		columns := strings.Fields(query(t, path, "SELECT name FROM pragma_table_info('"+row[1]+"')"))[1:]
		if !slices.Equal(listed, columns) {
			t.Errorf("docs/queries.md says that %s has the columns\n%q\nit has\n%q", row[1], listed, columns)
		}
	}
}

// query is what `sweep query` prints.
func query(t testing.TB, path, sql string) string {
	t.Helper()
	var out bytes.Buffer
	c := queryCommand{SQL: sql, DB: path}
	if err := c.Run(t.Context(), &program{stdout: &out}); err != nil {
		t.Fatalf("%v\n%s", err, sql)
	}
	return out.String()
}

// exampleLedger is a ledger whose numbers are made up, the same each time:
// so many widths, three learning rates and so many seeds, with curves of so
// many points. One run diverged, one failed, and the
// last still runs.
func exampleLedger(t testing.TB, widths, seeds, points int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "results.db")
	recordExample(t, path, points, examplePlan(t, widths, seeds, exampleData))
	return path
}

// recordExample adds the runs of a plan to a ledger.
func recordExample(t testing.TB, path string, points int, plan *experiment.Plan) {
	t.Helper()
	ledger, err := store.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	e := &exampleRuns{ledger: ledger, points: points, now: time.Date(2026, 10, 3, 12, 0, 0, 0, time.UTC)}
	ledger.Clock = func() time.Time { return e.now }
	if err := e.train(t.Context(), plan); err != nil {
		t.Fatal(err)
	}
	if err := ledger.Close(); err != nil {
		t.Fatal(err)
	}
}

func examplePlan(t testing.TB, widths, seeds int, data experiment.Dataset) *experiment.Plan {
	t.Helper()
	sizes := make([]int, widths)
	for i := range sizes {
		sizes[i] = 64 << i
	}
	if widths > 3 { // many widths for a large ledger
		for i := range sizes {
			sizes[i] = 16 + i
		}
	}
	sweep := sweeps.Default
	sweep.Seeds = seeds
	sweep.Axes = slices.Clone(sweep.Axes)
	sweep.Axes[0] = experiment.Vary("hidden_size", sizes, func(c *rnn.Config, v int) { c.HiddenSize = v })
	plan, err := sweep.Plan(rnn.Config.Resolve, data)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

var exampleData = experiment.Dataset{
	Source: "embedded", SHA256: "e1e2", Classes: []string{"Czech", "French", "Irish", "Italian"}, Train: 160, Validation: 20,
	Test: []experiment.Example{
		{Name: "Novak", Class: 0}, {Name: "Dvorak", Class: 0}, {Name: "Cerny", Class: 0}, {Name: "Kafka", Class: 0}, {Name: "Svoboda", Class: 0},
		{Name: "Dupont", Class: 1}, {Name: "Martin", Class: 1}, {Name: "Lefevre", Class: 1}, {Name: "Moreau", Class: 1}, {Name: "Roux", Class: 1},
		{Name: "Walsh", Class: 2}, {Name: "Byrne", Class: 2}, {Name: "Kelly", Class: 2}, {Name: "Nolan", Class: 2},
		{Name: "Rossi", Class: 3}, {Name: "Ricci", Class: 3}, {Name: "Greco", Class: 3}, {Name: "Martini", Class: 3},
	},
}

// exampleRuns records runs that nobody trained.
type exampleRuns struct {
	ledger *store.DB
	points int
	now    time.Time
}

func (e *exampleRuns) train(ctx context.Context, plan *experiment.Plan) error {
	sweep, err := e.ledger.Register(ctx, plan, experiment.Provenance{
		Revision: "4bf25f0", GoVersion: "go1.26.0", Host: "laptop", CPU: "a CPU", Kernel: "avx2", Command: "sweep run default",
	})
	if err != nil {
		return err
	}
	proposals, err := plan.Strategy.Next(plan, nil)
	if err != nil {
		return err
	}
	round, err := e.ledger.Schedule(ctx, sweep.ID, proposals)
	if err != nil {
		return err
	}
	for i, r := range round {
		if err := e.trainOne(i, len(round), r); err != nil {
			return err
		}
	}
	return e.ledger.Flush(ctx)
}

func (e *exampleRuns) trainOne(i, of int, r experiment.Record) error {
	if err := e.ledger.Begin(r.Run, i%2, 0); err != nil {
		return err
	}
	config := r.Settings.Map()
	width, rate := config["hidden_size"].(float64), config["learning_rate"].(float64)
	rng := rand.New(rand.NewPCG(uint64(r.ID), 0))
	reached := 0.62 + 0.02*math.Log2(width/16) - 8*math.Abs(rate-0.005) + 0.02*rng.Float64()
	var last experiment.Point
	for p := range e.points {
		last = examplePoint(p+1, e.points, reached)
		if err := e.ledger.Report(r.Run, last); err != nil {
			return err
		}
	}
	e.now = e.now.Add(time.Duration(width*(1+0.2*rng.Float64())*100) * time.Millisecond)
	switch {
	case i == of-1 && of > 2:
		return nil // still running
	case i == 18:
		return e.ledger.Fail(r.Run, "out of memory", "goroutine 1", false)
	case i == 8:
		return e.ledger.Finish(r.Run, experiment.Diverged, experiment.Outcome{}, "the loss became NaN at iteration 31000")
	}
	return e.ledger.Finish(r.Run, experiment.Done, exampleOutcome(last, reached, rng, fmt.Sprint(r.ID)), "")
}

// examplePoint is a point of a curve that nears what it will reach; validation
// is measured at every point, but the first has a training loss alone.
func examplePoint(p, of int, reached float64) experiment.Point {
	way := 1 - math.Exp(-3*float64(p)/float64(of))
	point := experiment.Point{
		Step: 100_000 / of * p, TrainLoss: 2.8 - 2*reached*way,
		ValLoss: math.NaN(), ValAccuracy: math.NaN(), ValBalancedAccuracy: math.NaN(),
	}
	if p > 1 || of == 1 {
		point.ValLoss, point.ValAccuracy, point.ValBalancedAccuracy = 2.85-1.9*reached*way, reached*way, 0.95*reached*way
	}
	return point
}

func exampleOutcome(best experiment.Point, reached float64, rng *rand.Rand, model string) experiment.Outcome {
	outcome := experiment.Outcome{
		Best: best, TestAccuracy: best.ValAccuracy - 0.02*rng.Float64(), TestBalancedAccuracy: best.ValBalancedAccuracy - 0.02*rng.Float64(),
		Checkpoint: []byte("model of run " + model),
	}
	for _, example := range exampleData.Test {
		answer := experiment.Prediction{Class: example.Class, Confidence: 0.5 + 0.5*rng.Float64()}
		if example.Name == "Martin" || rng.Float64() > reached {
			answer = experiment.Prediction{Class: (example.Class + 1 + rng.IntN(2)) % 4, Confidence: 0.3 + 0.4*rng.Float64()}
		}
		outcome.Predictions = append(outcome.Predictions, answer)
	}
	return outcome
}
