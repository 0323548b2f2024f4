package report

import (
	"fmt"

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
		alt: fmt.Sprintf("Heat map of %s, %d values of %s against %d of %s; the table holds the same numbers.",
			unit.short, len(rows), y, len(columns), x),
		width: usualWidth, height: m.height(), numbers: m.table(y + " \\ " + x),
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
