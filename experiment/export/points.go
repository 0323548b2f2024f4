package export

import (
	"maps"
	"slices"

	"sweep/experiment"
)

// Points is one row a point of a curve, by run and step: the table points of
// results.db. Curves are by the run's number.
func Points(curves map[int64][]experiment.Point) Table {
	columns := []Column{
		{"run_id", Integer}, {"step", Integer},
		{"train_loss", Real}, {"val_loss", Real}, {"val_accuracy", Real}, {"val_balanced_accuracy", Real},
	}
	runs := slices.Sorted(maps.Keys(curves))
	return Table{Columns: columns, Rows: func(yield func([]any) bool) {
		row := make([]any, len(columns))
		for _, run := range runs {
			for _, p := range curves[run] {
				row[0], row[1] = run, int64(p.Step)
				row[2], row[3], row[4], row[5] = real(p.TrainLoss), real(p.ValLoss), real(p.ValAccuracy), real(p.ValBalancedAccuracy)
				if !yield(row) {
					return
				}
			}
		}
	}}
}
