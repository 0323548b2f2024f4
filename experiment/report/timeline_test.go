package report

import (
	"testing"
)

// Two workers for 10 s, a night, then 5 s: the night is cut to a hundredth of
// the time that was worked.
func TestTimelineCutsPauses(t *testing.T) {
	t.Parallel()
	list := []stretch{{worker: 0, from: 0, to: 10}, {worker: 1, from: 0, to: 9}, {worker: 1, from: 9.5, to: 10}, {worker: 0, from: 40_000, to: 40_005}}
	cuts := cutPauses(list)
	if len(cuts) != 1 || cuts[0].seconds != 39_990 {
		t.Fatalf("cuts %+v, want one of 39990 s", cuts)
	}
	last := list[len(list)-1]
	if gap := last.from - 10; gap < 0.1 || gap > 0.2 || last.to-last.from < 4.99 || last.to-last.from > 5.01 {
		t.Errorf("after the cut the last run stands from %v to %v", last.from, last.to)
	}
	if list[2].from != 9.5 {
		t.Errorf("what stood before the pause moved to %v", list[2].from)
	}
}

func TestTimelineMergesWhatCannotBeSeen(t *testing.T) {
	t.Parallel()
	var list []stretch
	for i := range mostStretches + 100 {
		list = append(list, stretch{worker: i % 2, from: float64(i / 2), to: float64(i/2 + 1), bad: i == 1000})
	}
	joined := merged(list)
	if len(joined) != 4 { // worker 1 once; worker 0 before, during and after the bad run
		t.Errorf("%d stretches, want 4", len(joined))
	}
	workers, busy, end := workload(joined)
	if len(workers) != 2 || end != 800 || busy[0] != 800 || busy[1] != 800 {
		t.Errorf("workers %v busy %v until %v", workers, busy, end)
	}
}
