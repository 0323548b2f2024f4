package rnn

import (
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"
)

// newStream returns the generator a run draws from for one purpose. Streams of different purposes are unrelated, so
// that a new use of chance (dropout, say) never moves the numbers of an old one (the order of the names).
func newStream(seed uint64, purpose string) *rand.PCG {
	key := binary.LittleEndian.AppendUint64([]byte("sweep/rnn "), seed)
	sum := sha256.Sum256(append(key, purpose...))
	return rand.NewPCG(binary.LittleEndian.Uint64(sum[:8]), binary.LittleEndian.Uint64(sum[8:16]))
}
