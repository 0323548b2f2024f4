package report

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"sweep/experiment"
)

// Twelve configurations have a line each; of thirteen the best eleven, and the
// others one together.
func TestLinesGroupBeyondTwelve(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ hidden, lines, rest int }{{1, 2, 0}, {12, 12, 0}, {13, 12, 2}, {40, 12, 29}} {
		s := smallShape()
		s.rates, s.hidden = s.rates[:1], nil
		for i := range test.hidden {
			s.hidden = append(s.hidden, 16+16*i)
		}
		f := find(imitate(s))
		last := f.lines[len(f.lines)-1]
		if len(f.lines) != test.lines || last.rest != (test.rest > 0) {
			t.Errorf("%d configurations: %d lines, want %d", test.hidden, len(f.lines), test.lines)
		}
		if want := fmt.Sprintf("%d others", test.rest); test.rest > 0 && last.label != want {
			t.Errorf("%d configurations: the last line is %q, want %q", test.hidden, last.label, want)
		}
		used := map[style]bool{}
		for _, l := range f.lines {
			if used[l.style] {
				t.Errorf("%d configurations: two lines look like %v", test.hidden, l.style)
			}
			used[l.style] = true
		}
	}
}

// Colours follow the settings: a sweep whose ranks change keeps them.
func TestColoursDoNotFollowRanks(t *testing.T) {
	t.Parallel()
	in := imitate(smallShape())
	before := find(in)
	for i := range in.Records {
		in.Records[i].Best.ValAccuracy = 1 - in.Records[i].Best.ValAccuracy
	}
	after := find(in)
	if before.ranked[0].Hash == after.ranked[0].Hash {
		t.Fatal("the leader did not change")
	}
	for hash, style := range before.styles {
		if after.styles[hash] != style {
			t.Errorf("%.8s changed from %v to %v", hash, style, after.styles[hash])
		}
	}
}

func TestBandsLeaveOutWhatWentWrong(t *testing.T) {
	t.Parallel()
	point := func(step int, loss float64) experiment.Point {
		p := unmeasured()
		p.Step, p.TrainLoss = step, loss
		return p
	}
	run := func(id int64, state experiment.State) experiment.Record {
		r := experiment.Record{State: state}
		r.ID = id
		return r
	}
	l := line{runs: []experiment.Record{run(1, experiment.Done), run(2, experiment.Running), run(3, experiment.Diverged), run(4, experiment.Failed)}}
	b := bandsOf(l, map[int64][]experiment.Point{
		1: {point(10, 1), point(20, 2), point(30, math.Inf(1))},
		2: {point(10, 3)},
		3: {point(10, 1e9)}, 4: {point(10, 1e9)},
	})[len(metrics)-1]
	if !slices.Equal(b.steps, []int{10, 20}) || !slices.Equal(b.mean, []float64{2, 2}) || !slices.Equal(b.low, []float64{1, 2}) || !slices.Equal(b.high, []float64{3, 2}) {
		t.Errorf("band %+v", b)
	}
}

func TestThinKeepsTheEnds(t *testing.T) {
	t.Parallel()
	steps := make([]int, 10_000)
	for i := range steps {
		steps[i] = i
	}
	kept := thin(steps)
	if len(kept) != mostPoints || kept[0] != 0 || kept[len(kept)-1] != 9999 || !slices.IsSorted(kept) {
		t.Errorf("%d steps from %d to %d", len(kept), kept[0], kept[len(kept)-1])
	}
}

func TestLossCeilingCutsSpikesOnly(t *testing.T) {
	t.Parallel()
	loss, accuracy := metricOf(experiment.ValLoss), metricOf(experiment.ValAccuracy)
	calm := band{mean: []float64{2.9, 2, 1.5, 1.4, 1.3}, high: []float64{3, 2, 1.6, 1.5, 1.4}}
	wild := band{mean: slices.Repeat([]float64{1}, 20), high: append(slices.Repeat([]float64{1}, 19), 1e6)}
	if _, clipped := lossCeiling(loss, []band{calm}); clipped {
		t.Error("an ordinary curve was cut")
	}
	if ceiling, clipped := lossCeiling(loss, []band{calm, wild}); !clipped || ceiling > 10 {
		t.Errorf("a spike was left in: ceiling %v, %v", ceiling, clipped)
	}
	if _, clipped := lossCeiling(accuracy, []band{wild}); clipped {
		t.Error("an accuracy was cut")
	}
}
