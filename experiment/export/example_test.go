package export_test

import (
	"fmt"
	"os"

	"sweep/experiment"
	"sweep/experiment/export"
)

func Example() {
	curves := map[int64][]experiment.Point{
		1: {
			{Step: 1000, TrainLoss: 2.4, ValLoss: 2.25, ValAccuracy: 0.31, ValBalancedAccuracy: 0.28},
			{Step: 2000, TrainLoss: 2.1, ValLoss: 2.0, ValAccuracy: 0.42, ValBalancedAccuracy: 0.4},
		},
	}
	if err := export.CSV(os.Stdout, export.Points(curves)); err != nil {
		fmt.Println(err)
	}
	// Output:
	// run_id,step,train_loss,val_loss,val_accuracy,val_balanced_accuracy
	// 1,1000,2.4,2.25,0.31,0.28
	// 1,2000,2.1,2,0.42,0.4
}
