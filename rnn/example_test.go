package rnn_test

import (
	"context"
	"fmt"

	"sweep/data"
	"sweep/rnn"
)

func Example() {
	config := rnn.Config{HiddenSize: 32, Iterations: 20_000}
	best := rnn.Selection{Metric: "val_accuracy"}
	result, err := rnn.Train(context.Background(), config, 1, data.Default(), best, rnn.Session{})
	if err != nil {
		fmt.Println(err)
		return
	}
	model, err := rnn.ReadCheckpoint(result.Checkpoint)
	if err != nil {
		fmt.Println(err)
		return
	}
	guesses, err := model.Predict("Wójcik")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(guesses[0].Class)
	// Output: Polish
}
