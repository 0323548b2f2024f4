package sweeps

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"sweep/data"
	"sweep/experiment"
	"sweep/rnn"
)

func TestEverySweepPlans(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for _, s := range All() {
		if names[s.Name] {
			t.Errorf("two sweeps are named %s", s.Name)
		}
		names[s.Name] = true
		if s.Doc == "" {
			t.Errorf("sweep %s does not say what it tries", s.Name)
		}
		if _, err := Plan(s, data.Default()); err != nil {
			t.Error(err)
		}
	}
}

func TestFindTellsTheNearest(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"defualt":  "did you mean default?",
		"tutorail": "did you mean tutorial?",
		"":         "`sweep sweeps` lists them",
	} {
		if _, err := Find(name); !errors.Is(err, ErrUnknown) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", name, err, want)
		}
	}
}

// TestTrainerSpeaksOfRuns holds the two rooms' words together: what rnn calls
// a divergence or a bad snapshot is one to the pool.
func TestTrainerSpeaksOfRuns(t *testing.T) {
	t.Parallel()
	task := func(settings string) experiment.Task {
		return experiment.Task{
			Run:      experiment.Run{Configuration: experiment.Configuration{Settings: experiment.Settings(settings)}, Seed: 1},
			Report:   func(experiment.Point) {},
			Save:     func(int, func() []byte) {},
			Progress: func(int, int) {},
			Sample:   func(experiment.Sample) {},
		}
	}
	trainer := Trainer{Corpus: data.Default(), Objective: experiment.Maximize(experiment.ValAccuracy)}
	if _, err := trainer.Train(t.Context(), task(`{"learning_rate":1000,"iterations":100}`)); !errors.Is(err, experiment.ErrDiverged) {
		t.Errorf("a learning rate of 1000: %v", err)
	}
	damaged := task(`{"iterations":100}`)
	damaged.Snapshot = []byte("no snapshot")
	if _, err := trainer.Train(t.Context(), damaged); !errors.Is(err, experiment.ErrSnapshot) {
		t.Errorf("a damaged snapshot: %v", err)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := trainer.Train(cancelled, task(`{"iterations":100}`)); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled training: %v", err)
	}
	outcome, err := trainer.Train(t.Context(), task(`{"iterations":100,"hidden_size":8}`))
	if err != nil || len(outcome.Predictions) != trainer.Corpus.Test.Len() || math.IsNaN(outcome.TestAccuracy) || outcome.Best.Step != 100 {
		t.Errorf("outcome %+v, %v", outcome.Best, err)
	}
	if _, err := rnn.ReadCheckpoint(outcome.Checkpoint); err != nil {
		t.Error(err)
	}
}

func ExampleFind() {
	s, err := Find("default")
	if err != nil {
		fmt.Println(err)
		return
	}
	plan, err := Plan(s, data.Default())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, axis := range plan.Axes {
		fmt.Println(axis.Name, axis.Values)
	}
	fmt.Println(plan.Seeds, "seeds,", plan.Definition.Objective)
	// Output:
	// hidden_size [64 128 256]
	// learning_rate [0.0025 0.005 0.01]
	// 3 seeds, max val_accuracy
}
