package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"sweep/experiment"
	"sweep/store"
)

type showCommand struct {
	ID   int64  `arg:"" name:"run" help:"The run's number."`
	DB   string `name:"db" default:"results.db" help:"The ledger; results.db if not given." placeholder:"FILE"`
	JSON bool   `name:"json" help:"Print it as JSON, with every point."`
}

func (showCommand) Help() string { return "Example: sweep show 12" }

// Run carries out the command.
func (c *showCommand) Run(ctx context.Context, p *program) error {
	ledger, err := store.OpenReadOnly(c.DB)
	if err != nil {
		return err
	}
	defer ledger.Close()
	record, err := ledger.Run(ctx, c.ID)
	if err != nil {
		return err
	}
	curve, err := ledger.Curve(ctx, c.ID)
	if err != nil {
		return err
	}
	if c.JSON {
		return showJSON(p, record, curve)
	}
	showText(p, record, curve)
	return nil
}

func showText(p *program, r experiment.Record, curve []experiment.Point) {
	table := newTable("setting", "value")
	text := r.Settings.Text()
	for _, name := range newView([]experiment.Record{r}).names {
		table.row(name, text[name])
	}
	fmt.Fprintf(p.stdout, "run %d of sweep %s, seed %d: %s\n\n", r.ID, r.Sweep, r.Seed, r.State)
	table.print(p.stdout)
	fmt.Fprintln(p.stdout)
	facts := newTable("figure", "value")
	for _, f := range recordFields[5:] {
		if value := cell(f.value(r)); value != "–" && value != "" {
			facts.row(f.name, value)
		}
	}
	facts.print(p.stdout)
	for _, metric := range []struct {
		name  string
		value func(experiment.Point) float64
	}{
		{"train_loss", func(p experiment.Point) float64 { return p.TrainLoss }},
		{"val_accuracy", func(p experiment.Point) float64 { return p.ValAccuracy }},
	} {
		if line := sparkline(curve, metric.value); line != "" {
			fmt.Fprintf(p.stdout, "\n%s\n%s\n", metric.name, line)
		}
	}
	if r.Error != "" {
		fmt.Fprintf(p.stdout, "\n%s\n%s", r.Error, r.Stack)
	}
}

const sparkWidth = 60

// sparkline draws a curve in one line of text with its first, last and extreme
// values.
func sparkline(curve []experiment.Point, value func(experiment.Point) float64) string {
	var values []float64
	low, high := math.Inf(1), math.Inf(-1)
	for _, point := range curve {
		if v := value(point); !math.IsNaN(v) {
			values = append(values, v)
			low, high = min(low, v), max(high, v)
		}
	}
	if len(values) == 0 {
		return ""
	}
	levels := []rune("▁▂▃▄▅▆▇█")
	var line strings.Builder
	columns := min(sparkWidth, len(values))
	for i := range columns {
		v := values[i*(len(values)-1)/max(columns-1, 1)]
		level := 0
		if high > low {
			level = int((v - low) / (high - low) * float64(len(levels)-1))
		}
		line.WriteRune(levels[level])
	}
	return fmt.Sprintf("%s  from %.4g to %.4g, lowest %.4g, highest %.4g", line.String(), values[0], values[len(values)-1], low, high)
}

func showJSON(p *program, r experiment.Record, curve []experiment.Point) error {
	run := map[string]any{"settings": json.RawMessage(r.Settings), "stack": r.Stack}
	for _, f := range recordFields {
		run[f.name] = jsonValue(f.value(r))
	}
	points := []map[string]any{}
	for _, point := range curve {
		points = append(points, map[string]any{
			"step": point.Step, "train_loss": finite(point.TrainLoss), "val_loss": finite(point.ValLoss),
			"val_accuracy": finite(point.ValAccuracy), "val_balanced_accuracy": finite(point.ValBalancedAccuracy),
		})
	}
	run["points"] = points
	return printJSON(p.stdout, run)
}
