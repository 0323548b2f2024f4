package kernel

import "math"

func sgdGeneric(w, g []float32, lr, decay float32) {
	for i, v := range w {
		w[i] = fma(-lr, fma(decay, v, g[i]), v)
	}
}

func momentumGeneric(w, g, v []float32, lr, decay, mu float32) {
	for i, weight := range w {
		v[i] = fma(mu, v[i], fma(decay, weight, g[i]))
		w[i] = fma(-lr, v[i], weight)
	}
}

func nesterovGeneric(w, g, v []float32, lr, decay, mu float32) {
	for i, weight := range w {
		d := fma(decay, weight, g[i])
		v[i] = fma(mu, v[i], d)
		w[i] = fma(-lr, fma(mu, v[i], d), weight)
	}
}

func adamGeneric(w, g, m, v []float32, keep, decay, rate1, beta2, rate2, unbias, epsilon, step float32) {
	for i := range w {
		weight := float32(w[i] * keep)
		d := fma(decay, w[i], g[i])
		m[i] = fma(rate1, d-m[i], m[i])
		v[i] = fma(float32(rate2*d), d, float32(beta2*v[i]))
		root := float32(math.Sqrt(float64(v[i])))
		w[i] = fma(-step, m[i]/fma(root, unbias, epsilon), weight)
	}
}
