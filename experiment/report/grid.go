package report

import (
	"fmt"
	"image/color"
	"math"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"sweep/experiment/stats"
)

const (
	mostLevels = 24 // values of a setting that a heat map or slice shows one by one
	mostPairs  = 15 // heat maps: those of six settings
)

// heatMaps draws the objective over each pair of settings that vary.
func heatMaps(f *findings) []figure {
	const title = "Objective by pairs of settings"
	if len(f.varying) < 2 {
		return []figure{missingFigure("heatmap", title, "Fewer than two settings vary, so there is no pair to draw.")}
	}
	if len(f.ranked) == 0 {
		return []figure{missingFigure("heatmap", title, "No run is done.")}
	}
	var figures []figure
	for i, y := range f.varying {
		for _, x := range f.varying[i+1:] {
			figure, ok := heatMap(f, x, y)
			if ok && len(figures) < mostPairs {
				figures = append(figures, figure)
			}
		}
	}
	if len(figures) == 0 {
		return []figure{missingFigure("heatmap", title, "Every setting has too many values for a map; see the slices.")}
	}
	return figures
}

func heatMap(f *findings, x, y string) (figure, bool) {
	columns, rows := stats.Levels(f.standings, x), stats.Levels(f.standings, y)
	if max(len(columns), len(rows)) > mostLevels || min(len(columns), len(rows)) < 2 {
		return figure{}, false
	}
	m := matrix{columns: columns, rows: rows, values: make([][]float64, len(rows)), scale: viridis, wide: true}
	groups := groupBy(f, y, x)
	for i, row := range rows {
		m.values[i] = make([]float64, len(columns))
		for j, column := range columns {
			m.values[i][j], _, _ = stats.Summarize(groups[row+"\x00"+column+"\x00"])
		}
	}
	m.text = func(i, j int) string { return f.figure(m.values[i][j]) }
	unit := metricOf(f.objective.Metric)
	return figure{
		name: "heatmap-" + fileName(y) + "-" + fileName(x), title: unit.short + " by " + y + " and " + x,
		caption: "Each cell is the mean over seeds and over all other settings. Empty: no run of it is done.",
		alt:     fmt.Sprintf("Heat map of %s, %d values of %s against %d of %s; the table holds the same numbers.", unit.short, len(rows), y, len(columns), x),
		width:   usualWidth, height: m.height(), numbers: m.table(y + " \\ " + x),
		draw: func(c draw.Canvas) {
			p := newPlot(x, y)
			m.onto(p)
			p.Draw(draw.Crop(c, 0, -vg.Points(70), 0, 0))
			low, high := m.extent()
			scaleBar(draw.Crop(c, c.Max.X-c.Min.X-vg.Points(58), 0, 0, 0), m.scale, f.figure(low), f.figure(high))
		},
	}, true
}

// meansBy groups the configurations' means by the values of the named
// settings.
func groupBy(f *findings, names ...string) map[string][]float64 {
	groups := map[string][]float64{}
	for _, s := range f.ranked {
		key := ""
		for _, name := range names {
			key += s.Values[name] + "\x00"
		}
		groups[key] = append(groups[key], s.Mean)
	}
	return groups
}

// matrix is a grid of coloured cells, the first row on top.
type matrix struct {
	rows, columns []string
	values        [][]float64 // [row][column]; NaN: no cell
	text          func(row, column int) string
	scale         []color.RGBA
	wide          bool // texts are wider than counts
}

func (m matrix) height() vg.Length {
	return vg.Points(90) + vg.Length(min(max(len(m.rows), 4), mostLevels))*vg.Points(30)
}

func (m matrix) extent() (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, row := range m.values {
		for _, v := range row {
			if finite(v) {
				low, high = min(low, v), max(high, v)
			}
		}
	}
	return low, high
}

// onto adds the cells to a plot and names its axes' values.
func (m matrix) onto(p *plot.Plot) {
	p.X.Min, p.X.Max = -0.5, float64(len(m.columns))-0.5
	p.Y.Min, p.Y.Max = -0.5, float64(len(m.rows))-0.5
	p.Y.Scale = plot.InvertedScale{Normalizer: plot.LinearScale{}}
	p.X.Padding, p.Y.Padding = 0, 0
	p.X.Width, p.Y.Width, p.X.Tick.Length, p.Y.Tick.Length = 0, 0, 0, 0
	p.X.Tick.Marker, p.Y.Tick.Marker = namedTicks(clipAll(m.columns)), namedTicks(clipAll(m.rows))
	if len(m.columns) > 8 || longest(m.columns) > 60/len(m.columns) {
		slant(&p.X)
	}
	p.Add(m)
}

// slant turns the names under an axis so that many or long ones fit.
func slant(axis *plot.Axis) {
	axis.Tick.Label.Rotation = math.Pi / 4
	axis.Tick.Label.XAlign, axis.Tick.Label.YAlign = draw.XRight, draw.YCenter
	axis.Padding += vg.Points(8)
}

func clipAll(names []string) []string {
	clipped := make([]string, len(names))
	for i, name := range names {
		clipped[i] = clip(name, 18)
	}
	return clipped
}

func longest(names []string) int {
	most := 0
	for _, name := range clipAll(names) {
		most = max(most, len([]rune(name)))
	}
	return most
}

// Plot implements [plot.Plotter].
func (m matrix) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	low, high := m.extent()
	cell := min(x(1)-x(0), 2*(y(0)-y(1)))
	size := min(textSize, cell*0.42)
	if m.wide {
		size = min(textSize, cell*0.24)
	}
	for i, row := range m.values {
		for j, v := range row {
			if !finite(v) {
				continue
			}
			background := between(m.scale, share(v, low, high))
			left, right := x(float64(j)-0.5), x(float64(j)+0.5)
			bottom, top := y(float64(i)+0.5), y(float64(i)-0.5)
			c.FillPolygon(background, []vg.Point{{X: left + 0.5, Y: bottom + 0.5}, {X: right - 0.5, Y: bottom + 0.5}, {X: right - 0.5, Y: top - 0.5}, {X: left + 0.5, Y: top - 0.5}})
			if label := m.text(i, j); label != "" && size >= 4 {
				style := textStyle(size, textOn(background))
				style.XAlign, style.YAlign = draw.XCenter, draw.YCenter
				c.FillText(style, vg.Point{X: (left + right) / 2, Y: (bottom+top)/2 + size*0.14}, label)
			}
		}
	}
}

// share places v between low and high; in the middle when they are one.
func share(v, low, high float64) float64 {
	if high <= low {
		return 0.5
	}
	return (v - low) / (high - low)
}

func (m matrix) table(corner string) table {
	t := table{Head: append([]string{corner}, m.columns...)}
	for i, row := range m.rows {
		cells := []string{row}
		for j := range m.columns {
			cells = append(cells, m.text(i, j))
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}

// scaleBar shows a colour scale with its ends, from low at the bottom.
func scaleBar(c draw.Canvas, scale []color.RGBA, low, high string) {
	const steps = 40
	size := c.Size()
	bottom, height := c.Min.Y+size.Y*0.25, size.Y*0.5
	for i := range steps {
		y := bottom + height*vg.Length(i)/steps
		top := y + height/steps + 0.3 // overlap, so that no seam shows
		c.FillPolygon(between(scale, float64(i)/(steps-1)), []vg.Point{{X: c.Min.X, Y: y}, {X: c.Min.X + 14, Y: y}, {X: c.Min.X + 14, Y: top}, {X: c.Min.X, Y: top}})
	}
	style := textStyle(tickSize, muted)
	c.FillText(style, vg.Point{X: c.Min.X, Y: bottom - 15}, low)
	c.FillText(style, vg.Point{X: c.Min.X, Y: bottom + height + 7}, high)
}

// slices draws the objective over each setting by itself.
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
		return missingFigure("slice-"+fileName(name), name, fmt.Sprintf("%s has %d values that are not numbers: too many to draw.", name, len(levels)))
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

// fileName keeps of a setting's name what any file system takes.
func fileName(setting string) string {
	name := []rune(clip(setting, 40))
	for i, r := range name {
		if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_') {
			name[i] = '_'
		}
	}
	return string(name)
}
