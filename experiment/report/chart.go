package report

import (
	"encoding/json"
	"fmt"
	"html/template"
	"maps"
	"math"
	"slices"
	"strconv"
)

// chart is the data of the page's interactive curves.
type chart struct {
	Lines   []chartLine   `json:"lines"`
	Metrics []chartMetric `json:"metrics"`
}

type chartLine struct {
	Label  string `json:"label"`
	Color  string `json:"color"`
	Dashed bool   `json:"dashed,omitempty"`
}

// chartMetric holds a metric of every line at the steps that any line has.
type chartMetric struct {
	Label string        `json:"label"`
	Axis  string        `json:"axis"`
	Steps []int         `json:"steps"`
	Bands []chartValues `json:"bands"` // as many as lines
}

// chartValues is null where a line has no value.
type chartValues struct {
	Mean []number `json:"mean"`
	Low  []number `json:"low,omitempty"` // with High only where runs differ
	High []number `json:"high,omitempty"`
}

// number is null in JSON when it is NaN, and has five digits: more than a
// screen shows.
type number float64

// MarshalJSON implements [json.Marshaler].
func (n number) MarshalJSON() ([]byte, error) {
	if !finite(float64(n)) {
		return []byte("null"), nil
	}
	return strconv.AppendFloat(nil, float64(n), 'g', 5, 64), nil
}

// chartData is "" when no line has a curve.
func chartData(f *findings, bands [][]band) (template.JS, error) {
	c := chart{}
	for _, l := range f.lines {
		c.Lines = append(c.Lines, chartLine{Label: l.label, Color: hexColor(l.style.Color), Dashed: l.style.Dashed})
	}
	for i, m := range metrics {
		own := make([]band, len(f.lines))
		for j := range f.lines {
			own[j] = bands[j][i]
		}
		if steps := allSteps(own); len(steps) > 0 {
			c.Metrics = append(c.Metrics, newChartMetric(m, steps, own))
		}
	}
	if len(c.Metrics) == 0 {
		return "", nil
	}
	encoded, err := json.Marshal(c)
	if err != nil {
		return "", fmt.Errorf("write the curves: %w", err)
	}
	return template.JS(encoded), nil // JSON escapes <, > and & by itself
}

func allSteps(bands []band) []int {
	steps := map[int]bool{}
	for _, b := range bands {
		for _, step := range b.steps {
			steps[step] = true
		}
	}
	return slices.Sorted(maps.Keys(steps))
}

func newChartMetric(m metric, steps []int, bands []band) chartMetric {
	c := chartMetric{Label: m.short, Axis: m.axis, Steps: steps}
	for _, b := range bands {
		v := chartValues{Mean: spread(b.steps, b.mean, steps, m.scale)}
		if b.most > 1 {
			v.Low, v.High = spread(b.steps, b.low, steps, m.scale), spread(b.steps, b.high, steps, m.scale)
		}
		c.Bands = append(c.Bands, v)
	}
	return c
}

// spread places values, at their own steps, among all steps.
func spread(own []int, values []float64, steps []int, scale float64) []number {
	placed := make([]number, len(steps))
	next := 0
	for i, step := range steps {
		placed[i] = number(math.NaN())
		if next < len(own) && own[next] == step {
			placed[i] = number(values[next] * scale)
			next++
		}
	}
	return placed
}
