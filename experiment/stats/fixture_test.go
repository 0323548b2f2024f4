package stats

import (
	"fmt"
	"math"
	"testing"

	"sweep/experiment"
)

var maxAccuracy = experiment.Maximize(experiment.ValAccuracy)

// replicates makes a configuration's records, done with these accuracies at
// seeds 1, 2, …; NaN stands for a diverged run.
func replicates(hash, settings string, accuracies ...float64) []experiment.Record {
	var records []experiment.Record
	for i, accuracy := range accuracies {
		r := experiment.Record{State: experiment.Done, TestAccuracy: accuracy - 0.01, TestBalancedAccuracy: math.NaN(), Seconds: 10}
		r.Configuration = experiment.Configuration{Hash: hash, Settings: experiment.Settings(settings)}
		r.ID, r.Seed = int64(len(hash)*100+int(hash[len(hash)-1])*10+i), i+1
		r.Best = experiment.Point{Step: 1000, ValAccuracy: accuracy, ValLoss: 1 - accuracy}
		if math.IsNaN(accuracy) {
			r.State, r.Error = experiment.Diverged, "the loss became NaN"
		}
		records = append(records, r)
	}
	return records
}

// grid makes one configuration, with one seed, for each choice of levels.
func grid(levels []int, value func(choice []int) float64) []experiment.Record {
	var records []experiment.Record
	choice := make([]int, len(levels))
	for n := 0; ; n++ {
		settings := "{"
		for i, c := range choice {
			if i > 0 {
				settings += ","
			}
			settings += fmt.Sprintf(`"%c":%d`, 'a'+i, c)
		}
		records = append(records, replicates(fmt.Sprintf("h%04d", n), settings+"}", value(choice))...)
		i := len(levels) - 1
		for ; i >= 0 && choice[i]+1 == levels[i]; i-- {
			choice[i] = 0
		}
		if i < 0 {
			return records
		}
		choice[i]++
	}
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if math.IsNaN(want) != math.IsNaN(got) || math.Abs(got-want) > tolerance {
		t.Errorf("%s = %.12g, want %.12g", what, got, want)
	}
}
