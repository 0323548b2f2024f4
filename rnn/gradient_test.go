package rnn

import (
	"math"
	"slices"
	"strings"
	"testing"

	"sweep/data"
	"sweep/rnn/kernel"
)

// TestGradient compares the gradient of every tensor with finite differences of an independent float64 computation, and
// the loss with its value.
func TestGradient(t *testing.T) {
	t.Parallel()
	for _, c := range variants {
		t.Run(c.title(), func(t *testing.T) {
			t.Parallel()
			run := startTraining(t, c, 3)
			for _, name := range []string{"Ada", "O'Neill", "X", "Ada", "de la Cruz", "Li"} {
				run.networks.batch().add(data.Encode(name), len(name)%3)
			}
			gradient := kernel.Aligned(len(run.model.params))
			for i, dw := range run.model.layout.view(gradient) {
				loss := run.networks.learnOne(i, &run.criterion, 1, dw)
				compareGradient(t, run, i, loss, gradient)
			}
			checkPadding(t, run.model.layout, gradient)
		})
	}
}

// compareGradient checks the network of the run that learnt last.
func compareGradient(t *testing.T, run *training, network int, loss float64, gradient []float32) {
	t.Helper()
	p, prefix := run.networks.pass, run.model.layout.networks[network].prefix
	w := twinOf(run.model, prefix)
	w.weights, w.prior = run.criterion.weights, run.criterion.prior
	w.masks, w.feature = masksOf(p)
	names, classes := p.batch.names, p.batch.classes
	if want := w.loss(names, classes); math.Abs(loss-want) > 1e-5*want {
		t.Errorf("%sloss is %.8g, in float64 %.8g", prefix, loss, want)
	}
	const step = 1e-5
	for _, tensor := range run.model.layout.tensors {
		values := w.params[strings.TrimPrefix(tensor.name, prefix)]
		if !strings.HasPrefix(tensor.name, prefix) {
			continue
		}
		largest, worst := 0.0, 0.0
		for i := 0; i < len(values); i += 1 + len(values)/120 {
			before := values[i]
			values[i] = before + step
			up := w.loss(names, classes)
			values[i] = before - step
			slope := (up - w.loss(names, classes)) / (2 * step)
			values[i] = before
			largest = max(largest, math.Abs(slope))
			worst = max(worst, math.Abs(slope-float64(gradient[tensor.offset(i)])))
		}
		if largest == 0 || worst > 1e-4*largest+1e-7 {
			t.Errorf("%s: gradient is off by %.2g, its largest is %.2g", tensor.name, worst, largest)
		}
	}
}

// masksOf hands the masks a pass drew to the twin, by name and letter.
func masksOf(p *pass) (func(layer, slot, t int) []float64, func(slot int) []float64) {
	if p.dropout.idle() {
		return nil, nil
	}
	s := p.shape
	row := func(mask []float32, row int) []float64 {
		var m []float64
		for i := range s.directions * s.hidden {
			m = append(m, float64(mask[row*s.feature()+s.spread(i)]))
		}
		return m
	}
	return func(layer, slot, t int) []float64 { return row(p.layers[layer].mask, p.batch.starts[t]+slot) },
		func(slot int) []float64 { return row(p.featureMask, slot) }
}

// checkPadding fails if anything but the elements of tensors is set.
func checkPadding(t *testing.T, l *layout, block []float32) {
	t.Helper()
	rest := slices.Clone(block)
	for _, tensor := range l.tensors {
		for i := range tensor.size() {
			rest[tensor.offset(i)] = 0
		}
	}
	for i, v := range rest {
		if v != 0 {
			t.Fatalf("padding at %d is %v, not zero", i, v)
		}
	}
}

// TestPaddingStaysZero trains and finds the padding of the parameters untouched.
func TestPaddingStaysZero(t *testing.T) {
	t.Parallel()
	for _, c := range variants {
		run := startTraining(t, c, 1)
		for range 50 {
			if err := run.iterate(); err != nil {
				t.Fatalf("%s: %v", c.title(), err)
			}
		}
		checkPadding(t, run.model.layout, run.model.params)
	}
}

// TestLayoutCoversOnce finds no element of the block claimed by two tensors.
func TestLayoutCoversOnce(t *testing.T) {
	t.Parallel()
	for _, c := range variants {
		run := startTraining(t, c, 1)
		owner := make([]string, run.model.layout.size)
		for _, tensor := range run.model.layout.tensors {
			for i := range tensor.size() {
				if at := tensor.offset(i); owner[at] != "" {
					t.Fatalf("%s: %s and %s share element %d", c.title(), owner[at], tensor.name, at)
				} else {
					owner[at] = tensor.name
				}
			}
		}
	}
}
