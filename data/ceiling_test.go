package data_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"sweep/data"
)

// set returns a set of one-letter names: classes[c] lists those of class c.
func set(classes ...string) *data.Set {
	var list []data.Example
	for class, names := range classes {
		for _, name := range names {
			list = append(list, data.Example{Name: string(name), Class: class})
		}
	}
	return data.NewSet(list, len(classes))
}

func TestCeiling(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name               string
		sets               []*data.Set
		accuracy, balanced float64
	}{
		{"no name shared", []*data.Set{set("ab", "cd")}, 1, 1},
		// b is right for one of its classes only; of recalls, it is worth 1/2 to
		// the second class and 1/4 to the first.
		{"one shared", []*data.Set{set("abcd", "be")}, 5.0 / 6, (3.0/4 + 1) / 2},
		{"all shared", []*data.Set{set("ab", "ab", "ab")}, 1.0 / 3, 1.0 / 3},
		{"shared across sets", []*data.Set{set("a", ""), set("b", "a")}, 2.0 / 3, (1.0/2 + 1) / 2},
		{"repeated names weigh more", []*data.Set{set("aaa", "ab")}, 4.0 / 5, 3.0 / 4},
		{"classes without examples", []*data.Set{set("a", "", "b", "")}, 1, 1},
		{"no examples", []*data.Set{set("", "")}, 0, 0},
		{"no sets", nil, 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			accuracy, balanced := data.Ceiling(tt.sets...)
			if math.Abs(accuracy-tt.accuracy) > 1e-12 || math.Abs(balanced-tt.balanced) > 1e-12 {
				t.Errorf("Ceiling = %v, %v, want %v, %v", accuracy, balanced, tt.accuracy, tt.balanced)
			}
		})
	}
}

// No classifier, that is no assignment of names to classes, passes the ceiling,
// and some assignment reaches each half of it.
func TestCeilingIsTheBestOfAllClassifiers(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.StringOfN(rapid.RuneFrom([]rune("abcd")), 1, 6, -1)
		s := set(names.Draw(t, "class 0"), names.Draw(t, "class 1"), names.Draw(t, "class 2"))
		accuracy, balanced := data.Ceiling(s)
		bestAccuracy, bestBalanced := 0.0, 0.0
		for answers := range 3 * 3 * 3 * 3 { // the answer to each of four names, base 3
			a, b := score(s, func(name string) int {
				return answers / []int{1, 3, 9, 27}[name[0]-'a'] % 3
			})
			bestAccuracy, bestBalanced = max(bestAccuracy, a), max(bestBalanced, b)
		}
		if math.Abs(accuracy-bestAccuracy) > 1e-12 || math.Abs(balanced-bestBalanced) > 1e-12 {
			t.Errorf("Ceiling = %v, %v, by trying all %v, %v", accuracy, balanced, bestAccuracy, bestBalanced)
		}
	})
}

// score returns a classifier's accuracy and mean recall.
func score(s *data.Set, classify func(string) int) (accuracy, balanced float64) {
	sizes := s.ClassCounts()
	for _, e := range s.Examples {
		if classify(e.Name) == e.Class {
			accuracy += 1 / float64(s.Len())
			balanced += 1 / float64(sizes[e.Class]*len(sizes))
		}
	}
	return accuracy, balanced
}
