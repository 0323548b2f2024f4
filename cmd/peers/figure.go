package main

import (
	"errors"
	"fmt"
	"image/color"
	"math"
	"os"
	"path/filepath"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"
)

var (
	ink    = color.RGBA{0x1C, 0x1F, 0x24, 0xFF}
	grey   = color.RGBA{0x8A, 0x90, 0x99, 0xFF}
	rule   = color.RGBA{0xDF, 0xE2, 0xE6, 0xFF}
	series = []color.RGBA{ // of Okabe and Ito's, which colour-blind readers tell apart
		{0x00, 0x72, 0xB2, 0xFF}, // blue
		{0xE6, 0x9F, 0x00, 0xFF}, // orange
		{0x00, 0x9E, 0x73, 0xFF}, // bluish green
		{0xCC, 0x79, 0xA7, 0xFF}, // reddish purple
	}
	marks = []draw.GlyphDrawer{draw.CircleGlyph{}, draw.BoxGlyph{}, draw.PyramidGlyph{}, draw.RingGlyph{}}
)

const (
	figureWidth, figureHeight = 8 * vg.Inch, 4.2 * vg.Inch
	dotsPerInch               = 160
)

// draw writes the plot into a folder, as PNG and as SVG.
func (g growth) draw(folder string) error {
	png := vgimg.PngCanvas{Canvas: vgimg.NewWith(vgimg.UseWH(figureWidth, figureHeight), vgimg.UseDPI(dotsPerInch))}
	svg := vgsvg.New(figureWidth, figureHeight)
	for _, file := range []struct {
		canvas    vg.CanvasWriterTo
		extension string
	}{{png, ".png"}, {svg, ".svg"}} {
		if err := g.drawOn(draw.NewCanvas(file.canvas, figureWidth, figureHeight)); err != nil {
			return fmt.Errorf("plot %s: %w", g.Name, err)
		}
		if err := writeCanvas(filepath.Join(folder, g.Name+file.extension), file.canvas); err != nil {
			return err
		}
	}
	return nil
}

// drawOn draws the plot with its legend to the right, where no line passes.
func (g growth) drawOn(c draw.Canvas) error {
	c.SetColor(color.White)
	c.Fill(c.Rectangle.Path())
	p, legend := g.axes(), newLegend()
	for i, l := range g.Lines {
		if err := l.addTo(p, &legend, i, g.position); err != nil {
			return err
		}
	}
	p.Y.Max += (p.Y.Max - p.Y.Min) / 20
	c = draw.Crop(c, vg.Points(10), -vg.Points(10), vg.Points(10), -vg.Points(10))
	width := legend.Rectangle(c).Size().X
	p.Draw(draw.Crop(c, 0, -width-vg.Points(14), 0, 0))
	legend.Draw(draw.Crop(c, c.Max.X-c.Min.X-width, 0, 0, -vg.Points(30)))
	return nil
}

func newLegend() plot.Legend {
	legend := plot.NewLegend()
	legend.Top, legend.Left, legend.Padding, legend.ThumbnailWidth = true, true, vg.Points(4), vg.Points(22)
	legend.TextStyle.Font = sans(10)
	return legend
}

// addTo adds the line in the colour and with the mark of its place, or dashed and without if nobody measured it.
func (l line) addTo(p *plot.Plot, legend *plot.Legend, place int, position func(float64) float64) error {
	drawn, points, err := plotter.NewLinePoints(l.points(position))
	if err != nil {
		return err
	}
	drawn.Width = vg.Points(2)
	p.Add(drawn)
	if l.Ideal {
		drawn.Color, drawn.Dashes = grey, []vg.Length{vg.Points(5), vg.Points(3)}
		legend.Add(l.Name, drawn)
		return nil
	}
	drawn.Color = series[place%len(series)]
	points.Color, points.Radius, points.Shape = drawn.Color, vg.Points(3.5), marks[place%len(marks)]
	p.Add(points)
	legend.Add(l.Name, drawn, points)
	return nil
}

// axes is the plot without its lines.
func (g growth) axes() *plot.Plot {
	p := plot.New()
	p.Title.Text, p.X.Label.Text, p.Y.Label.Text = g.Title, g.X, g.Y
	p.Title.TextStyle.Font, p.Title.Padding = sans(13), vg.Points(10)
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		axis.Label.TextStyle.Font, axis.Tick.Label.Font = sans(11), sans(10)
		axis.Label.Padding, axis.Color, axis.Tick.Color = vg.Points(6), grey, grey
		axis.Label.TextStyle.Color, axis.Tick.Label.Color = ink, ink
	}
	p.X.Tick.Marker = g.sizeTicks()
	p.Y.Tick.Marker = roundTicks{}
	if g.Logarithmic {
		p.Y.Tick.Marker = decades{}
	} else {
		p.Y.Min = 0
	}
	grid := plotter.NewGrid()
	grid.Horizontal.Color, grid.Vertical.Color = rule, rule
	p.Add(grid)
	return p
}

// position is where a value stands on either axis. A plot.LogScale would misplace the axis label, which gonum/plot
// v0.17.0 takes to be at the mean of the bounds, and leave room for it.
func (g growth) position(v float64) float64 {
	if g.Logarithmic {
		return math.Log10(v)
	}
	return v
}

// sizeTicks marks what was measured.
func (g growth) sizeTicks() plot.ConstantTicks {
	var ticks plot.ConstantTicks
	for _, size := range g.Lines[0].Sizes {
		ticks = append(ticks, plot.Tick{Value: g.position(float64(size)), Label: fmt.Sprint(size)})
	}
	return ticks
}

// points are the medians.
func (l line) points(position func(float64) float64) plotter.XYs {
	points := make(plotter.XYs, len(l.Sizes))
	for at, size := range l.Sizes {
		points[at] = plotter.XY{X: position(float64(size)), Y: position(l.at(at).Median)}
	}
	return points
}

// decades marks 1, 2 and 5 times the powers of ten on an axis of decimal logarithms.
type decades struct{}

// Ticks implements [plot.Ticker].
func (decades) Ticks(low, high float64) []plot.Tick {
	var ticks []plot.Tick
	for power := math.Floor(low); power <= high; power++ {
		for _, factor := range []float64{1, 2, 5} {
			if v := power + math.Log10(factor); v >= low && v <= high {
				ticks = append(ticks, plot.Tick{Value: v, Label: fmt.Sprintf("%g", factor*math.Pow(10, power))})
			}
		}
	}
	return ticks
}

// roundTicks marks at most ten values, 1, 2 or 5 times a power of ten apart.
type roundTicks struct{}

// Ticks implements [plot.Ticker].
func (roundTicks) Ticks(low, high float64) []plot.Tick {
	power := math.Pow(10, math.Floor(math.Log10((high-low)/10)))
	step := 10 * power
	for _, factor := range []float64{5, 2, 1} {
		if (high-low)/(factor*power) <= 10 {
			step = factor * power
		}
	}
	var ticks []plot.Tick
	for n := math.Ceil(low / step); n*step <= high; n++ {
		ticks = append(ticks, plot.Tick{Value: n * step, Label: fmt.Sprintf("%.4g", n*step)})
	}
	return ticks
}

func sans(size vg.Length) font.Font {
	return font.Font{Typeface: "Liberation", Variant: "Sans", Size: size}
}

func writeCanvas(path string, canvas vg.CanvasWriterTo) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = canvas.WriteTo(file)
	return errors.Join(err, file.Close())
}
