package store

import (
	"context"
	"database/sql"
	"maps"
	"sync"

	"golang.org/x/sync/errgroup"

	"sweep/experiment"
)

// Curve returns the points of a run by step; none if it has none or does not
// exist.
func (db *DB) Curve(ctx context.Context, run int64) ([]experiment.Point, error) {
	if err := db.Flush(ctx); err != nil {
		return nil, err
	}
	curves, err := readCurves(ctx, db.read, `run_id = ?`, run)
	return curves[run], db.explain(err)
}

// Curves returns the points by step of every run of the sweep that has any. It
// reads on several connections at once: a large sweep has a million points.
func (db *DB) Curves(ctx context.Context, sweep string) (map[int64][]experiment.Point, error) {
	if err := db.Flush(ctx); err != nil {
		return nil, err
	}
	bounds, err := readBounds(ctx, db.read, sweep)
	if err != nil {
		return nil, db.explain(err)
	}
	var mu sync.Mutex
	curves := map[int64][]experiment.Point{}
	group, ctx := errgroup.WithContext(ctx)
	for _, b := range bounds {
		group.Go(func() error {
			part, err := readCurves(ctx, db.read,
				`run_id IN (SELECT id FROM runs WHERE sweep = ? AND id BETWEEN ? AND ?)`, sweep, b.first, b.last)
			mu.Lock()
			defer mu.Unlock()
			maps.Copy(curves, part)
			return err
		})
	}
	err = group.Wait()
	return curves, db.explain(err)
}

// bounds are the first and the last of a share of a sweep's runs.
type bounds struct{ first, last int64 }

func readBounds(ctx context.Context, q querier, sweep string) ([]bounds, error) {
	rows, err := q.QueryContext(ctx, `SELECT min(id), max(id)
		FROM (SELECT id, ntile(?) OVER (ORDER BY id) AS share FROM runs WHERE sweep = ?) GROUP BY share`, readers, sweep)
	if err != nil {
		return nil, err
	}
	return collect(rows, func(rows *sql.Rows, b *bounds) error { return rows.Scan(&b.first, &b.last) })
}

func readCurves(ctx context.Context, q querier, where string, arguments ...any) (map[int64][]experiment.Point, error) {
	rows, err := q.QueryContext(ctx, `SELECT run_id, step, train_loss, val_loss, val_accuracy, val_balanced_accuracy
		FROM points WHERE `+where+` ORDER BY run_id, step`, arguments...)
	if err != nil {
		return nil, err
	}
	curves := map[int64][]experiment.Point{}
	var curve []experiment.Point
	var current int64 // whose curve it is; ids begin at 1
	err = each(rows, func() error {
		var run int64
		var p experiment.Point
		err := rows.Scan(&run, &p.Step, (*number)(&p.TrainLoss), (*number)(&p.ValLoss),
			(*number)(&p.ValAccuracy), (*number)(&p.ValBalancedAccuracy))
		if run != current {
			curves[current] = curve
			current, curve = run, make([]experiment.Point, 0, len(curve)) // likely as long as the last
		}
		curve = append(curve, p)
		return err
	})
	curves[current] = curve
	delete(curves, 0)
	return curves, err
}
