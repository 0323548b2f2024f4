package kernel

import (
	"math"
	"testing"
)

// optimizerSteps is long enough for the bias corrections to change.
const optimizerSteps = 20

// Every optimizer follows its definition in float64 for a while. The gradient
// is that of ½(w−target)², so errors do not grow.
func TestOptimizersFollowTheirDefinitions(t *testing.T) {
	t.Parallel()
	adam := AdamStep{LearningRate: 0.05, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8, Decay: 0.01}
	for _, c := range []struct {
		name string
		step func(step int, w, g, m, v []float32)
		want func(step int, w, g, m, v float64) (w2, m2, v2 float64)
	}{
		{"SGD", func(_ int, w, g, _, _ []float32) { SGD(w, g, 0.1, 0) },
			func(_ int, w, g, m, v float64) (_, _, _ float64) { return w - 0.1*g, m, v }},
		{"SGD with decay", func(_ int, w, g, _, _ []float32) { SGD(w, g, 0.1, 0.02) },
			func(_ int, w, g, m, v float64) (_, _, _ float64) { return w - 0.1*(g+0.02*w), m, v }},
		{"momentum", func(_ int, w, g, m, _ []float32) { Momentum(w, g, m, 0.1, 0.02, 0.9, false) },
			func(_ int, w, g, m, v float64) (_, _, _ float64) {
				m = 0.9*m + g + 0.02*w
				return w - 0.1*m, m, v
			}},
		{"Nesterov", func(_ int, w, g, m, _ []float32) { Momentum(w, g, m, 0.1, 0.02, 0.9, true) },
			func(_ int, w, g, m, v float64) (_, _, _ float64) {
				d := g + 0.02*w
				m = 0.9*m + d
				return w - 0.1*(d+0.9*m), m, v
			}},
		{"Adam", func(step int, w, g, m, v []float32) { Adam(w, g, m, v, corrected(adam, step)) },
			func(step int, w, g, m, v float64) (_, _, _ float64) {
				return adamReference(step, w, g+0.01*w, m, v)
			}},
		{"AdamW", func(step int, w, g, m, v []float32) {
			s := corrected(adam, step)
			s.Decoupled = true
			Adam(w, g, m, v, s)
		},
			func(step int, w, g, m, v float64) (_, _, _ float64) {
				return adamReference(step, w*(1-0.05*0.01), g, m, v)
			}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			rng := source(t)
			const n = 37
			w, target := numbers(rng, n), numbers(rng, n)
			g, m, v := make([]float32, n), make([]float32, n), make([]float32, n)
			w2, m2, v2 := make([]float64, n), make([]float64, n), make([]float64, n)
			for i := range w {
				w2[i] = float64(w[i])
			}
			for step := 1; step <= optimizerSteps; step++ {
				for i := range g {
					g[i] = w[i] - target[i]
				}
				c.step(step, w, g, m, v)
				for i := range w2 {
					w2[i], m2[i], v2[i] = c.want(step, w2[i], w2[i]-float64(target[i]), m2[i], v2[i])
				}
			}
			for i := range w {
				scale := 1 + math.Abs(float64(target[i]))
				if math.Abs(float64(w[i])-w2[i]) > 1e-5*scale {
					t.Errorf("w[%d] = %g after %d steps, want %g", i, w[i], optimizerSteps, w2[i])
				}
			}
		})
	}
}

// corrected returns s with the bias corrections of a step.
func corrected(s AdamStep, step int) AdamStep {
	s.Correction1 = 1 - math.Pow(s.Beta1, float64(step))
	s.Correction2 = 1 - math.Pow(s.Beta2, float64(step))
	return s
}

// adamReference is Adam's update of one weight from its gradient g.
func adamReference(step int, w, g, m, v float64) (w2, m2, v2 float64) {
	m = 0.9*m + 0.1*g
	v = 0.999*v + 0.001*g*g
	c1, c2 := 1-math.Pow(0.9, float64(step)), 1-math.Pow(0.999, float64(step))
	return w - 0.05/c1*m/(math.Sqrt(v)/math.Sqrt(c2)+1e-8), m, v
}
