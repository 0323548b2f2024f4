package data_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"sweep/data"
)

// examples returns sizes[c] examples of each class c.
func examples(sizes ...int) []data.Example {
	var list []data.Example
	for class, size := range sizes {
		for range size {
			list = append(list, data.Example{Name: "Abe", Letters: data.Encode("Abe"), Class: class})
		}
	}
	return list
}

func TestSetCounts(t *testing.T) {
	t.Parallel()
	s := data.NewSet(examples(3, 0, 2), 3)
	if got, want := s.ClassCounts(), []int{3, 0, 2}; !slices.Equal(got, want) {
		t.Errorf("ClassCounts = %v, want %v", got, want)
	}
	if s.Len() != 5 {
		t.Errorf("Len = %d, want 5", s.Len())
	}
	s.ClassCounts()[0] = 99
	if got := s.ClassCounts()[0]; got != 3 {
		t.Errorf("a caller changed the set's count of class 0 to %d", got)
	}
}

// Every class with examples is drawn equally often, and within it every
// example. The bound is five standard deviations of a binomial count.
func TestDrawIsBalanced(t *testing.T) {
	t.Parallel()
	const draws = 200_000
	s := data.NewSet(examples(1, 0, 4, 20), 4)
	rng := rand.New(rand.NewPCG(1, 2))
	counts := make([]float64, s.Len())
	for range draws {
		counts[s.Draw(rng)]++
	}
	for i, e := range s.Examples {
		p := 1 / float64(3*s.ClassCounts()[e.Class])
		if got := counts[i] / draws; math.Abs(got-p) > 5*math.Sqrt(p*(1-p)/draws) {
			t.Errorf("example %d of class %d drawn with frequency %.5f, want %.5f", i, e.Class, got, p)
		}
	}
}

func TestDrawRepeatsWithTheSameSource(t *testing.T) {
	t.Parallel()
	s := data.Default().Train
	a, b := rand.New(rand.NewPCG(7, 8)), rand.New(rand.NewPCG(7, 8))
	for i := range 1000 {
		if x, y := s.Draw(a), s.Draw(b); x != y {
			t.Fatalf("draw %d is %d and %d from equal sources", i, x, y)
		}
	}
}

// Not parallel: testing.AllocsPerRun counts for the whole process.
func TestDrawAllocatesNothing(t *testing.T) {
	s := data.Default().Train
	rng := rand.New(rand.NewPCG(1, 2))
	if n := testing.AllocsPerRun(1000, func() { s.Draw(rng) }); n != 0 {
		t.Errorf("Draw allocates %v times", n)
	}
}

func TestSetRefusesMisuse(t *testing.T) {
	t.Parallel()
	for name, misuse := range map[string]func(){
		"class too high":         func() { data.NewSet(examples(0, 1), 1) },
		"negative class":         func() { data.NewSet([]data.Example{{Class: -1}}, 1) },
		"draw from an empty set": func() { data.NewSet(nil, 2).Draw(rand.New(rand.NewPCG(1, 2))) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			misuse()
		})
	}
}

func BenchmarkDraw(b *testing.B) {
	s := data.Default().Train
	rng := rand.New(rand.NewPCG(1, 2))
	b.ReportAllocs()
	for b.Loop() {
		s.Draw(rng)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "names/s")
}
