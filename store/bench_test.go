package store

import (
	"runtime"
	"testing"

	"sweep/experiment"
)

// The ledger of the benchmarks: 10,000 runs of 100 points.
const (
	benchRuns   = 10_000
	benchPoints = 100
	benchSeeds  = 5
)

// BenchmarkRuns records runs that report nothing: schedule, begin, finish.
func BenchmarkRuns(b *testing.B) {
	plan := planOf(b, "default", benchRuns/benchSeeds, benchSeeds)
	for b.Loop() {
		b.StopTimer()
		db := openNew(b)
		b.StartTimer()
		for _, r := range begun(b, db, plan) {
			must(b, db.Begin(r.Run, 0, 0))
			must(b, db.Finish(r.Run, experiment.Done, experiment.Outcome{Best: pointAt(1, 1)}, ""))
		}
		must(b, db.Flush(b.Context()))
	}
	b.ReportMetric(float64(benchRuns*b.N)/b.Elapsed().Seconds(), "runs/s")
}

// BenchmarkPoints records points of 8 runs at once, and how much memory that
// takes at most.
func BenchmarkPoints(b *testing.B) {
	db := openNew(b)
	round := begun(b, db, planOf(b, "default", 8, 1))
	for _, r := range round {
		must(b, db.Begin(r.Run, 0, 0))
	}
	step := 0
	for b.Loop() {
		step++
		for _, r := range round {
			must(b, db.Report(r.Run, pointAt(step, 1/float64(step))))
		}
	}
	must(b, db.Flush(b.Context()))
	b.ReportMetric(float64(len(round)*step)/b.Elapsed().Seconds(), "points/s")
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	b.ReportMetric(float64(memory.Sys)/(1<<20), "MB")
}

// fill records the ledger of the benchmarks.
func fill(t testing.TB, db *DB) {
	for _, r := range begun(t, db, planOf(t, "default", benchRuns/benchSeeds, benchSeeds)) {
		must(t, db.Begin(r.Run, 0, 0))
		for step := 1; step <= benchPoints; step++ {
			must(t, db.Report(r.Run, pointAt(step, 1/float64(step))))
		}
		must(t, db.Finish(r.Run, experiment.Done, experiment.Outcome{Best: pointAt(benchPoints, float64(r.ID))}, ""))
	}
	must(t, db.Flush(t.Context()))
}

// BenchmarkQuery times what commands ask of a ledger of 10,000 runs × 100
// points.
func BenchmarkQuery(b *testing.B) {
	db := openNew(b)
	fill(b, db)
	for _, bench := range queries(db) {
		b.Run(bench.name, func(b *testing.B) {
			for b.Loop() {
				must(b, bench.ask(b))
			}
			b.ReportMetric(1e3*b.Elapsed().Seconds()/float64(b.N), "ms/query")
		})
	}
}

type query struct {
	name string
	ask  func(testing.TB) error
}

// queries are the common ones; those that read everything a sweep has, as a
// report does, are last.
func queries(db *DB) []query {
	return []query{
		{"Sweeps", func(t testing.TB) error { _, err := db.Sweeps(t.Context()); return err }},
		{"Records", func(t testing.TB) error { _, err := db.Records(t.Context(), "default"); return err }},
		{"Run", func(t testing.TB) error { _, err := db.Run(t.Context(), benchRuns/2); return err }},
		{"Curve", func(t testing.TB) error { _, err := db.Curve(t.Context(), benchRuns/2); return err }},
		{"Leaderboard", func(t testing.TB) error { return read(t, db, `SELECT * FROM leaderboard WHERE sweep = 'default'`) }},
		{"BestRuns", func(t testing.TB) error {
			return read(t, db, `SELECT hidden_size, learning_rate, seed, val_accuracy FROM runs ORDER BY val_accuracy DESC`)
		}},
		{"Curves", func(t testing.TB) error { _, err := db.Curves(t.Context(), "default"); return err }},
	}
}

// read reads every row of a query.
func read(t testing.TB, db *DB, query string) error {
	_, rows, err := db.Query(t.Context(), query)
	if err != nil {
		return err
	}
	for _, err := range rows {
		if err != nil {
			return err
		}
	}
	return nil
}
