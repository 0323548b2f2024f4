package data

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"
)

// part is one of the three sets a name can belong to.
type part int

const (
	training part = iota
	validation
	test
	parts // how many there are
)

// String returns the part's name as it stands in messages.
func (p part) String() string {
	return [parts]string{"training", "validation", "test"}[p]
}

// partOf returns the part that a folded name belongs to: the first eight bytes
// of its SHA-256, big-endian, modulo ten; 0 to 7 is training, 8 validation, 9
// test. SHA-256 because names are short and alike, where weaker hashes leave
// the low digits uneven.
//
// Capitals do not count, so that "MacLean" and "Maclean", two names to a model
// that sees case, do not sit on both sides.
func partOf(folded string) part {
	sum := sha256.Sum256([]byte(strings.ToLower(folded)))
	switch binary.BigEndian.Uint64(sum[:8]) % 10 {
	case 8:
		return validation
	case 9:
		return test
	}
	return training
}
