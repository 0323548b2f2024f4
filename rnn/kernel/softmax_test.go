package kernel

import (
	"math"
	"testing"
)

// logSoftmaxReference is LogSoftmax in float64.
func logSoftmaxReference(x []float32) []float64 {
	most, sum := math.Inf(-1), 0.0
	for _, v := range x {
		most = math.Max(most, float64(v))
	}
	for _, v := range x {
		sum += math.Exp(float64(v) - most)
	}
	logs := make([]float64, len(x))
	for i, v := range x {
		logs[i] = float64(v) - most - math.Log(sum)
	}
	return logs
}

func TestLogSoftmax(t *testing.T) {
	t.Parallel()
	eachTier(t, func(t *testing.T, tier implementation) {
		rng := source(t)
		for range 200 {
			x := numbers(rng, 1+size(rng, 100))
			if rng.IntN(3) == 0 {
				tier.scale(x, 100)
			}
			got, twin := clone(rng, x), clone(rng, x)
			tier.logSoftmax(got, got)
			generic.logSoftmax(twin, x)
			if err := sameBits(got, twin); err != nil {
				t.Fatal(err)
			}
			for i, want := range logSoftmaxReference(x) {
				if math.Abs(float64(got[i])-want) > 4e-7*(1+math.Abs(want)) {
					t.Fatalf("class %d of %d: %g, want %g", i, len(x), got[i], want)
				}
			}
		}
	})
}

func TestLogSoftmaxOfPeculiarLogits(t *testing.T) {
	t.Parallel()
	nan, infinity := float32(math.NaN()), float32(math.Inf(1))
	eachTier(t, func(t *testing.T, tier implementation) {
		for _, c := range []struct {
			name    string
			x, want []float32
		}{
			{"none", nil, nil},
			{"one class", []float32{-3}, []float32{0}},
			{"huge", []float32{3e38, -3e38}, []float32{0, -infinity}},
			{"impossible class", []float32{5, -infinity}, []float32{0, -infinity}},
			{"NaN", []float32{1, nan, 2}, []float32{nan, nan, nan}},
			{"infinite", []float32{1, infinity}, []float32{nan, nan}},
			{"all impossible", []float32{-infinity, -infinity}, []float32{nan, nan}},
		} {
			got := make([]float32, len(c.x))
			tier.logSoftmax(got, c.x)
			if err := sameBits(got, c.want); err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
		}
	})
}

// The gradient is the softmax less one at the class, and its elements sum to
// zero.
func TestCrossEntropy(t *testing.T) {
	t.Parallel()
	eachTier(t, func(t *testing.T, tier implementation) {
		rng := source(t)
		for range 100 {
			logits := numbers(rng, 1+size(rng, 60))
			class := rng.IntN(len(logits))
			want := logSoftmaxReference(logits)
			loss := tier.crossEntropy(logits, logits, class)
			if math.Abs(float64(loss)+want[class]) > 4e-7*(1+math.Abs(want[class])) {
				t.Fatalf("loss %g, want %g", loss, -want[class])
			}
			for i, d := range logits {
				p := math.Exp(want[i])
				if i == class {
					p--
				}
				if math.Abs(float64(d)-p) > 2e-6 {
					t.Fatalf("gradient %d of %d is %g, want %g", i, len(logits), d, p)
				}
			}
		}
	})
}
