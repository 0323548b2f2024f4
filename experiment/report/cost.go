package report

import (
	"fmt"
	"slices"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"sweep/experiment"
	"sweep/experiment/stats"
)

// paretoFigure draws the objective against the time it takes to train, and the
// configurations that no other beats in both.
func paretoFigure(f *findings) figure {
	const name, title = "pareto", "Objective against training time"
	if len(f.ranked) < 2 || len(f.pareto) == 0 {
		return missingFigure(name, title, "Fewer than two configurations are done.")
	}
	unit := metricOf(f.objective.Metric)
	t := table{Head: []string{"configuration on the front", "mean seconds", unit.short}}
	for _, s := range f.pareto {
		t.Rows = append(t.Rows, []string{f.label(s), fmt.Sprintf("%.1f", s.Seconds), f.figure(s.Mean)})
	}
	return figure{
		name: name, title: title, width: usualWidth, height: usualHeight, numbers: t,
		caption: "Means over seeds. The line is the Pareto front: no other configuration is both quicker and better." + f.dotsShown(),
		alt:     fmt.Sprintf("%d configurations; %d of them on the Pareto front, listed in the table.", len(f.ranked), len(f.pareto)),
		draw: func(c draw.Canvas) {
			timeName, size := timeUnit(slices.MaxFunc(f.ranked, func(a, b stats.Standing) int { return int(a.Seconds - b.Seconds) }).Seconds)
			p := newPlot("Training time ("+timeName+")", unit.axis)
			at := func(s stats.Standing) plotter.XY { return plotter.XY{X: s.Seconds / size, Y: f.value(s.Mean)} }
			front := &plotter.Line{LineStyle: draw.LineStyle{Color: muted, Width: vg.Points(1.25)}, StepStyle: plotter.PostStep}
			for _, s := range f.pareto {
				front.XYs = append(front.XYs, at(s))
			}
			p.Add(rules(true, true))
			f.addDots(p, at, front)
			p.X.Min = 0
			beside(c, p, append([]entry{{"Pareto front", front}}, f.dotEntries()...))
		},
	}
}

// mostDots is how many configurations without a line of their own are drawn as
// dots.
const mostDots = 500

// addDots draws the configurations, first those without a line of their own,
// then between, then the others, the best on top.
func (f *findings) addDots(p *plot.Plot, at func(stats.Standing) plotter.XY, between ...plot.Plotter) {
	own := min(len(f.ranked), mostLines)
	if len(f.standings) > mostLines {
		own = min(own, mostLines-1)
	}
	cloud := &plotter.Scatter{GlyphStyle: draw.GlyphStyle{Color: faded(others, 0.5), Radius: vg.Points(2.5), Shape: draw.CircleGlyph{}}}
	for _, s := range everySo(f.ranked[own:], mostDots) {
		if dot := at(s); finite(dot.X) {
			cloud.XYs = append(cloud.XYs, dot)
		}
	}
	if len(cloud.XYs) > 0 {
		p.Add(cloud)
	}
	p.Add(between...)
	for _, s := range slices.Backward(f.ranked[:own]) {
		if dot := at(s); finite(dot.X) {
			p.Add(&plotter.Scatter{XYs: plotter.XYs{dot}, GlyphStyle: dotStyle(f.styles[s.Hash], 4.5)})
		}
	}
}

// dotsShown says so where dots are left out.
func (f *findings) dotsShown() string {
	if len(f.ranked) <= mostLines+mostDots {
		return ""
	}
	return fmt.Sprintf(" Of the grey configurations %d are shown, evenly spread over the ranks.", mostDots)
}

// dotEntries is the legend of plots that show configurations as dots.
func (f *findings) dotEntries() []entry {
	if len(f.varying) == 0 {
		return nil
	}
	var entries []entry
	for _, l := range f.lines {
		entries = append(entries, entry{l.label, &plotter.Scatter{GlyphStyle: dotStyle(l.style, 4)}})
	}
	return entries
}

// mostGroups is how many values of a setting the distribution tells apart.
const mostGroups = 6

// edfFigure draws the empirical distribution function of the objective over
// all runs, and within each value of the setting that matters most.
func edfFigure(f *findings) figure {
	const name, title = "distribution", "Distribution of the objective"
	values := runValues(f, func(stats.Standing) bool { return true })
	if len(values) < 2 {
		return missingFigure(name, title, "Fewer than two runs are done.")
	}
	unit := metricOf(f.objective.Metric)
	setting, levels := f.telling()
	caption := "The height at a value is the share of runs that reach at most that."
	if setting != "" {
		caption += " Grey: all runs; coloured: by " + setting + "."
	}
	t := table{Head: []string{"share of runs", "at most"}}
	for _, share := range []float64{0, 0.1, 0.25, 0.5, 0.75, 0.9, 1} {
		quantile := values[int(share*float64(len(values)-1))]
		t.Rows = append(t.Rows, []string{fmt.Sprintf("%.0f%%", 100*share), strconv.FormatFloat(quantile, 'f', 3, 64)})
	}
	return figure{
		name: name, title: title, caption: caption, width: usualWidth, height: usualHeight * 0.9, numbers: t,
		alt: fmt.Sprintf("Empirical distribution of %s over %d runs; the table holds its quantiles.", unit.short, len(values)),
		draw: func(c draw.Canvas) {
			p := newPlot(unit.axis, "Runs (%)")
			p.Add(rules(true, false))
			all := steps(values, draw.LineStyle{Color: others, Width: vg.Points(3)})
			p.Add(all)
			entries := []entry{{"all runs", all}}
			for i, level := range levels {
				own := runValues(f, func(s stats.Standing) bool { return s.Values[setting] == level })
				if len(own) == 0 {
					continue
				}
				l := steps(own, draw.LineStyle{Color: rampAt(float64(i) / float64(len(levels)-1)), Width: vg.Points(1.75)})
				p.Add(l)
				entries = append(entries, entry{setting + " " + clip(level, 14), l})
			}
			p.Y.Min, p.Y.Max = 0, 100
			beside(c, p, entries)
		},
	}
}

// telling is the setting that explains most by itself, if its values are few
// enough to be drawn, with these.
func (f *findings) telling() (string, []string) {
	if !f.hasImportance {
		return "", nil
	}
	for _, name := range f.varying {
		if levels := stats.Levels(f.ranked, name); name == f.importance.Effects[0].Settings[0] && len(levels) <= mostGroups {
			return name, levels
		}
	}
	return "", nil
}

// runValues is the objective of each run done, sorted.
func runValues(f *findings, of func(stats.Standing) bool) []float64 {
	var values []float64
	for _, s := range f.ranked {
		if !of(s) {
			continue
		}
		for _, r := range s.Records {
			if v := r.Best.Metric(f.objective.Metric); r.State == experiment.Done && finite(v) {
				values = append(values, f.value(v))
			}
		}
	}
	slices.Sort(values)
	return values
}

// steps is the distribution function of sorted values, thinned to what can be
// seen.
func steps(values []float64, style draw.LineStyle) *plotter.Line {
	l := &plotter.Line{LineStyle: style, StepStyle: plotter.PostStep}
	l.XYs = append(l.XYs, plotter.XY{X: values[0], Y: 0})
	every := max(1, len(values)/mostPoints)
	for i := every - 1; i < len(values); i += every {
		l.XYs = append(l.XYs, plotter.XY{X: values[i], Y: 100 * float64(i+1) / float64(len(values))})
	}
	l.XYs = append(l.XYs, plotter.XY{X: values[len(values)-1], Y: 100})
	return l
}
