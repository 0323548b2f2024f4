package kernel

// Tanh writes dst[i] = tanh(x[i]), within 2.5 units in the last place. tanh(±0)
// is ±0, tanh(±Inf) is ±1. It panics if the lengths differ; dst may be x.
func Tanh(dst, x []float32) {
	checkLength(dst, x)
	active.tanh(dst, x)
}

// TanhGrad writes dx[i] = dy[i]·(1 − y[i]²), the gradient through y = tanh(x).
// It panics if the lengths differ; dx may be dy or y.
func TanhGrad(dx, dy, y []float32) {
	checkLength(dx, dy)
	checkLength(dx, y)
	active.tanhGrad(dx, dy, y)
}

// Sigmoid writes dst[i] = 1/(1 + exp(−x[i])), within 2.5 units in the last
// place. It panics if the lengths differ; dst may be x.
func Sigmoid(dst, x []float32) {
	checkLength(dst, x)
	active.sigmoid(dst, x)
}

// SigmoidGrad writes dx[i] = dy[i]·y[i]·(1 − y[i]), the gradient through
// y = sigmoid(x). It panics if the lengths differ; dx may be dy or y.
func SigmoidGrad(dx, dy, y []float32) {
	checkLength(dx, dy)
	checkLength(dx, y)
	active.sigmoidGrad(dx, dy, y)
}

// Relu writes dst[i] = x[i] where it is positive and 0 where it is negative;
// NaN stays NaN. It panics if the lengths differ; dst may be x.
func Relu(dst, x []float32) {
	checkLength(dst, x)
	active.relu(dst, x)
}

// ReluGrad writes dx[i] = 0 where y[i] ≤ 0 and dy[i] elsewhere, the gradient
// through y = relu(x). It panics if the lengths differ; dx may be dy or y.
func ReluGrad(dx, dy, y []float32) {
	checkLength(dx, dy)
	checkLength(dx, y)
	active.reluGrad(dx, dy, y)
}
