package report

import "fmt"

// gallery is every figure, in the sections of the page.
type gallery struct {
	curves, loss, settings, confusion, model, cost []figure
}

// gallery prepares every figure; nothing is drawn before it is rendered.
func (f *findings) gallery(bands [][]band) gallery {
	g := gallery{
		curves:    learningCurves(f, bands),
		loss:      []figure{trainingLoss(f)},
		settings:  []figure{importanceBars(f)},
		confusion: confusionFigures(f),
		model:     modelFigures(f),
		cost:      []figure{paretoFigure(f), edfFigure(f), timelineFigure(f)},
	}
	g.settings = append(g.settings, heatMaps(f)...)
	g.settings = append(g.settings, slicePlots(f)...)
	g.settings = append(g.settings, parallelCoordinates(f))
	g.uniqueNames()
	return g
}

// uniqueNames keeps figures whose settings have names alike but for characters
// that no file takes from overwriting each other.
func (g gallery) uniqueNames() {
	seen := map[string]int{}
	for i := range g.settings {
		name := g.settings[i].name
		if seen[name]++; seen[name] > 1 {
			g.settings[i].name = fmt.Sprintf("%s-%d", name, seen[name])
		}
	}
}

// drawn returns the figures that have something to draw.
func (g gallery) drawn() []figure {
	var drawn []figure
	for _, section := range [][]figure{g.curves, g.loss, g.settings, g.confusion, g.model, g.cost} {
		for _, figure := range section {
			if figure.missing == "" {
				drawn = append(drawn, figure)
			}
		}
	}
	return drawn
}
