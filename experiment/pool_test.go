package experiment_test

import (
	"testing"

	"sweep/experiment"
	"sweep/experiment/enginetest"
)

func TestPoolConforms(t *testing.T) {
	t.Parallel()
	enginetest.Test(t, func(trainer experiment.Trainer, workers, retries int, watch func(experiment.Event)) experiment.Engine {
		return &experiment.Pool{Trainer: trainer, Workers: workers, Retries: retries, Watch: watch}
	})
}
