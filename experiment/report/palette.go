package report

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
)

// Colours that the page changes in the dark, those of what is not data and the
// ramp, have an odd blue; colours that keep, since the text on them does, an
// even one. So no datum takes a colour of the theme by accident.

// Colours of what is not data.
var (
	paper = color.RGBA{0xFF, 0xFF, 0xFF, 0xFF}
	ink   = color.RGBA{0x1C, 0x1F, 0x25, 0xFF}
	muted = color.RGBA{0x5A, 0x61, 0x6B, 0xFF} // 6:1 on paper
	rule  = color.RGBA{0xDF, 0xE2, 0xE7, 0xFF}
)

// others is the colour of configurations that are not shown one by one.
var others = color.RGBA{0x8A, 0x90, 0x99, 0xFF}

// okabeIto holds six of the eight colours of Okabe and Ito; black is the text's
// and yellow does not show on paper.
var okabeIto = [...]color.RGBA{
	{0x00, 0x72, 0xB2, 0xFF}, // blue
	{0xD5, 0x5E, 0x00, 0xFF}, // vermilion
	{0x00, 0x9E, 0x73, 0xFF}, // bluish green
	{0xCC, 0x79, 0xA7, 0xFF}, // reddish purple
	{0xE6, 0x9F, 0x00, 0xFF}, // orange
	{0x56, 0xB4, 0xE9, 0xFF}, // sky blue
}

// mostLines is how many configurations a plot shows one by one: each colour
// once solid and once dashed.
const mostLines = 2 * len(okabeIto)

// style is how a configuration looks in every plot.
type style struct {
	Color  color.RGBA
	Dashed bool
}

func styleOf(slot int) style {
	return style{Color: okabeIto[slot%len(okabeIto)], Dashed: slot >= len(okabeIto)}
}

func (s style) dashes() []vg.Length {
	if s.Dashed {
		return []vg.Length{vg.Points(5), vg.Points(3)}
	}
	return nil
}

// ramp orders lines from the worst (first, pale) to the best (last, dark):
// viridis from its far end, without the yellow that paper swallows. In the
// dark the page turns it around.
var ramp = []color.RGBA{
	{0xA5, 0xD8, 0x47, 0xFF}, {0x6D, 0xCD, 0x59, 0xFF}, {0x35, 0xB7, 0x79, 0xFF}, {0x1F, 0x9E, 0x89, 0xFF}, {0x26, 0x82, 0x8F, 0xFF},
	{0x31, 0x68, 0x8F, 0xFF}, {0x3E, 0x4A, 0x89, 0xFF}, {0x48, 0x28, 0x79, 0xFF}, {0x44, 0x01, 0x55, 0xFF},
}

// rampAt picks the colour for a share between 0, the worst, and 1, the best.
func rampAt(share float64) color.RGBA {
	i := int(math.Round(share * float64(len(ramp)-1)))
	return ramp[min(max(i, 0), len(ramp)-1)]
}

// viridis by Smith and van der Walt (matplotlib, 2015), at every tenth; it
// grows lighter evenly, so that it survives grey print and colour blindness.
var viridis = []color.RGBA{
	{0x44, 0x01, 0x54, 0xFF}, {0x48, 0x25, 0x76, 0xFF}, {0x41, 0x44, 0x87, 0xFF}, {0x35, 0x60, 0x8D, 0xFF},
	{0x2A, 0x78, 0x8E, 0xFF}, {0x21, 0x90, 0x8C, 0xFF}, {0x22, 0xA8, 0x84, 0xFF}, {0x43, 0xBF, 0x71, 0xFF},
	{0x7A, 0xD1, 0x51, 0xFF}, {0xBB, 0xDF, 0x27, 0xFF}, {0xFD, 0xE7, 0x25, 0xFF},
}

// blues runs from almost paper to dark: what there is nothing of stays light.
var blues = []color.RGBA{
	{0xF5, 0xF8, 0xFC, 0xFF}, {0xD6, 0xE6, 0xF4, 0xFF}, {0xAB, 0xD0, 0xE6, 0xFF},
	{0x6A, 0xAE, 0xD6, 0xFF}, {0x37, 0x87, 0xC0, 0xFF}, {0x10, 0x5B, 0xA4, 0xFF}, {0x08, 0x30, 0x6B, 0xFF},
}

// between interpolates in a scale at a share from 0 to 1. The blue is even.
func between(scale []color.RGBA, share float64) color.RGBA {
	x := min(max(share, 0), 1) * float64(len(scale)-1)
	i := min(int(x), len(scale)-2)
	a, b, f := scale[i], scale[i+1], x-float64(i)
	mix := func(p, q uint8) uint8 { return uint8(math.Round(float64(p) + f*(float64(q)-float64(p)))) }
	return color.RGBA{mix(a.R, b.R), mix(a.G, b.G), mix(a.B, b.B) &^ 1, 0xFF}
}

// Text on a coloured cell.
var (
	darkText  = color.RGBA{0x1C, 0x1F, 0x24, 0xFF}
	lightText = color.RGBA{0xFF, 0xFF, 0xFE, 0xFF}
)

// textOn picks the text colour that reads better. By WCAG 2's relative
// luminance the two are even at 0.18; on saturated colours the eye prefers
// light text up to somewhat more.
func textOn(background color.RGBA) color.RGBA {
	if luminance(background) > 0.24 {
		return darkText
	}
	return lightText
}

func luminance(c color.RGBA) float64 {
	linear := func(v uint8) float64 {
		x := float64(v) / 255
		if x <= 0.03928 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
}

// faded is c at an opacity from 0 to 1.
func faded(c color.RGBA, opacity float64) color.NRGBA {
	return color.NRGBA{c.R, c.G, c.B, uint8(math.Round(255 * opacity))}
}
