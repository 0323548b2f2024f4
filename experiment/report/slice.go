package report

import (
	"fmt"
	"math"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"sweep/experiment/stats"
)

// slicePlots draws the objective over each setting by itself.
func slicePlots(f *findings) []figure {
	const title = "Objective by setting"
	if len(f.varying) == 0 {
		return []figure{missingFigure("slice", title, "No setting varies between configurations.")}
	}
	if len(f.ranked) == 0 {
		return []figure{missingFigure("slice", title, "No run is done.")}
	}
	var figures []figure
	for _, name := range f.varying {
		figures = append(figures, slicePlot(f, name))
	}
	return figures
}

func slicePlot(f *findings, name string) figure {
	levels := stats.Levels(f.standings, name)
	groups := groupBy(f, name)
	place, ticks, named := placing(levels)
	if place == nil {
		reason := fmt.Sprintf("%s has %d values that are not numbers: too many to draw.", name, len(levels))
		return missingFigure("slice-"+fileName(name), name, reason)
	}
	unit := metricOf(f.objective.Metric)
	return figure{
		name: "slice-" + fileName(name), title: unit.short + " by " + name,
		caption: "Dots are configurations (means over seeds), in their colours. The line joins the means of each value." + f.dotsShown(),
		alt:     fmt.Sprintf("%s against %s; the table holds the mean of each value.", unit.short, name),
		width:   usualWidth, height: usualHeight * 0.85, numbers: sliceTable(f, name, levels, groups),
		draw: func(c draw.Canvas) {
			p := newPlot(name, unit.axis)
			p.X.Tick.Marker = ticks
			p.Add(rules(true, false))
			at := func(s stats.Standing) plotter.XY { return plotter.XY{X: place(s.Values[name]), Y: f.value(s.Mean)} }
			f.addDots(p, at, sliceMeans(f, levels, groups, place))
			if named {
				p.X.Min, p.X.Max = min(p.X.Min, -0.5), max(p.X.Max, float64(len(levels))-0.5)
			}
			if named && (len(levels) > 8 || longest(levels) > 60/len(levels)) {
				slant(&p.X)
			}
			beside(c, p, f.dotEntries())
		},
	}
}

// placing says where the values of a setting stand on an axis: a few beside
// each other, many numbers by size, many words nowhere.
func placing(levels []string) (place func(string) float64, ticks plot.Ticker, named bool) {
	if len(levels) <= mostLevels/2 {
		position := map[string]float64{}
		for i, level := range levels {
			position[level] = float64(i)
		}
		return func(v string) float64 { return position[v] }, namedTicks(clipAll(levels)), true
	}
	for _, level := range levels {
		if v, err := strconv.ParseFloat(level, 64); err != nil || !finite(v) {
			return nil, nil, false
		}
	}
	return func(v string) float64 { x, _ := strconv.ParseFloat(v, 64); return x }, roundTicks{}, false
}

func sliceMeans(f *findings, levels []string, groups map[string][]float64, place func(string) float64) *plotter.Line {
	l := &plotter.Line{LineStyle: draw.LineStyle{Color: muted, Width: vg.Points(1.25)}}
	for _, level := range levels {
		if mean, _, _ := stats.Summarize(groups[level+"\x00"]); finite(mean) {
			l.XYs = append(l.XYs, plotter.XY{X: place(level), Y: f.value(mean)})
		}
	}
	return l
}

func sliceTable(f *findings, name string, levels []string, groups map[string][]float64) table {
	t := table{Head: []string{name, "configurations", "mean " + metricOf(f.objective.Metric).short}}
	for _, level := range levels {
		group := groups[level+"\x00"]
		mean, _, _ := stats.Summarize(group)
		t.Rows = append(t.Rows, []string{level, strconv.Itoa(len(group)), f.figure(mean)})
	}
	return t
}

// dotStyle draws a configuration as a dot, a ring where its line is dashed.
func dotStyle(s style, radius vg.Length) draw.GlyphStyle {
	g := draw.GlyphStyle{Color: s.Color, Radius: radius, Shape: draw.CircleGlyph{}}
	if s.Dashed {
		g.Shape = thickRing{}
	}
	return g
}

// thickRing is a ring that keeps its colour recognisable.
type thickRing struct{}

// DrawGlyph implements [draw.GlyphDrawer].
func (thickRing) DrawGlyph(c *draw.Canvas, sty draw.GlyphStyle, at vg.Point) {
	c.SetLineStyle(draw.LineStyle{Color: sty.Color, Width: sty.Radius * 0.45})
	var path vg.Path
	radius := sty.Radius * 0.8
	path.Move(vg.Point{X: at.X + radius, Y: at.Y})
	path.Arc(at, radius, 0, 2*math.Pi)
	path.Close()
	c.Stroke(path)
}
