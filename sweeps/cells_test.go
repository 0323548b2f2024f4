package sweeps

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"sweep/data"
)

// What `sweep sweeps` says of a sweep's size is what it has.
func TestDocsCountTheRuns(t *testing.T) {
	t.Parallel()
	for _, s := range All() {
		plan, err := Plan(s, data.Default())
		if err != nil {
			t.Fatal(err)
		}
		runs := plan.Seeds
		for _, axis := range plan.Axes {
			runs *= len(axis.Values)
		}
		if want := fmt.Sprintf("%d runs", runs); !strings.Contains(s.Doc, want) || strings.Contains(s.Doc, "\n") {
			t.Errorf("sweep %s describes itself as %q, want one line with %q", s.Name, s.Doc, want)
		}
	}
}

// Values that are more than a number print as a reader would call them.
func TestValuesHaveNames(t *testing.T) {
	t.Parallel()
	tests := []struct {
		sweep Sweep
		want  []string
	}{
		{Cells, []string{"elman identity", "elman tanh", "gru", "lstm"}},
		{Optimizers, []string{
			"sgd 0.3", "sgd 1", "sgd 3",
			"momentum 0.03", "momentum 0.1", "momentum 0.3",
			"nesterov 0.03", "nesterov 0.1", "nesterov 0.3",
			"adam 0.001", "adam 0.003", "adam 0.01",
			"adamw 0.001", "adamw 0.003", "adamw 0.01",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.sweep.Name, func(t *testing.T) {
			t.Parallel()
			plan, err := Plan(tt.sweep, data.Default())
			if err != nil {
				t.Fatal(err)
			}
			if got := plan.Axes[0].Values; !slices.Equal(got, tt.want) {
				t.Errorf("axis %s has the values %q, want %q", plan.Axes[0].Name, got, tt.want)
			}
		})
	}
}
