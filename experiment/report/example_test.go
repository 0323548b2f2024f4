package report_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"sweep/experiment"
	"sweep/experiment/report"
)

// A sweep of a single run has a page and its curves; what compares runs is
// named there as missing.
func Example() {
	folder, err := os.MkdirTemp("", "report")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(folder) }()

	point := experiment.Point{Step: 1000, TrainLoss: 1.9, ValLoss: 1.8, ValAccuracy: 0.45, ValBalancedAccuracy: 0.4}
	record := experiment.Record{Run: experiment.Run{ID: 1, Seed: 1}, State: experiment.Done, Best: point}
	record.Settings = `{"hidden_size":128}`
	files, err := report.Write(context.Background(), folder, report.Input{
		Sweep:   experiment.SweepRecord{Name: "tiny", Objective: experiment.Maximize(experiment.ValAccuracy)},
		Records: []experiment.Record{record},
		Curves:  map[int64][]experiment.Point{1: {point}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, file := range files {
		if filepath.Ext(file) != ".svg" {
			fmt.Println(filepath.Base(file))
		}
	}
	// Output:
	// index.html
	// curve-val_accuracy.png
	// curve-val_balanced_accuracy.png
	// curve-val_loss.png
	// curve-train_loss.png
	// training-loss.png
}
