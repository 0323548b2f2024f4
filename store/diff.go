package store

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"sweep/experiment"
)

// Diff compares two ledgers on everything that the same sweeps must give
// wherever and however they were run, and describes the first difference; ""
// if there is none. It compares sweeps by id: definition and data; runs by
// configuration and seed: state, metrics, curve, the checkpoint's hash and
// predictions, and why a run diverged. It does not compare what may differ:
// run ids, times, hosts, workers, attempts, failures that were overcome,
// provenance, notes and tags.
func Diff(ctx context.Context, a, b *DB) (string, error) {
	left, err := a.sweepsByID(ctx)
	if err != nil {
		return "", err
	}
	right, err := b.sweepsByID(ctx)
	if err != nil {
		return "", err
	}
	for _, id := range union(left, right, strings.Compare) {
		if where, missing := lacking(left, right, id, a, b); missing {
			return fmt.Sprintf("sweep %s is missing in %s", id, where), nil
		}
		if difference := diffSweeps(left[id], right[id]); difference != "" {
			return "sweep " + id + ": " + difference, nil
		}
		if difference, err := diffRuns(ctx, a, b, id); difference != "" || err != nil {
			return difference, err
		}
	}
	return "", nil
}

func (db *DB) sweepsByID(ctx context.Context) (map[string]experiment.SweepRecord, error) {
	sweeps, err := db.Sweeps(ctx)
	byID := map[string]experiment.SweepRecord{}
	for _, s := range sweeps {
		byID[s.ID] = s
	}
	return byID, err
}

// union returns the keys of both maps in order.
func union[K comparable, V any](a, b map[K]V, compare func(K, K) int) []K {
	keys := slices.AppendSeq(slices.Collect(maps.Keys(a)), maps.Keys(b))
	slices.SortFunc(keys, compare)
	return slices.Compact(keys)
}

// lacking names the ledger that does not have the key.
func lacking[K comparable, V any](left, right map[K]V, key K, a, b *DB) (where string, missing bool) {
	if _, ok := left[key]; !ok {
		return a.path, true
	}
	_, ok := right[key]
	return b.path, !ok
}

func diffSweeps(a, b experiment.SweepRecord) string {
	switch {
	case a.Objective != b.Objective:
		return fmt.Sprintf("the objective is %q and %q", a.Objective, b.Objective)
	case a.Definition.Base != b.Definition.Base:
		return fmt.Sprintf("the base settings are %s and %s", a.Definition.Base, b.Definition.Base)
	case a.Dataset.SHA256 != b.Dataset.SHA256:
		return fmt.Sprintf("the data has SHA-256 %s and %s", a.Dataset.SHA256, b.Dataset.SHA256)
	case !slices.Equal(a.Dataset.Classes, b.Dataset.Classes), !slices.Equal(a.Dataset.Test, b.Dataset.Test):
		return "the classes or the test examples of the data differ"
	case fmt.Sprint(a.Definition) != fmt.Sprint(b.Definition):
		return fmt.Sprintf("the definition is %v and %v", a.Definition, b.Definition)
	}
	return ""
}

func diffRuns(ctx context.Context, a, b *DB, sweep string) (string, error) {
	left, err := a.results(ctx, sweep)
	if err != nil {
		return "", err
	}
	right, err := b.results(ctx, sweep)
	if err != nil {
		return "", err
	}
	for _, key := range union(left, right, compareKeys) {
		run := fmt.Sprintf("sweep %s, configuration %.12s, seed %d: ", sweep, key.config, key.seed)
		if where, missing := lacking(left, right, key, a, b); missing {
			return run + "the run is missing in " + where, nil
		}
		difference := diffResults(left[key], right[key])
		if difference == "" {
			difference, err = diffPredictions(ctx, a, b, left[key].ID, right[key].ID)
		}
		if difference != "" || err != nil {
			return run + difference, err
		}
	}
	return "", nil
}

func compareKeys(a, b runKey) int {
	return cmp.Or(strings.Compare(a.config, b.config), cmp.Compare(a.seed, b.seed))
}

// result is what two runs of the same configuration and seed have in common.
type result struct {
	experiment.Record
	curve      []experiment.Point
	checkpoint string // SHA-256
}

func (db *DB) results(ctx context.Context, sweep string) (map[runKey]result, error) {
	records, err := db.Records(ctx, sweep)
	if err != nil {
		return nil, err
	}
	curves, err := db.Curves(ctx, sweep)
	if err != nil {
		return nil, err
	}
	checkpoints, err := db.checkpointSums(ctx, sweep)
	results := map[runKey]result{}
	for _, r := range records {
		results[runKey{r.Hash, r.Seed}] = result{r, curves[r.ID], checkpoints[r.ID]}
	}
	return results, err
}

func (db *DB) checkpointSums(ctx context.Context, sweep string) (map[int64]string, error) {
	rows, err := db.read.QueryContext(ctx, `SELECT run_id, sha256 FROM checkpoints
		WHERE run_id IN (SELECT id FROM runs WHERE sweep = ?)`, sweep)
	if err != nil {
		return nil, db.explain(err)
	}
	sums := map[int64]string{}
	err = each(rows, func() error {
		var run int64
		var sum string
		err := rows.Scan(&run, &sum)
		sums[run] = sum
		return err
	})
	return sums, db.explain(err)
}

func diffResults(a, b result) string {
	switch {
	case a.State != b.State:
		return fmt.Sprintf("the run is %s and %s", a.State, b.State)
	case a.Settings != b.Settings:
		return fmt.Sprintf("the settings are %s and %s", a.Settings, b.Settings)
	case a.State == experiment.Diverged && a.Error != b.Error:
		return fmt.Sprintf("the reason is %q and %q", a.Error, b.Error)
	}
	if difference := diffPoints(a.Best, b.Best); difference != "" {
		return "best point: " + difference
	}
	for _, metric := range []struct {
		name string
		a, b float64
	}{
		{"test_accuracy", a.TestAccuracy, b.TestAccuracy},
		{"test_balanced_accuracy", a.TestBalancedAccuracy, b.TestBalancedAccuracy},
	} {
		if !same(metric.a, metric.b) {
			return fmt.Sprintf("%s is %v and %v", metric.name, metric.a, metric.b)
		}
	}
	if difference := diffCurves(a.curve, b.curve); difference != "" {
		return difference
	}
	if a.checkpoint != b.checkpoint {
		return fmt.Sprintf("the checkpoint has SHA-256 %s and %s", a.checkpoint, b.checkpoint)
	}
	return ""
}

func diffCurves(a, b []experiment.Point) string {
	for i := range min(len(a), len(b)) {
		if difference := diffPoints(a[i], b[i]); difference != "" {
			return fmt.Sprintf("point %d of the curve: %s", i+1, difference)
		}
	}
	if len(a) != len(b) {
		return fmt.Sprintf("the curve has %d and %d points", len(a), len(b))
	}
	return ""
}

func diffPoints(a, b experiment.Point) string {
	if a.Step != b.Step {
		return fmt.Sprintf("step is %d and %d", a.Step, b.Step)
	}
	for _, metric := range []struct {
		name string
		a, b float64
	}{
		{"train_loss", a.TrainLoss, b.TrainLoss},
		{"val_loss", a.ValLoss, b.ValLoss},
		{"val_accuracy", a.ValAccuracy, b.ValAccuracy},
		{"val_balanced_accuracy", a.ValBalancedAccuracy, b.ValBalancedAccuracy},
	} {
		if !same(metric.a, metric.b) {
			return fmt.Sprintf("%s at step %d is %v and %v", metric.name, a.Step, metric.a, metric.b)
		}
	}
	return ""
}

// same compares bits, except that there is one NaN.
func same(a, b float64) bool {
	return math.Float64bits(a) == math.Float64bits(b) || math.IsNaN(a) && math.IsNaN(b)
}

func diffPredictions(ctx context.Context, a, b *DB, left, right int64) (string, error) {
	from, err := a.Predictions(ctx, left)
	if err != nil {
		return "", err
	}
	to, err := b.Predictions(ctx, right)
	if err != nil {
		return "", err
	}
	x, y := from[left], to[right]
	if len(x) != len(y) {
		return fmt.Sprintf("there are %d and %d predictions", len(x), len(y)), nil
	}
	for i := range x {
		if x[i].Class != y[i].Class || !same(x[i].Confidence, y[i].Confidence) {
			return fmt.Sprintf("prediction %d is %v and %v", i, x[i], y[i]), nil
		}
	}
	return "", nil
}
