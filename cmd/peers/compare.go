package main

import (
	"fmt"
	"slices"

	"sweep/rnn/kernel"
)

// comparison is a row of the table: a network of ours beside one of PyTorch's.
type comparison struct {
	What    string   `json:"what"`
	Beside  string   `json:"beside"` // what PyTorch runs
	Kernel  string   `json:"kernel"` // tier of ours
	Ours    workload `json:"ours"`
	PyTorch workload `json:"pytorch"`
	Aim     aim      `json:"aim,omitzero"` // beside PyTorch as installed

	Sweep     side `json:"sweep"`
	Installed side `json:"pytorch_as_installed"`
	Tuned     side `json:"pytorch_tuned"`
}

// side is what was measured of one side. Rounds with one index followed each other.
type side struct {
	Rounds []measurement `json:"rounds"` // none of PyTorch where it is missing
	Rate   spread        `json:"names_per_second"`
	Ratio  spread        `json:"sweep_is_faster_by,omitzero"` // round by round
}

// aim is what a row should reach.
type aim struct {
	Ratio float64 `json:"ratio,omitzero"`            // to PyTorch
	Rate  float64 `json:"names_per_second,omitzero"` // on a core with AVX-512
}

// hiddenSize is the tutorial's.
const hiddenSize = 128

func tutorialSize(network string, batch int) workload {
	return workload{Network: network, Hidden: hiddenSize, Batch: batch}
}

// tierAims is what one name at a time should reach beside the tutorial's loop.
var tierAims = map[string]aim{"avx512": {Ratio: 30, Rate: 100_000}, "avx2": {Ratio: 20}}

// pairs are compared on the tier this machine chooses.
var pairs = []struct {
	ours, theirs workload
	aim          aim
}{
	{tutorialSize(tutorial, 1), tutorialSize(tanhRNN, 64), aim{Ratio: 5}},
	{tutorialSize(tanhRNN, 1), tutorialSize(tanhRNN, 1), aim{}},
	{tutorialSize(tanhRNN, 1), tutorialSize(tanhRNN, 64), aim{}},
	{tutorialSize(tanhRNN, 64), tutorialSize(tanhRNN, 64), aim{}},
	{tutorialSize(gru, 1), tutorialSize(gru, 1), aim{Ratio: 12}},
	{tutorialSize(gru, 64), tutorialSize(gru, 64), aim{Ratio: 2}},
	{tutorialSize(lstm, 1), tutorialSize(lstm, 1), aim{Ratio: 12}},
	{tutorialSize(lstm, 64), tutorialSize(lstm, 64), aim{Ratio: 2}},
}

// comparisons lists the rows: the tutorial's network on each tier, then pairs.
func (b *bench) comparisons() []comparison {
	var rows []comparison
	for _, tier := range tiers {
		if b.ours[tier] != nil {
			rows = append(rows, newComparison(tier, tutorialSize(tutorial, 1), tutorialSize(tutorial, 1), tierAims[tier]))
		}
	}
	for _, p := range pairs {
		rows = append(rows, newComparison(kernel.Tier(), p.ours, p.theirs, p.aim))
	}
	return rows
}

func newComparison(tier string, ours, theirs workload, a aim) comparison {
	return comparison{
		What:   oursNames[ours.Network] + ", " + howMany(ours.Batch),
		Beside: torchNames[theirs.Network] + ", " + howMany(theirs.Batch),
		Kernel: tier, Ours: ours, PyTorch: theirs, Aim: a,
	}
}

// What the networks are called on either side.
var (
	oursNames  = map[string]string{tutorial: "elman", tanhRNN: "elman tanh", gru: "gru", lstm: "lstm"}
	torchNames = map[string]string{tutorial: "tutorial loop", tanhRNN: "nn.RNN", gru: "nn.GRU", lstm: "nn.LSTM"}
)

func howMany(batch int) string {
	if batch == 1 {
		return "one at a time"
	}
	return fmt.Sprintf("batches of %d", batch)
}

// compare measures every row in every round, so that no row has the machine at one moment only.
func (b *bench) compare() ([]comparison, error) {
	rows := b.comparisons()
	err := b.eachRound("beside PyTorch", func() error {
		for i := range rows {
			if err := b.round(&rows[i]); err != nil {
				return err
			}
		}
		return nil
	})
	for i := range rows {
		rows[i].summarise()
	}
	return rows, err
}

// round measures ours, then PyTorch's both ways.
func (b *bench) round(c *comparison) error {
	if err := c.Sweep.measure(b.ours[c.Kernel], c.Ours, b.seconds); err != nil || b.torch == nil {
		return err
	}
	if err := c.Installed.measure(b.torch.installed, c.PyTorch, b.seconds); err != nil {
		return err
	}
	return c.Tuned.measure(b.torch.tuned, c.PyTorch, b.seconds)
}

func (s *side) measure(p *peer, w workload, seconds float64) error {
	m, err := p.measure(w, seconds)
	s.Rounds = append(s.Rounds, m)
	return err
}

// summarise fills in what follows from the rounds.
func (c *comparison) summarise() {
	ours := c.Sweep.rates()
	for _, s := range []*side{&c.Sweep, &c.Installed, &c.Tuned} {
		s.Rate = spreadOf(s.rates())
	}
	for _, s := range []*side{&c.Installed, &c.Tuned} {
		ratios := s.rates()
		for n, rate := range ratios {
			ratios[n] = ours[n] / rate
		}
		s.Ratio = spreadOf(ratios)
	}
}

func (s *side) rates() []float64 {
	rates := make([]float64, len(s.Rounds))
	for n, m := range s.Rounds {
		rates[n] = m.rate()
	}
	return rates
}

// spread is the middle of some measurements and how far they go.
type spread struct {
	Median float64 `json:"median"`
	Least  float64 `json:"least"`
	Most   float64 `json:"most"`
}

// spreadOf is zero of nothing.
func spreadOf(values []float64) spread {
	if len(values) == 0 {
		return spread{}
	}
	sorted := slices.Sorted(slices.Values(values))
	half := len(sorted) / 2
	return spread{(sorted[half] + sorted[(len(sorted)-1)/2]) / 2, sorted[0], sorted[len(sorted)-1]}
}
