package report

import (
	"bytes"
	"fmt"
	"image/color"
	"image/png"

	xfont "golang.org/x/image/font"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"
)

// figure is one plot of the report, or the reason why there is none.
type figure struct {
	name    string // of its files, without extension
	title   string
	caption string // how to read it, beside the picture
	alt     string // what it shows, for who cannot see it
	missing string // why there is nothing to draw; "" when there is
	width   vg.Length
	height  vg.Length
	draw    func(draw.Canvas)
	numbers table
}

// table holds the numbers of a figure.
type table struct {
	Head []string
	Rows [][]string
}

const (
	usualWidth  = 7.2 * vg.Inch
	usualHeight = 4.2 * vg.Inch
	filePixels  = 160 // an inch, in files: sharp at twice the size of a page column

	textSize  = 12 // points, so that half the size is still readable
	tickSize  = 11
	titleSize = 14
)

// missingFigure is a figure with nothing to draw, because of reason.
func missingFigure(name, title, reason string) figure {
	return figure{name: name, title: title, missing: reason}
}

func textStyle(size vg.Length, c color.Color) text.Style {
	return text.Style{
		Color:   c,
		Font:    font.Font{Typeface: "Liberation", Variant: "Sans", Size: size},
		Handler: plot.DefaultTextHandler,
	}
}

// newPlot is an empty plot in the report's style: no box, light horizontal
// rules, labels as the reader's words.
func newPlot(x, y string) *plot.Plot {
	p := plot.New()
	p.BackgroundColor = nil
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		axis.Color, axis.Width = muted, vg.Points(0.75)
		axis.Padding = vg.Points(4)
		axis.Label.Padding = vg.Points(6)
		axis.Label.TextStyle.Font = textStyle(textSize, ink).Font
		axis.Label.TextStyle.Color = ink
		axis.Tick.Label.Font = textStyle(tickSize, muted).Font
		axis.Tick.Label.Color = muted
		axis.Tick.Color, axis.Tick.Width, axis.Tick.Length = muted, vg.Points(0.75), vg.Points(3)
		axis.Tick.Marker = roundTicks{}
	}
	p.X.Label.Text, p.Y.Label.Text = x, y
	return p
}

func hairline() draw.LineStyle { return draw.LineStyle{Color: rule, Width: vg.Points(0.75)} }

// rules draws light lines at the ticks of either axis.
func rules(horizontal, vertical bool) *plotter.Grid {
	grid := &plotter.Grid{}
	if horizontal {
		grid.Horizontal = hairline()
	}
	if vertical {
		grid.Vertical = hairline()
	}
	return grid
}

// entry is a line of a legend.
type entry struct {
	label string
	thumb plot.Thumbnailer
}

// beside draws p with its legend to the right of it, where no line passes.
func beside(c draw.Canvas, p *plot.Plot, entries []entry) {
	if len(entries) == 0 {
		p.Draw(c)
		return
	}
	legend := plot.NewLegend()
	legend.Top, legend.Left = true, true
	legend.TextStyle.Font, legend.TextStyle.Color = textStyle(tickSize, ink).Font, ink
	legend.Padding, legend.ThumbnailWidth = vg.Points(4), vg.Points(22)
	for _, e := range entries {
		legend.Add(clip(e.label, 28), e.thumb)
	}
	size := legend.Rectangle(c).Size()
	gap := vg.Points(14)
	p.Draw(draw.Crop(c, 0, -size.X-gap, 0, 0))
	legend.Draw(draw.Crop(c, c.Max.X-c.Min.X-size.X, 0, 0, 0))
}

const margin = 10 // points around a plot

// render draws the figure onto a canvas, with its title where it stands alone.
func (f figure) render(c draw.Canvas, titled bool) {
	c = draw.Crop(c, vg.Points(margin), -vg.Points(margin), vg.Points(margin), -vg.Points(margin))
	if titled {
		style := textStyle(titleSize, ink)
		style.Font.Weight = xfont.WeightBold
		style.YAlign = draw.YTop
		c.FillText(style, vg.Point{X: c.Min.X, Y: c.Max.Y}, f.title)
		c = draw.Crop(c, 0, 0, 0, -style.Height(f.title)-vg.Points(10))
	}
	f.draw(c)
}

// titleHeight is what a title adds to the height of a file.
const titleHeight = titleSize + 14

// png draws the figure as an image file of so many pixels an inch.
func (f figure) png(pixels int) ([]byte, error) {
	canvas := vgimg.NewWith(vgimg.UseWH(f.width, f.height+titleHeight), vgimg.UseDPI(pixels), vgimg.UseBackgroundColor(paper))
	f.render(draw.New(canvas), true)
	var file bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := encoder.Encode(&file, canvas.Image()); err != nil {
		return nil, fmt.Errorf("draw %s.png: %w", f.name, err)
	}
	return file.Bytes(), nil
}

// svg draws the figure as a scalable file.
func (f figure) svg() ([]byte, error) {
	canvas := vgsvg.New(f.width, f.height+titleHeight)
	c := draw.New(canvas)
	c.SetColor(paper)
	c.Fill(c.Rectangle.Path())
	f.render(c, true)
	var file bytes.Buffer
	if _, err := canvas.WriteTo(&file); err != nil {
		return nil, fmt.Errorf("draw %s.svg: %w", f.name, err)
	}
	return file.Bytes(), nil
}
