package stats_test

import (
	"fmt"

	"sweep/experiment"
	"sweep/experiment/stats"
)

// Two widths with three seeds each: the wider leads, and the seeds are too few
// to be sure of it.
func Example() {
	var records []experiment.Record
	for width, accuracies := range map[string][]float64{"64": {0.58, 0.61, 0.60}, "128": {0.61, 0.62, 0.60}} {
		for i, accuracy := range accuracies {
			r := experiment.Record{State: experiment.Done, Best: experiment.Point{ValAccuracy: accuracy}}
			r.Configuration = experiment.Configuration{Hash: width, Settings: experiment.Settings(`{"hidden_size":` + width + `}`)}
			r.Seed = i + 1
			records = append(records, r)
		}
	}
	objective := experiment.Maximize(experiment.ValAccuracy)
	standings := stats.Leaderboard(records, objective)
	comparisons := stats.Compare(standings, nil, nil, objective)
	fmt.Println(stats.Verdict(standings, comparisons, objective))
	// Output:
	// 128 leads with val_accuracy 61.00% (95% interval 58.52% to 63.48% over 3 seeds). 64 cannot be told from it with 3 seeds; about 10 more seeds would.
}
