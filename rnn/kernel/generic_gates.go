package kernel

func gruGeneric(next, gates, input, hidden, prev []float32) {
	h := len(next)
	for i := range next {
		r := sigmoid(input[i] + hidden[i])
		z := sigmoid(input[h+i] + hidden[h+i])
		n := tanh(fma(r, hidden[2*h+i], input[2*h+i]))
		gates[i], gates[h+i], gates[2*h+i] = r, z, n
		next[i] = fma(z, prev[i]-n, n)
	}
}

func gruGradGeneric(dinput, dhidden, dprev, dnext, gates, hidden, prev []float32) {
	h := len(dprev)
	for i := range dprev {
		d, r, z, n := dnext[i], gates[i], gates[h+i], gates[2*h+i]
		dn := fma(-d, z, d) * fma(-n, n, 1)
		dz := float32(d*(prev[i]-n)) * fma(-z, z, z)
		dr := float32(dn*hidden[2*h+i]) * fma(-r, r, r)
		dinput[i], dinput[h+i], dinput[2*h+i] = dr, dz, dn
		dhidden[i], dhidden[h+i], dhidden[2*h+i] = dr, dz, dn*r
		dprev[i] = d * z
	}
}

func lstmGeneric(next, cell, squashed, gates, pre, prev []float32) {
	h := len(next)
	for j := range next {
		i, f := sigmoid(pre[j]), sigmoid(pre[h+j])
		g, o := tanh(pre[2*h+j]), sigmoid(pre[3*h+j])
		gates[j], gates[h+j], gates[2*h+j], gates[3*h+j] = i, f, g, o
		c := fma(f, prev[j], float32(i*g))
		t := tanh(c)
		cell[j], squashed[j], next[j] = c, t, o*t
	}
}

func lstmGradGeneric(dpre, dprev, dnext, dcell, gates, squashed, prev []float32) {
	h := len(dprev)
	for j := range dprev {
		i, f, g, o := gates[j], gates[h+j], gates[2*h+j], gates[3*h+j]
		t, d := squashed[j], dnext[j]
		dc := fma(float32(d*o), fma(-t, t, 1), dcell[j])
		dpre[j] = float32(dc*g) * fma(-i, i, i)
		dpre[h+j] = float32(dc*prev[j]) * fma(-f, f, f)
		dpre[2*h+j] = float32(dc*i) * fma(-g, g, 1)
		dpre[3*h+j] = float32(d*t) * fma(-o, o, o)
		dprev[j] = dc * f
	}
}
