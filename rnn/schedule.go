package rnn

import "math"

// rate returns the learning rate of the n-th of total iterations, n = 1, 2, …: first rising linearly over the warm-up, then
// as the schedule has it over the iterations that are left.
func (c Config) rate(n, total int) float64 {
	if n <= c.Warmup {
		return c.LearningRate * float64(n) / float64(c.Warmup)
	}
	done := n - 1 - c.Warmup
	switch c.Schedule {
	case "step":
		return c.LearningRate * math.Pow(c.DecayFactor, float64(done/c.decayEvery(total)))
	case "cosine":
		// Loshchilov and Hutter 2017, arXiv:1608.03983, without restarts.
		return c.LearningRate * (1 + math.Cos(math.Pi*float64(done)/float64(total-c.Warmup))) / 2
	}
	return c.LearningRate
}

// decayEvery is DecayEvery, or its default where only the number of epochs was known when defaults were written out.
func (c Config) decayEvery(total int) int {
	if c.DecayEvery > 0 {
		return c.DecayEvery
	}
	return max(1, total/3)
}
