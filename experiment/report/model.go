package report

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"sweep/experiment/stats"
)

const noModel = "The ledger holds no predictions of a best model on the test names."

// confusionFigures draw what the best model takes for what; the page has a
// table in their place.
func confusionFigures(f *findings) []figure {
	if !f.hasModel {
		return nil
	}
	return []figure{confusionFigure(f, false), confusionFigure(f, true)}
}

// modelFigures draw how good and how sure the best model is.
func modelFigures(f *findings) []figure {
	if !f.hasModel {
		return []figure{
			missingFigure("confusion", "Confusion", noModel),
			missingFigure("recall", "Recall by class", noModel),
			missingFigure("reliability", "Reliability", noModel),
		}
	}
	return []figure{recallFigure(f), reliabilityFigure(f)}
}

func confusionFigure(f *findings, inPercent bool) figure {
	classes := f.confusion.Classes
	m := matrix{rows: classes, columns: classes, scale: blues, values: make([][]float64, len(classes))}
	for i, row := range f.confusion.Counts {
		m.values[i] = rowShares(row)
	}
	name, title := "confusion-counts", "Test names by class and guess"
	m.text = func(i, j int) string { return blankZero(strconv.Itoa(f.confusion.Counts[i][j])) }
	if inPercent {
		name, title = "confusion-percent", "Percent of each class by guess"
		m.text = func(i, j int) string { return blankZero(fmt.Sprintf("%.0f", m.values[i][j])) }
	}
	side := vg.Points(120 + 24*float64(min(max(len(classes), 6), 40)))
	return figure{
		name: name, title: title, width: side + vg.Points(20), height: side, numbers: m.table("is \\ guessed"),
		caption: "Rows are what a name is, columns what the model says. The shade is the share of the row.",
		alt:     fmt.Sprintf("Confusion matrix of %d classes; the table holds the same numbers.", len(classes)),
		draw: func(c draw.Canvas) {
			p := newPlot("Class guessed", "Class it is")
			m.onto(p)
			p.Draw(c)
		},
	}
}

func blankZero(s string) string {
	if s == "0" {
		return ""
	}
	return s
}

// rowShares is each count in percent of its row; zeros for an empty one.
func rowShares(row []int) []float64 {
	total := 0
	for _, n := range row {
		total += n
	}
	shares := make([]float64, len(row))
	for i, n := range row {
		shares[i] = 100 * float64(n) / float64(max(total, 1))
	}
	return shares
}

// classRecall is a class with the share of its names that the model finds.
type classRecall struct {
	class string
	stats.Proportion
}

func recallByClass(f *findings) []classRecall {
	var list []classRecall
	for i, p := range f.confusion.Recall() {
		if p.Total > 0 {
			list = append(list, classRecall{f.confusion.Classes[i], p})
		}
	}
	slices.SortStableFunc(list, func(a, b classRecall) int { return cmp.Compare(b.Rate, a.Rate) })
	return list
}

func recallFigure(f *findings) figure {
	list := recallByClass(f)
	best, worst := list[0], list[len(list)-1]
	t := table{Head: []string{"class", "found", "of", "recall", "from", "to"}}
	names := make([]string, len(list))
	for i, r := range list {
		names[i] = fmt.Sprintf("%s (%d)", clip(r.class, 18), r.Total)
		t.Rows = append(t.Rows, append([]string{r.class, strconv.Itoa(r.Hits), strconv.Itoa(r.Total)}, rate(r.Proportion)...))
	}
	return figure{
		name: "recall", title: "Recall by class", numbers: t,
		caption: "Share of each class's test names (how many, in brackets) that the best model gets right, with Wilson's 95% interval.",
		alt: fmt.Sprintf("Recall from %s of %s down to %s of %s.",
			percent(best.Rate), clip(best.class, 40), percent(worst.Rate), clip(worst.class, 40)),
		width: usualWidth, height: vg.Points(70 + 19*float64(max(len(list), 4))),
		draw: func(c draw.Canvas) {
			p := newPlot("Recall (%)", "")
			p.Add(rules(false, true))
			for i, r := range list {
				y := float64(i)
				p.Add(span(plotter.XY{X: 100 * r.Low, Y: y}, plotter.XY{X: 100 * r.High, Y: y}),
					&plotter.Scatter{XYs: plotter.XYs{{X: 100 * r.Rate, Y: y}}, GlyphStyle: dotStyle(styleOf(0), 4)})
			}
			p.X.Min, p.X.Max = 0, 100
			rowsOf(p, names)
			p.Draw(c)
		},
	}
}

// reliabilityFigure compares how sure the model is with how often it is right.
func reliabilityFigure(f *findings) figure {
	const name, title = "reliability", "Is the model as sure as it is right?"
	calibration, ok := stats.NewCalibration(f.Sweep.Dataset.Test, f.Predictions[f.best.ID])
	if !ok {
		return missingFigure(name, title, "The predictions carry no confidence.")
	}
	t := table{Head: []string{"confidence", "names", "mean confidence", "right", "from", "to"}}
	for _, b := range calibration.Bins {
		if b.Accuracy.Total > 0 {
			bounds := fmt.Sprintf("%.0f–%.0f%%", 100*b.From, 100*b.To)
			t.Rows = append(t.Rows, append([]string{bounds, strconv.Itoa(b.Accuracy.Total), percent(b.Confidence)}, rate(b.Accuracy)...))
		}
	}
	return figure{
		name: name, title: title, numbers: t, width: usualWidth * 0.75, height: usualWidth * 0.68,
		caption: fmt.Sprintf("Below the diagonal the model is surer than it is right. Expected calibration error %s over %d bins; "+
			"bars are Wilson's 95%% interval, numbers how many names.", percent(calibration.Error), len(calibration.Bins)),
		alt: fmt.Sprintf("Reliability diagram; expected calibration error %s.", percent(calibration.Error)),
		draw: func(c draw.Canvas) {
			p := newPlot("Confidence (%)", "Right (%)")
			p.Add(rules(true, true))
			diagonal := draw.LineStyle{Color: muted, Width: 1, Dashes: []vg.Length{4, 3}}
			p.Add(&plotter.Line{XYs: plotter.XYs{{X: 0, Y: 0}, {X: 100, Y: 100}}, LineStyle: diagonal})
			p.Add(calibrationMarks(calibration)...)
			p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = 0, 100, 0, 106
			p.Draw(c)
		},
	}
}

func calibrationMarks(calibration stats.Calibration) []plot.Plotter {
	var marks []plot.Plotter
	var dots plotter.XYs
	counts := &plotter.Labels{}
	for _, b := range calibration.Bins {
		if b.Accuracy.Total == 0 {
			continue
		}
		x := 100 * b.Confidence
		marks = append(marks, span(plotter.XY{X: x, Y: 100 * b.Accuracy.Low}, plotter.XY{X: x, Y: 100 * b.Accuracy.High}))
		dots = append(dots, plotter.XY{X: x, Y: 100 * b.Accuracy.Rate})
		style := textStyle(tickSize-2, muted)
		style.XAlign = draw.XCenter
		counts.XYs = append(counts.XYs, plotter.XY{X: 50 * (b.From + b.To), Y: 102}) // over its bin, where no other stands
		counts.Labels = append(counts.Labels, strconv.Itoa(b.Accuracy.Total))
		counts.TextStyle = append(counts.TextStyle, style)
	}
	line := &plotter.Line{XYs: dots, LineStyle: draw.LineStyle{Color: okabeIto[0], Width: vg.Points(1.5)}}
	return append(marks, line, &plotter.Scatter{XYs: dots, GlyphStyle: dotStyle(styleOf(0), 4)}, counts)
}

// span is an interval, drawn as a pale bar behind its dot.
func span(from, to plotter.XY) *plotter.Line {
	return &plotter.Line{XYs: plotter.XYs{from, to}, LineStyle: draw.LineStyle{Color: faded(okabeIto[0], 0.45), Width: vg.Points(4)}}
}

// rate writes a proportion and its interval.
func rate(p stats.Proportion) []string {
	return []string{percent(p.Rate), percent(p.Low), percent(p.High)}
}
