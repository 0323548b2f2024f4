package data

import "math/rand/v2"

// Example is one name with its class.
type Example struct {
	Name    string  // folded
	Letters []uint8 // [T] positions in Alphabet, see Encode
	Class   int     // index into Corpus.Classes
}

// Set is a fixed list of examples that can be drawn from with every class
// equally likely. It is safe for use by many goroutines as long as nobody
// changes the examples.
type Set struct {
	Examples []Example

	counts []int   // examples of each class
	drawn  [][]int // for every class that has any, the indices of its examples
}

// NewSet returns the set of the given examples, which it keeps, under the given
// number of classes. A class may be without examples; [Set.Draw] then passes
// over it. NewSet panics if an example's class is outside [0, classes).
func NewSet(examples []Example, classes int) *Set {
	members := make([][]int, classes)
	for i, e := range examples {
		if e.Class < 0 || e.Class >= classes {
			panic("data: NewSet with a class out of range")
		}
		members[e.Class] = append(members[e.Class], i)
	}
	s := &Set{Examples: examples, counts: make([]int, classes)}
	for class, indices := range members {
		s.counts[class] = len(indices)
		if len(indices) > 0 {
			s.drawn = append(s.drawn, indices)
		}
	}
	return s
}

// Len returns the number of examples.
func (s *Set) Len() int { return len(s.Examples) }

// ClassCounts returns how many examples each class has. The slice is the
// caller's.
func (s *Set) ClassCounts() []int {
	return append([]int(nil), s.counts...)
}

// Draw returns the index of an example, drawn as the tutorial does: first a
// class, all equally likely, then one of its examples, all equally likely. It
// uses no randomness but rng's and allocates nothing. Draw panics if the set is
// empty.
func (s *Set) Draw(rng *rand.Rand) int {
	if len(s.drawn) == 0 {
		panic("data: Draw from an empty set")
	}
	members := s.drawn[rng.IntN(len(s.drawn))]
	return members[rng.IntN(len(members))]
}
