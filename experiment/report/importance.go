package report

import (
	"fmt"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"sweep/experiment/stats"
)

const mostBars = 12 // settings and pairs that the importance shows

// importanceBars draws what share of the variance each setting explains.
func importanceBars(f *findings) figure {
	const name, title = "importance", "Importance of settings"
	if !f.hasImportance {
		return missingFigure(name, title, whyNoImportance(f))
	}
	effects := shownEffects(f.importance.Effects)
	t := table{Head: []string{"setting", "share of the variance"}}
	for _, e := range f.importance.Effects {
		t.Rows = append(t.Rows, []string{strings.Join(e.Settings, " × "), percent(e.Share)})
	}
	t.Rows = append(t.Rows, []string{"three settings or more together", percent(f.importance.Residual)})
	if finite(f.importance.Noise) {
		t.Rows = append(t.Rows, []string{"for comparison: what chance between seeds makes", percent(f.importance.Noise)})
	}
	return figure{
		name: name, title: title, caption: importanceCaption(f.importance),
		alt: fmt.Sprintf("Bars: %s explains %s of the variance, the largest share of a single setting.",
			effects[0].Settings[0], percent(effects[0].Share)),
		width: usualWidth, height: vg.Points(70 + 28*float64(max(len(effects), 3))), numbers: t,
		draw: func(c draw.Canvas) { drawEffects(c, effects, f.importance.Noise) },
	}
}

func whyNoImportance(f *findings) string {
	switch {
	case len(f.ranked) < 2:
		return "Fewer than two configurations are done, so no setting can have mattered."
	case len(f.varying) == 0:
		return "No setting varies between configurations."
	}
	return "The configurations do not fill a grid, or all did equally well, so the variance cannot be divided among the settings."
}

func importanceCaption(d stats.Decomposition) string {
	caption := fmt.Sprintf("Share of the variance between configurations, by %s (%d of %d configurations).",
		d.Method, d.Used, d.Total)
	if finite(d.Noise) {
		caption += fmt.Sprintf(" Chance between seeds alone would make %s.", percent(d.Noise))
	}
	return caption
}

// shownEffects are all settings, then the largest pairs, as many as there is
// room for.
func shownEffects(effects []stats.Effect) []stats.Effect {
	return effects[:min(len(effects), mostBars)]
}

func drawEffects(c draw.Canvas, effects []stats.Effect, noise float64) {
	p := newPlot("Share of the variance (%)", "")
	names := make([]string, len(effects))
	p.Add(rules(false, true))
	for i, e := range effects {
		names[i] = strings.Join(e.Settings, " × ")
		color := okabeIto[0]
		if len(e.Settings) > 1 {
			color = okabeIto[5]
		}
		y := float64(i)
		p.Add(area{color: color, outline: bar(0, 100*e.Share, y, 0.32)})
	}
	p.Add(labelsAt(effects))
	if finite(noise) && noise <= 1 {
		p.Add(mark(100*noise, len(effects)))
	}
	p.X.Min, p.X.Max = 0, 100
	rowsOf(p, names)
	p.Draw(draw.Crop(c, 0, -vg.Points(24), 0, 0))
}

// bar is a horizontal bar around y.
func bar(from, to, y, half float64) plotter.XYs {
	return plotter.XYs{{X: from, Y: y - half}, {X: to, Y: y - half}, {X: to, Y: y + half}, {X: from, Y: y + half}}
}

// rowsOf makes the vertical axis a list of names, the first on top.
func rowsOf(p *plot.Plot, names []string) {
	p.Y.Min, p.Y.Max = -0.5, float64(len(names))-0.5
	p.Y.Scale = plot.InvertedScale{Normalizer: plot.LinearScale{}}
	clipped := make([]string, len(names))
	for i, name := range names {
		clipped[i] = clip(name, 32)
	}
	p.Y.Tick.Marker = namedTicks(clipped)
	p.Y.Tick.Label.Color = ink
	p.Y.Tick.Length, p.Y.Padding = 0, 0
}

// labelsAt writes each share behind its bar.
func labelsAt(effects []stats.Effect) *plotter.Labels {
	l := &plotter.Labels{Offset: vg.Point{X: vg.Points(4), Y: -vg.Points(4)}}
	for i, e := range effects {
		l.XYs = append(l.XYs, plotter.XY{X: 100 * e.Share, Y: float64(i)})
		l.Labels = append(l.Labels, percent(e.Share))
		l.TextStyle = append(l.TextStyle, textStyle(tickSize, ink))
	}
	return l
}

func percent(share float64) string {
	if !finite(share) {
		return "–"
	}
	return fmt.Sprintf("%.1f%%", 100*share)
}
