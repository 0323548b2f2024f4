package report

import (
	"cmp"
	"fmt"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"sweep/experiment"
)

// stretch is a run on a worker, in seconds since the sweep began, pauses cut.
type stretch struct {
	worker   int
	from, to float64
	style    style
	bad      bool // diverged or failed
}

// cut is a pause of the whole sweep that the timeline leaves out.
type cut struct{ at, seconds float64 }

// timelineFigure draws which worker ran what when.
func timelineFigure(f *findings) figure {
	const name, title = "timeline", "Who ran what when"
	stretches := f.stretches()
	if len(stretches) == 0 {
		return missingFigure(name, title, "No run has finished, so nobody's time is known.")
	}
	cuts := cutPauses(stretches)
	stretches = merged(stretches)
	workers, busy, end := workload(stretches)
	t := table{Head: []string{"worker", "runs", "busy", "share of the time"}}
	names := make([]string, len(workers))
	for i, w := range workers {
		names[i] = fmt.Sprintf("worker %d", w)
		t.Rows = append(t.Rows, []string{fmt.Sprint(w), fmt.Sprint(f.runsOn(w)), duration(busy[w]), percent(busy[w] / end)})
	}
	caption := "Each bar is the last attempt of a run, in the colour of its configuration; crossed where it diverged or failed."
	if len(cuts) > 0 {
		caption += fmt.Sprintf(" Dashed: %d pauses of the whole sweep, cut out.", len(cuts))
	}
	return figure{
		name: name, title: title, caption: caption, numbers: t, width: usualWidth,
		alt:    fmt.Sprintf("Timeline of %d workers over %s; the table holds how busy each was.", len(workers), duration(end)),
		height: vg.Points(max(76+30*float64(min(len(workers), 32)), 30+17.5*float64(len(f.barEntries())))),
		draw: func(c draw.Canvas) {
			unit, size := timeUnit(end)
			p := newPlot("Time since the first run began ("+unit+")", "")
			p.Add(rules(false, true))
			for _, s := range stretches {
				y := float64(slices.Index(workers, s.worker))
				p.Add(s.drawn(size, y)...)
			}
			for _, pause := range cuts {
				p.Add(mark(pause.at/size, len(workers)))
			}
			p.X.Min = 0
			rowsOf(p, names)
			beside(c, p, f.barEntries())
		},
	}
}

// drawn is the bar of a stretch in the row at y, size seconds a unit.
func (s stretch) drawn(size, y float64) []plot.Plotter {
	box := bar(s.from/size, s.to/size, y, 0.36)
	parts := []plot.Plotter{area{outline: box, color: s.style.Color}, paperLine(0.75, append(box, box[0]))}
	if s.style.Dashed {
		parts = append(parts, paperLine(3, plotter.XYs{{X: s.from / size, Y: y}, {X: s.to / size, Y: y}}))
	}
	if s.bad {
		parts = append(parts, paperLine(1, plotter.XYs{box[0], box[2]}), paperLine(1, plotter.XYs{box[1], box[3]}))
	}
	return parts
}

// mark is a dashed line across all rows.
func mark(x float64, rows int) *plotter.Line {
	return &plotter.Line{
		XYs:       plotter.XYs{{X: x, Y: -0.5}, {X: x, Y: float64(rows) - 0.5}},
		LineStyle: draw.LineStyle{Color: muted, Width: vg.Points(1.25), Dashes: []vg.Length{3, 3}},
	}
}

// paperLine keeps bars that touch apart and marks some of them.
func paperLine(width vg.Length, corners plotter.XYs) *plotter.Line {
	return &plotter.Line{XYs: corners, LineStyle: draw.LineStyle{Color: paper, Width: width}}
}

// barEntries is the legend of plots that show configurations as bars.
func (f *findings) barEntries() []entry {
	if len(f.varying) == 0 {
		return nil
	}
	var entries []entry
	for _, l := range f.lines {
		entries = append(entries, entry{l.label, barThumb(l.style)})
	}
	return entries
}

// barThumb is a bar in a legend; a dashed line's bar has a light core.
type barThumb style

// Thumbnail implements [plot.Thumbnailer].
func (b barThumb) Thumbnail(c *draw.Canvas) {
	middle := c.Center().Y
	c.StrokeLine2(draw.LineStyle{Color: b.Color, Width: vg.Points(9)}, c.Min.X, middle, c.Max.X, middle)
	if b.Dashed {
		c.StrokeLine2(draw.LineStyle{Color: paper, Width: vg.Points(2.5)}, c.Min.X, middle, c.Max.X, middle)
	}
}

func (f *findings) runsOn(worker int) int {
	n := 0
	for _, r := range f.Records {
		if timed(r) && r.Worker == worker {
			n++
		}
	}
	return n
}

func timed(r experiment.Record) bool {
	return r.State.Finished() && !r.StartedAt.IsZero() && r.FinishedAt.After(r.StartedAt)
}

// stretches are the last attempts of the finished runs, by start.
func (f *findings) stretches() []stretch {
	first, _ := f.begun()
	var list []stretch
	for _, r := range f.runs() {
		if timed(r) {
			list = append(list, stretch{
				worker: r.Worker, from: r.StartedAt.Sub(first).Seconds(), to: r.FinishedAt.Sub(first).Seconds(),
				style: f.styles[r.Hash], bad: r.State == experiment.Diverged || r.State == experiment.Failed,
			})
		}
	}
	slices.SortStableFunc(list, func(a, b stretch) int { return cmp.Compare(a.from, b.from) })
	return list
}

// cutPauses moves stretches, sorted by start, to where they would be if the
// sweep had not rested, wherever it rested for longer than a tenth of the time
// it worked.
func cutPauses(list []stretch) []cut {
	var busy, until float64
	for _, s := range list {
		busy += max(0, s.to-max(s.from, until))
		until = max(until, s.to)
	}
	var cuts []cut
	var shift float64
	until = list[0].from
	for i, s := range list {
		if pause := s.from - until; pause > busy/10 {
			cuts = append(cuts, cut{at: until - shift + busy/200, seconds: pause})
			shift += pause - busy/100
		}
		until = max(until, s.to)
		list[i].from, list[i].to = s.from-shift, s.to-shift
	}
	return cuts
}

// mostStretches is how many bars a timeline shows one by one.
const mostStretches = 1500

// merged joins neighbours of a worker that look alike when there are too many
// to see.
func merged(list []stretch) []stretch {
	if len(list) <= mostStretches {
		return list
	}
	last := map[int]int{} // worker → its last stretch in joined
	var joined []stretch
	for _, s := range list {
		i, ok := last[s.worker]
		if ok && joined[i].style == s.style && joined[i].bad == s.bad {
			joined[i].to = s.to
			continue
		}
		last[s.worker] = len(joined)
		joined = append(joined, s)
	}
	return joined
}

// workload returns the workers in order, how long each was busy, and when the
// last stopped.
func workload(list []stretch) (workers []int, busy map[int]float64, end float64) {
	busy = map[int]float64{}
	for _, s := range list {
		if _, known := busy[s.worker]; !known {
			workers = append(workers, s.worker)
		}
		busy[s.worker] += s.to - s.from
		end = max(end, s.to)
	}
	slices.Sort(workers)
	return workers, busy, end
}
