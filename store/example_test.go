package store_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"sweep/experiment"
	"sweep/experiment/strategy"
	"sweep/store"
)

type config struct {
	HiddenSize int `json:"hidden_size"`
}

// A sweep of one run is recorded and asked about in SQL.
func Example() {
	folder, err := os.MkdirTemp("", "sweep")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	if err := record(filepath.Join(folder, "results.db")); err != nil {
		log.Fatal(err)
	}
	// Output:
	// [hidden_size state val_accuracy]
	// [128 done 0.75]
}

func record(path string) error {
	ctx := context.Background()
	sweep := experiment.Sweep[config]{Name: "default", Base: config{HiddenSize: 128}, Seeds: 1, Strategy: strategy.Grid{}}
	plan, err := sweep.Plan(func(c config) (config, error) { return c, nil }, experiment.Dataset{SHA256: "5eed"})
	if err != nil {
		return err
	}
	ledger, err := store.Open(path)
	if err != nil {
		return err
	}
	defer ledger.Close()
	pool := &experiment.Pool{Trainer: perfect{}, Workers: 1}
	if _, err := experiment.Execute(ctx, plan, ledger, pool, experiment.Provenance{}, nil); err != nil {
		return err
	}
	columns, rows, err := ledger.Query(ctx, `SELECT hidden_size, state, val_accuracy FROM runs`)
	if err != nil {
		return err
	}
	fmt.Println(columns)
	for row, err := range rows {
		if err != nil {
			return err
		}
		fmt.Println(row)
	}
	return nil
}

// perfect is a trainer that is done at once.
type perfect struct{}

func (perfect) Train(_ context.Context, task experiment.Task) (experiment.Outcome, error) {
	best := experiment.Point{Step: 1, TrainLoss: 1, ValLoss: 1, ValAccuracy: 0.75, ValBalancedAccuracy: 0.5}
	task.Report(best)
	return experiment.Outcome{Best: best, TestAccuracy: 0.5, TestBalancedAccuracy: 0.5}, nil
}
