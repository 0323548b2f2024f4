package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/klauspost/cpuid/v2"

	"sweep/data"
	"sweep/rnn/kernel"
)

// tiers are the kernels to compare, where the machine has them.
var tiers = []string{"avx512", "avx2", "generic"}

// bench has what is measured ready.
type bench struct {
	scale
	corpus   *data.Corpus
	scratch  string
	ours     map[string]*peer // by kernel tier
	torch    *torch           // nil: without
	noTorch  string           // why
	messages io.Writer
}

func newBench(ctx context.Context, o options, messages io.Writer) (*bench, error) {
	corpus, err := load(o.data)
	if err != nil {
		return nil, err
	}
	scratch, err := os.MkdirTemp("", "sweep-peers-")
	if err != nil {
		return nil, err
	}
	b := &bench{scale: o.scale, corpus: corpus, scratch: scratch, ours: map[string]*peer{}, messages: messages}
	if err := b.startOurs(ctx, o.data); err != nil {
		b.close()
		return nil, err
	}
	b.startTorch(ctx, o.python)
	return b, nil
}

// startOurs starts a peer for each tier. A process asked for a tier that the machine lacks says it runs on another.
func (b *bench) startOurs(ctx context.Context, folder string) error {
	for _, tier := range tiers {
		p, err := startOurs(ctx, tier, folder)
		if err != nil {
			return err
		}
		if p.Is != tier {
			p.close()
			continue
		}
		b.ours[tier] = p
	}
	return nil
}

func (b *bench) startTorch(ctx context.Context, python string) {
	if python == "" {
		b.noTorch = "not asked for"
		return
	}
	var err error
	if b.torch, err = startTorch(ctx, python, b.scratch, b.corpus); err != nil {
		b.noTorch = err.Error() + "; on Debian: apt-get install python3-torch libopenblas0-pthread"
	}
}

func (b *bench) close() {
	for _, p := range b.ours {
		p.close()
	}
	if b.torch != nil {
		b.torch.close()
	}
	os.RemoveAll(b.scratch)
}

// results is everything a run found, as results.json has it.
type results struct {
	Machine     machine      `json:"machine"`
	Comparisons []comparison `json:"comparisons"`
	Growth      []growth     `json:"growth"`
}

// machine says what was measured on, and how busy it was: the load average is of the last minute, in processes that
// wanted a core.
type machine struct {
	CPU        string    `json:"cpu"`
	Cores      int       `json:"cores"`
	Go         string    `json:"go"`
	Kernel     string    `json:"kernel"`
	PyTorch    string    `json:"pytorch"`
	BLAS       string    `json:"blas,omitzero"`    // that PyTorch multiplies with
	Caution    string    `json:"caution,omitzero"` // why the ratios should not be quoted
	Began      time.Time `json:"began"`
	LoadBefore string    `json:"load_average_before"`
	LoadAfter  string    `json:"load_average_after"`
	Rounds     int       `json:"rounds"`
	Seconds    float64   `json:"seconds_a_round"`
	Trained    string    `json:"trained_on"`
}

func (b *bench) machine() machine {
	m := machine{
		CPU:        cpuid.CPU.BrandName,
		Cores:      runtime.GOMAXPROCS(0),
		Go:         runtime.Version(),
		Kernel:     kernel.Tier(),
		PyTorch:    "no PyTorch: " + b.noTorch,
		Began:      time.Now().UTC().Truncate(time.Second),
		LoadBefore: loadAverage(),
		Rounds:     b.rounds,
		Seconds:    b.seconds,
		Trained:    fmt.Sprintf("%d names of %d classes, %s", b.corpus.Train.Len(), len(b.corpus.Classes), b.corpus.Source),
	}
	if b.torch != nil {
		is := b.torch.installed.greeting
		m.PyTorch, m.BLAS, m.Caution = is.Is, is.BLAS, slowBLAS(is.BLAS)
	}
	return m
}

func loadAverage() string {
	line, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	first, _, _ := strings.Cut(string(line), " ")
	return first
}

// measure answers every question, one after the other.
func (b *bench) measure(ctx context.Context) (results, error) {
	r := results{Machine: b.machine()}
	var err error
	if r.Comparisons, err = b.compare(); err != nil {
		return r, err
	}
	for _, question := range []func(context.Context) (growth, error){b.byHiddenSize, b.byLetters, b.byWorkers} {
		g, err := question(ctx)
		if err != nil {
			return r, err
		}
		r.Growth = append(r.Growth, g)
	}
	r.Machine.LoadAfter = loadAverage()
	return r, nil
}

// eachRound runs one round after another and says where it is.
func (b *bench) eachRound(what string, round func() error) error {
	for n := range b.rounds {
		fmt.Fprintf(b.messages, "%s: round %d of %d\n", what, n+1, b.rounds)
		if err := round(); err != nil {
			return err
		}
	}
	return nil
}
