package kernel

import "testing"

// vectorKernels calls each kernel of a tier on vectors of n elements, or of as
// many gates of n elements as their width, and scalars s.
var vectorKernels = []struct {
	name   string
	widths []int // of each vector, in n
	call   func(t implementation, v [][]float32, s []float32)
}{
	{"Axpy", []int{1, 1}, func(t implementation, v [][]float32, s []float32) { t.axpy(v[0], s[0], v[1]) }},
	{"Add", []int{1, 1, 1}, func(t implementation, v [][]float32, _ []float32) { t.add(v[0], v[1], v[2]) }},
	{"Scale", []int{1}, func(t implementation, v [][]float32, s []float32) { t.scale(v[0], s[0]) }},
	{"Tanh", []int{1, 1}, func(t implementation, v [][]float32, _ []float32) { t.tanh(v[0], v[1]) }},
	{"Sigmoid", []int{1, 1}, func(t implementation, v [][]float32, _ []float32) { t.sigmoid(v[0], v[1]) }},
	{"Relu", []int{1, 1}, func(t implementation, v [][]float32, _ []float32) { t.relu(v[0], v[1]) }},
	{"TanhGrad", []int{1, 1, 1}, func(t implementation, v [][]float32, _ []float32) { t.tanhGrad(v[0], v[1], v[2]) }},
	{"SigmoidGrad", []int{1, 1, 1}, func(t implementation, v [][]float32, _ []float32) { t.sigmoidGrad(v[0], v[1], v[2]) }},
	{"ReluGrad", []int{1, 1, 1}, func(t implementation, v [][]float32, _ []float32) { t.reluGrad(v[0], v[1], v[2]) }},
	{"shift", []int{1, 1}, func(t implementation, v [][]float32, s []float32) { t.shift(v[0], v[1], s[0], s[1]) }},
	{"GRU", []int{1, 3, 3, 3, 1}, func(t implementation, v [][]float32, _ []float32) {
		t.gru(v[0], v[1], v[2], v[3], v[4])
	}},
	{"GRUGrad", []int{3, 3, 1, 1, 3, 3, 1}, func(t implementation, v [][]float32, _ []float32) {
		t.gruGrad(v[0], v[1], v[2], v[3], v[4], v[5], v[6])
	}},
	{"LSTM", []int{1, 1, 1, 4, 4, 1}, func(t implementation, v [][]float32, _ []float32) {
		t.lstm(v[0], v[1], v[2], v[3], v[4], v[5])
	}},
	{"LSTMGrad", []int{4, 1, 1, 1, 4, 1, 1}, func(t implementation, v [][]float32, _ []float32) {
		t.lstmGrad(v[0], v[1], v[2], v[3], v[4], v[5], v[6])
	}},
	{"SGD", []int{1, 1}, func(t implementation, v [][]float32, s []float32) { t.sgd(v[0], v[1], s[0], s[1]) }},
	{"Momentum", []int{1, 1, 1}, func(t implementation, v [][]float32, s []float32) {
		t.momentum(v[0], v[1], v[2], s[0], s[1], s[2])
	}},
	{"Nesterov", []int{1, 1, 1}, func(t implementation, v [][]float32, s []float32) {
		t.nesterov(v[0], v[1], v[2], s[0], s[1], s[2])
	}},
	{"Adam", []int{1, 1, 1, 1}, func(t implementation, v [][]float32, s []float32) {
		t.adam(v[0], v[1], v[2], v[3], s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7])
	}},
	{"exp", []int{1, 1}, func(t implementation, v [][]float32, _ []float32) {
		for i, x := range v[1] {
			if x > 0 {
				v[1][i] = -x
			}
		}
		t.exp(v[0], v[1])
	}},
	{"reductions", []int{1, 1}, func(t implementation, v [][]float32, _ []float32) {
		if len(v[1]) == 0 {
			return
		}
		v[0][0] = t.maximum(v[1])
		if len(v[1]) > 1 {
			v[0][1] = t.sumExp(v[1], v[0][0])
		}
		if len(v[1]) > 3 {
			high, low := split(t.sumSquares(v[1]))
			v[0][2], v[0][3] = high, low
		}
	}},
}

// split returns a float64 as the sum of two float32, for the comparison.
func split(x float64) (high, low float32) {
	high = float32(x)
	return high, float32(x - float64(high))
}

// Every tier gives the bits of the plain Go twin, at any length and offset, and
// touches nothing else. The vectors are filled with all that a float32 can be
// in one case of four.
func TestVectorKernelsEqualTwin(t *testing.T) {
	t.Parallel()
	for _, kernel := range vectorKernels {
		t.Run(kernel.name, func(t *testing.T) {
			t.Parallel()
			eachTier(t, func(t *testing.T, tier implementation) {
				rng := source(t)
				for range 400 {
					n, odd := size(rng, 300), rng.IntN(4) == 0
					s := numbers(rng, 8)
					got, want := make([][]float32, len(kernel.widths)), make([][]float32, len(kernel.widths))
					for i, w := range kernel.widths {
						v := numbers(rng, n*w)
						if odd {
							peculiar(rng, v)
						}
						got[i], want[i] = clone(rng, v), clone(rng, v)
					}
					kernel.call(tier, got, s)
					kernel.call(generic, want, s)
					for i := range got {
						if err := sameBits(got[i], want[i]); err != nil {
							t.Fatalf("n=%d, argument %d: %v", n, i, err)
						}
					}
				}
			})
		})
	}
}

// Elementwise kernels may write over an input.
func TestElementwiseInPlace(t *testing.T) {
	t.Parallel()
	eachTier(t, func(t *testing.T, tier implementation) {
		rng := source(t)
		x, dy := numbers(rng, 77), numbers(rng, 77)
		for name, f := range map[string]func(dst, x []float32){
			"tanh": tier.tanh, "sigmoid": tier.sigmoid, "relu": tier.relu,
		} {
			want, got := make([]float32, len(x)), clone(rng, x)
			f(want, x)
			f(got, got)
			if err := sameBits(got, want); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		for name, f := range map[string]func(dx, dy, y []float32){
			"tanhGrad": tier.tanhGrad, "sigmoidGrad": tier.sigmoidGrad, "reluGrad": tier.reluGrad,
		} {
			want, overDY, overY := make([]float32, len(x)), clone(rng, dy), clone(rng, x)
			f(want, dy, x)
			f(overDY, overDY, x)
			f(overY, dy, overY)
			if err := sameBits(overDY, want); err != nil {
				t.Errorf("%s over dy: %v", name, err)
			}
			if err := sameBits(overY, want); err != nil {
				t.Errorf("%s over y: %v", name, err)
			}
		}
	})
}
