package kernel_test

import (
	"fmt"

	"sweep/rnn/kernel"
)

// A layer with weights [inputs, outputs], one step of descent on one example.
func Example() {
	const inputs, outputs = 3, 2
	weights := kernel.Aligned(inputs * outputs)
	x := []float32{1, 0, -1}

	logits := make([]float32, outputs)
	kernel.GemvT(logits, weights, outputs, x, false) // forward
	gradient := make([]float32, outputs)
	before := kernel.CrossEntropy(gradient, logits, 1)

	kernel.Scale(gradient, -0.5) // the learning rate
	kernel.RankK(weights, outputs, inputs, outputs, x, inputs, gradient, outputs, 1)

	clear(logits)
	kernel.GemvT(logits, weights, outputs, x, false)
	after := kernel.CrossEntropy(gradient, logits, 1)
	fmt.Printf("loss %.4f, then %.4f\n", before, after)
	// Output: loss 0.6931, then 0.3133
}

// GemvT takes part of a matrix as readily as a whole one.
func ExampleGemvT() {
	a := []float32{
		1, 2, 9,
		3, 4, 9,
	}
	y := []float32{10, 20}
	kernel.GemvT(y, a, 3, []float32{1, 100}, false)
	fmt.Println(y)
	// Output: [311 422]
}
