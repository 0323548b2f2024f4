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
			c = run.config
			for _, name := range []string{"Ada", "O'Neill", "X", "Ada", "de la Cruz", "Li"} {
				run.networks.batch().add(data.Encode(name), len(name)%3)
			}
			gradient := kernel.Aligned(len(run.model.params))
			run.networks.forward()
			loss := run.networks.backward(&run.criterion, 1, run.model.layout.view(gradient))
			want := 0.0
			for i := range run.networks.passes {
				want += compareGradient(t, run, i, gradient) / float64(c.EnsembleSize)
			}
			if math.Abs(loss-want) > 1e-5*want {
				t.Errorf("loss is %.8g, in float64 %.8g", loss, want)
			}
			checkPadding(t, run.model.layout, gradient)
		})
	}
}

// compareGradient checks one network of the run, and returns its loss in float64.
func compareGradient(t *testing.T, run *training, network int, gradient []float32) float64 {
	t.Helper()
	p, prefix := run.networks.passes[network], run.model.layout.networks[network].prefix
	w := twinOf(run.model, prefix)
	w.weights, w.prior = run.criterion.weights, run.criterion.prior
	w.masks, w.feature = masksOf(p)
	names, classes := p.batch.names, p.batch.classes
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
	return w.loss(names, classes)
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
