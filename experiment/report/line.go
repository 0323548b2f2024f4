package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"sweep/experiment"
	"sweep/experiment/stats"
)

// line is what plots show as one: a configuration, one seed when there is a
// single configuration, or all configurations that have no line of their own.
type line struct {
	label string
	style style
	runs  []experiment.Record
	rest  bool // stands for the configurations without a line of their own
}

// chooseLines gives each configuration its line and its colour. Beyond
// mostLines the best have one each and the others share a grey one. Colours
// follow the settings, not the ranks, so that a sweep that goes on keeps them.
func (f *findings) chooseLines() {
	f.styles = map[string]style{}
	if len(f.standings) == 1 && len(f.standings[0].Records) <= mostLines {
		f.seedLines(f.standings[0])
		return
	}
	shown := slices.Clone(f.standings)
	var rest []stats.Standing
	if len(shown) > mostLines {
		shown, rest = shown[:mostLines-1], shown[mostLines-1:]
	}
	slices.SortStableFunc(shown, f.bySettings)
	for slot, s := range shown {
		f.styles[s.Hash] = styleOf(slot)
		f.lines = append(f.lines, line{label: f.label(s), style: styleOf(slot), runs: s.Records})
	}
	if len(rest) > 0 {
		group := line{label: fmt.Sprintf("%d others", len(rest)), style: style{Color: others}, rest: true}
		for _, s := range rest {
			f.styles[s.Hash] = group.style
			group.runs = append(group.runs, s.Records...)
		}
		f.lines = append(f.lines, group)
	}
}

func (f *findings) seedLines(s stats.Standing) {
	f.styles[s.Hash] = styleOf(0)
	for slot, record := range s.Records {
		f.lines = append(f.lines, line{label: fmt.Sprintf("seed %d", record.Seed), style: styleOf(slot), runs: []experiment.Record{record}})
	}
}

func (f *findings) bySettings(a, b stats.Standing) int {
	for _, name := range f.varying {
		if c := stats.CompareValues(a.Values[name], b.Values[name]); c != 0 {
			return c
		}
	}
	return cmp.Compare(a.Hash, b.Hash)
}

// band is a metric along a line: its mean, lowest and highest run at each
// step that a run reports it.
type band struct {
	steps           []int
	mean, low, high []float64
	most            int // runs at a step, at most
}

// mostPoints is how many steps of a band are drawn; more could not be seen.
const mostPoints = 400

// bandsOf aggregates the curves of a line's runs, a band for each of metrics.
// A run that diverged or failed would drag the mean to where no model is, so
// it is left out; its end stands among the runs.
func bandsOf(l line, curves map[int64][]experiment.Point) []band {
	bands := make([]band, len(metrics))
	for i, m := range metrics {
		sums := map[int]*sum{}
		for _, run := range l.runs {
			if run.State != experiment.Diverged && run.State != experiment.Failed {
				addCurve(sums, curves[run.ID], m)
			}
		}
		bands[i] = newBand(sums)
	}
	return bands
}

type sum struct {
	total, low, high float64
	n                int
}

func addCurve(sums map[int]*sum, points []experiment.Point, m metric) {
	for _, p := range points {
		v := m.of(p)
		if !finite(v) {
			continue
		}
		s := sums[p.Step]
		if s == nil {
			s = &sum{low: v, high: v}
			sums[p.Step] = s
		}
		s.total, s.low, s.high, s.n = s.total+v, min(s.low, v), max(s.high, v), s.n+1
	}
}

func newBand(sums map[int]*sum) band {
	var b band
	for _, step := range thin(slices.Sorted(maps.Keys(sums))) {
		s := sums[step]
		b.steps = append(b.steps, step)
		b.mean = append(b.mean, s.total/float64(s.n))
		b.low = append(b.low, s.low)
		b.high = append(b.high, s.high)
		b.most = max(b.most, s.n)
	}
	return b
}

// thin keeps mostPoints steps, evenly spread, the first and the last among
// them.
func thin(steps []int) []int {
	if len(steps) <= mostPoints {
		return steps
	}
	kept := make([]int, mostPoints)
	for i := range kept {
		kept[i] = steps[i*(len(steps)-1)/(mostPoints-1)]
	}
	return kept
}
