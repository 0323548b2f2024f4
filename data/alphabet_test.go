package data_test

import (
	"slices"
	"testing"

	"sweep/data"
)

// The positions and the length are the tutorial's: letterToIndex("a") is 0 and
// lineToTensor("Jones") has the shape [5, 1, 57].
func TestPositionsAreTheTutorials(t *testing.T) {
	t.Parallel()
	if data.Letters != 57 {
		t.Errorf("Letters = %d, want 57", data.Letters)
	}
	for letter, want := range map[string]uint8{
		"a": 0, "z": 25, "A": 26, "J": 35, "Z": 51, " ": 52, ".": 53, ",": 54, ";": 55, "'": 56,
	} {
		if got := data.Encode(letter); !slices.Equal(got, []uint8{want}) {
			t.Errorf("Encode(%q) = %v, want [%d]", letter, got, want)
		}
	}
	if got, want := data.Encode("Jones"), []uint8{35, 14, 13, 4, 18}; !slices.Equal(got, want) {
		t.Errorf("Encode(Jones) = %v, want %v", got, want)
	}
}

func TestEncodeRefusesWhatIsNotFolded(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("Encode(Weiß) did not panic")
		}
	}()
	data.Encode("Weiß")
}
