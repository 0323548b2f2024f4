package report

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"sweep/experiment/stats"
)

// mostPaths is how many configurations parallel coordinates show.
const mostPaths = 300

// parallelCoordinates draws each configuration as a path through its settings
// to its objective (Inselberg, "The plane with parallel coordinates", The
// Visual Computer 1, 1985).
func parallelCoordinates(f *findings) figure {
	const name, title = "parallel-coordinates", "Settings and objective"
	if len(f.varying) == 0 || len(f.ranked) < 2 {
		return missingFigure(name, title, "Fewer than two configurations are done.")
	}
	shown := everySo(f.ranked, mostPaths)
	paths := newPaths(f, shown)
	caption := "Each path is a configuration, from its settings to its objective; the bolder, the better."
	if len(shown) < len(f.ranked) {
		caption += fmt.Sprintf(" %d of %d, evenly spread over the ranks.", len(shown), len(f.ranked))
	}
	t := table{Head: append(slices.Clone(f.varying), metricOf(f.objective.Metric).short)}
	for _, s := range shown[:min(len(shown), 20)] {
		t.Rows = append(t.Rows, append(valuesOf(s, f.varying), f.figure(s.Mean)))
	}
	return figure{
		name: name, title: title, caption: caption,
		alt: fmt.Sprintf("Parallel coordinates of %d configurations over %d settings; the table holds the best twenty.",
			len(shown), len(f.varying)),
		width: usualWidth, height: usualHeight, numbers: t,
		draw: paths.draw,
	}
}

func valuesOf(s stats.Standing, names []string) []string {
	values := make([]string, len(names))
	for i, name := range names {
		values[i] = s.Values[name]
	}
	return values
}

// everySo keeps at most n, evenly spread, the first and the last among them.
func everySo(standings []stats.Standing, n int) []stats.Standing {
	if len(standings) <= n {
		return standings
	}
	kept := make([]stats.Standing, n)
	for i := range kept {
		kept[i] = standings[i*(len(standings)-1)/(n-1)]
	}
	return kept
}

// axisScale is one vertical axis: where values stand on it, from 0 to 1.
type axisScale struct {
	name  string
	ticks []plot.Tick
}

type paths struct {
	axes   []axisScale
	points [][]float64 // [path][axis], the best path first; NaN: not on that axis
	merit  []float64   // [path], 0 the worst, 1 the best
}

func newPaths(f *findings, shown []stats.Standing) paths {
	p := paths{points: make([][]float64, len(shown)), merit: make([]float64, len(shown))}
	for _, name := range f.varying {
		axis, place := settingScale(name, stats.Levels(shown, name))
		p.axes = append(p.axes, axis)
		for i, s := range shown {
			p.points[i] = append(p.points[i], place(s.Values[name]))
		}
	}
	low, high := math.Inf(1), math.Inf(-1)
	for _, s := range shown {
		low, high = min(low, f.value(s.Mean)), max(high, f.value(s.Mean))
	}
	p.axes = append(p.axes, numberScale(metricOf(f.objective.Metric).axis, low, high))
	for i, s := range shown {
		at := share(f.value(s.Mean), low, high)
		p.points[i] = append(p.points[i], at)
		if p.merit[i] = at; f.objective.Minimize {
			p.merit[i] = 1 - at
		}
	}
	return p
}

// settingScale spreads a few values evenly, and many numbers by size.
func settingScale(name string, levels []string) (axisScale, func(string) float64) {
	place, _, named := placing(levels)
	if place == nil {
		return axisScale{name: name}, func(string) float64 { return math.NaN() }
	}
	low, high := place(levels[0]), place(levels[len(levels)-1])
	if !named {
		return numberScale(name, low, high), func(v string) float64 { return share(place(v), low, high) }
	}
	axis := axisScale{name: name}
	for i, label := range clipAll(levels) {
		axis.ticks = append(axis.ticks, plot.Tick{Value: share(float64(i), low, high), Label: label})
	}
	return axis, func(v string) float64 { return share(place(v), low, high) }
}

func numberScale(name string, low, high float64) axisScale {
	axis := axisScale{name: name}
	if high <= low {
		return axisScale{name: name, ticks: []plot.Tick{{Value: 0.5, Label: strconv.FormatFloat(low, 'g', 5, 64)}}}
	}
	for _, tick := range (roundTicks{}).Ticks(low, high) {
		axis.ticks = append(axis.ticks, plot.Tick{Value: share(tick.Value, low, high), Label: tick.Label})
	}
	return axis
}

func (p paths) draw(c draw.Canvas) {
	labels := textStyle(tickSize, ink)
	c = draw.Crop(c, vg.Points(46), -vg.Points(60), vg.Points(30), -vg.Points(8))
	x := func(axis int) vg.Length { return c.X(float64(axis) / float64(len(p.axes)-1)) }
	for i := range p.axes {
		c.StrokeLine2(draw.LineStyle{Color: muted, Width: vg.Points(0.75)}, x(i), c.Min.Y, x(i), c.Max.Y)
	}
	for i := len(p.points) - 1; i >= 0; i-- { // the best on top
		width := vg.Points(0.8 + 1.4*p.merit[i])
		line := draw.LineStyle{Color: rampAt(p.merit[i]), Width: width}
		for _, piece := range p.pieces(i, x, c.Y) {
			c.StrokeLines(line, piece)
		}
	}
	for i, axis := range p.axes {
		name := labels
		name.XAlign, name.YAlign = draw.XCenter, draw.YTop
		c.FillText(name, vg.Point{X: x(i), Y: c.Min.Y - vg.Points(12)}, clip(axis.name, max(10, 76/len(p.axes))))
		for _, tick := range axis.ticks {
			p.tick(c, x(i), c.Y(tick.Value), tick.Label)
		}
	}
}

// pieces are the stretches of a path between axes that it misses.
func (p paths) pieces(path int, x func(int) vg.Length, y func(float64) vg.Length) [][]vg.Point {
	pieces := [][]vg.Point{nil}
	for axis, v := range p.points[path] {
		last := len(pieces) - 1
		if math.IsNaN(v) {
			pieces = append(pieces, nil)
			continue
		}
		pieces[last] = append(pieces[last], vg.Point{X: x(axis), Y: y(v)})
	}
	return slices.DeleteFunc(pieces, func(piece []vg.Point) bool { return len(piece) < 2 })
}

// tick writes a value beside an axis, on paper, so that paths do not cross it.
func (p paths) tick(c draw.Canvas, x, y vg.Length, label string) {
	style := textStyle(tickSize, ink)
	style.YAlign = draw.YCenter
	width, height := style.Width(label), vg.Points(tickSize)
	left := x + vg.Points(4)
	c.FillPolygon(faded(paper, 0.8), rectangle(left-1, y-height*0.6, left+width+1, y+height*0.6))
	c.FillText(style, vg.Point{X: left, Y: y + height*0.16}, label)
}
