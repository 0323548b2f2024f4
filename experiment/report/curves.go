package report

import (
	"fmt"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"sweep/experiment"
)

// learningCurves draws each metric along training, a line and a band each
// configuration.
func learningCurves(f *findings, bands [][]band) []figure {
	var figures []figure
	for i, m := range metrics {
		var lines []line
		var own []band
		for j, l := range f.lines {
			if len(bands[j][i].steps) > 0 {
				lines, own = append(lines, l), append(own, bands[j][i])
			}
		}
		if len(lines) > 0 {
			figures = append(figures, curveFigure("curve-"+m.key, m, lines, own))
		}
	}
	if len(figures) == 0 {
		return []figure{missingFigure("curve", "Curves", "No run that neither diverged nor failed has reported a point yet.")}
	}
	return figures
}

func curveFigure(name string, m metric, lines []line, bands []band) figure {
	caption := "Each line is the mean over seeds, its band runs from the lowest to the highest seed."
	if !slices.ContainsFunc(bands, func(b band) bool { return b.most > 1 }) {
		caption = "Each line is one run."
	}
	ceiling, clipped := lossCeiling(m, bands)
	if clipped {
		caption += " The axis leaves out the highest losses."
	}
	return figure{
		name: name, title: m.short + " by iteration", caption: caption,
		alt:   fmt.Sprintf("%s against iterations, %d lines; the table holds first and last values.", m.short, len(lines)),
		width: usualWidth, height: usualHeight,
		draw: func(c draw.Canvas) {
			p := newPlot("Iterations", m.axis)
			p.X.Tick.Marker = roundTicks{format: thousands}
			p.X.Min = 0
			p.Add(rules(true, false))
			var entries []entry
			for i, b := range bands {
				if b.most > 1 {
					p.Add(bandArea(b, m.scale, lines[i].style))
				}
				entries = append(entries, entry{lines[i].label, bandLine(b, m.scale, lines[i].style, 1.75)})
			}
			for _, e := range entries {
				p.Add(e.thumb.(*plotter.Line))
			}
			if clipped {
				p.Y.Max = ceiling
			}
			beside(c, p, entries)
		},
		numbers: curveTable(m, lines, bands),
	}
}

// lossCeiling cuts a loss axis at three times what nine in ten points stay
// below: one unstable start would press every other line flat.
func lossCeiling(m metric, bands []band) (ceiling float64, clipped bool) {
	if m.scale != 1 {
		return 0, false
	}
	var values []float64
	highest := math.Inf(-1)
	for _, b := range bands {
		values = append(values, b.mean...)
		highest = max(highest, slices.Max(b.high))
	}
	slices.Sort(values)
	ceiling = 3 * values[len(values)*9/10]
	return ceiling, ceiling > 0 && highest > ceiling
}

func bandLine(b band, scale float64, s style, width vg.Length) *plotter.Line {
	l := &plotter.Line{LineStyle: draw.LineStyle{Color: s.Color, Width: width, Dashes: s.dashes()}}
	for i, step := range b.steps {
		l.XYs = append(l.XYs, plotter.XY{X: float64(step), Y: b.mean[i] * scale})
	}
	return l
}

// bandArea is the area between the lowest and the highest run.
func bandArea(b band, scale float64, s style) plot.Plotter {
	var outline plotter.XYs
	for i, step := range b.steps {
		outline = append(outline, plotter.XY{X: float64(step), Y: b.high[i] * scale})
	}
	for i := len(b.steps) - 1; i >= 0; i-- {
		outline = append(outline, plotter.XY{X: float64(b.steps[i]), Y: b.low[i] * scale})
	}
	return area{outline: outline, color: faded(s.Color, 0.16)}
}

// area fills a polygon and draws no outline.
type area struct {
	outline plotter.XYs
	color   color.Color
}

// Plot implements [plot.Plotter].
func (a area) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	var corners []vg.Point
	for _, corner := range a.outline {
		corners = append(corners, vg.Point{X: x(corner.X), Y: y(corner.Y)})
	}
	c.FillPolygon(a.color, c.ClipPolygonXY(corners))
}

// DataRange implements [plot.DataRanger].
func (a area) DataRange() (xmin, xmax, ymin, ymax float64) { return plotter.XYRange(a.outline) }

func curveTable(m metric, lines []line, bands []band) table {
	t := table{Head: []string{"", "runs", "first at", m.short, "last at", m.short, "lowest seed", "highest seed"}}
	for i, b := range bands {
		last := len(b.steps) - 1
		t.Rows = append(t.Rows, []string{
			lines[i].label, fmt.Sprint(b.most), fmt.Sprint(b.steps[0]), m.figure(b.mean[0]),
			fmt.Sprint(b.steps[last]), m.figure(b.mean[last]), m.figure(b.low[last]), m.figure(b.high[last]),
		})
	}
	return t
}

// trainingLoss is the tutorial's own figure: the mean training loss of every
// thousand iterations of the best run, its sisters of other seeds behind it.
func trainingLoss(f *findings) figure {
	const name, title = "training-loss", "Training loss of the best model"
	if !f.hasBest {
		return missingFigure(name, title, "No run is done, so there is no best model.")
	}
	training := metrics[len(metrics)-1]
	one := func(r experiment.Record) band {
		return bandsOf(line{runs: []experiment.Record{r}}, f.Curves)[len(metrics)-1]
	}
	best := one(f.best)
	if len(best.steps) == 0 {
		return missingFigure(name, title, "The best run has no curve.")
	}
	own := style{Color: f.styles[f.best.Hash].Color}
	return figure{
		name: name, title: title, width: usualWidth, height: usualHeight,
		caption: fmt.Sprintf("Mean training loss of every %s iterations: run %d. Grey: the other seeds of its configuration.",
			thousands(float64(best.steps[0])), f.best.ID),
		alt: fmt.Sprintf("Training loss falls from %.3f to %.3f nats.", best.mean[0], best.mean[len(best.mean)-1]),
		draw: func(c draw.Canvas) {
			p := newPlot("Iterations", training.axis)
			p.X.Tick.Marker = roundTicks{format: thousands}
			p.X.Min = 0
			p.Add(rules(true, false))
			entries := []entry{{fmt.Sprintf("seed %d", f.best.Seed), bandLine(best, 1, own, 2)}}
			for _, sister := range f.ranked[0].Records {
				if b := one(sister); sister.ID != f.best.ID && len(b.steps) > 0 {
					l := bandLine(b, 1, style{Color: others}, 0.75)
					p.Add(l)
					entries = append(entries[:1], entry{"other seeds", l})
				}
			}
			p.Add(entries[0].thumb.(*plotter.Line))
			beside(c, p, entries)
		},
		numbers: lossTable(best),
	}
}

// lossTable has at most twenty rows, evenly spread.
func lossTable(b band) table {
	const rows = 20
	t := table{Head: []string{"iterations", "mean training loss (nats)"}}
	every := max(1, (len(b.steps)+rows-1)/rows)
	for i := every - 1; i < len(b.steps); i += every {
		t.Rows = append(t.Rows, []string{fmt.Sprint(b.steps[i]), fmt.Sprintf("%.4f", b.mean[i])})
	}
	return t
}
