package report

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

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
			c.FillPolygon(background, rectangle(left+0.5, bottom+0.5, right-0.5, top-0.5))
			if label := m.text(i, j); label != "" && size >= 4 {
				style := textStyle(size, textOn(background))
				style.XAlign, style.YAlign = draw.XCenter, draw.YCenter
				c.FillText(style, vg.Point{X: (left + right) / 2, Y: (bottom+top)/2 + size*0.14}, label)
			}
		}
	}
}

func rectangle(left, bottom, right, top vg.Length) []vg.Point {
	return []vg.Point{{X: left, Y: bottom}, {X: right, Y: bottom}, {X: right, Y: top}, {X: left, Y: top}}
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
		c.FillPolygon(between(scale, float64(i)/(steps-1)), rectangle(c.Min.X, y, c.Min.X+14, top))
	}
	style := textStyle(tickSize, muted)
	c.FillText(style, vg.Point{X: c.Min.X, Y: bottom - 15}, low)
	c.FillText(style, vg.Point{X: c.Min.X, Y: bottom + height + 7}, high)
}
