package rnn

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc64"
	"math"
	"math/rand/v2"
)

// A snapshot is, little-endian,
//
//	magic     8 bytes
//	version   uint32
//	step      uint64     iterations done
//	identity  32 bytes   SHA-256 of what the run is, see [training.identity]
//	state                sums and the best point
//	streams   3 × 20     PCG states, as MarshalBinary writes them
//	blocks               parameters, best parameters, the optimizer's memory, float32
//	checksum  uint64     CRC-64/ECMA of all before
//
// Everything in it has a size that follows from the configuration, so its length is part of its check.
const (
	snapshotMagic   = "SWEEPRNN"
	snapshotVersion = 1
	snapshotHeader  = len(snapshotMagic) + 4 + 8 + sha256.Size
	checksumSize    = 8
)

// ErrSnapshot is what every error about a snapshot wraps: it was cut or changed, it is of another version, or it belongs
// to another run. The remedy is always the same, to start over.
var ErrSnapshot = errors.New("snapshot cannot be used")

var checksums = crc64.MakeTable(crc64.ECMA)

// SnapshotStep returns how many iterations a snapshot has behind it. The error is [ErrSnapshot] unless checksum and
// version are right; whether it fits a run only that run can tell.
func SnapshotStep(b []byte) (int, error) {
	if len(b) < snapshotHeader+checksumSize || string(b[:len(snapshotMagic)]) != snapshotMagic {
		return 0, fmt.Errorf("%w: it is cut short or no snapshot", ErrSnapshot)
	}
	body, sum := b[:len(b)-checksumSize], b[len(b)-checksumSize:]
	if crc64.Checksum(body, checksums) != binary.LittleEndian.Uint64(sum) {
		return 0, fmt.Errorf("%w: its checksum is wrong", ErrSnapshot)
	}
	header := b[len(snapshotMagic):]
	if v := binary.LittleEndian.Uint32(header); v != snapshotVersion {
		return 0, fmt.Errorf("%w: it has version %d, this program reads %d", ErrSnapshot, v, snapshotVersion)
	}
	step := binary.LittleEndian.Uint64(header[4:])
	if step > maxIterations {
		return 0, fmt.Errorf("%w: it claims %d iterations", ErrSnapshot, step)
	}
	return int(step), nil
}

// identity is a hash of everything that makes this run what it is. A snapshot of another is refused.
func (t *training) identity() [sha256.Size]byte {
	form, err := json.Marshal(struct {
		Config    Config
		Seed      uint64
		Data      string
		Selection Selection
	}{t.config, t.seed, t.corpus.SHA256, t.selection})
	if err != nil {
		panic("rnn: a resolved configuration is not JSON")
	}
	return sha256.Sum256(form)
}

// blocks are the float32 state of a run, in the order of a snapshot.
func (t *training) blocks() [][]float32 {
	blocks := [][]float32{t.model.params, t.best}
	if t.optimizer != nil {
		blocks = append(blocks, t.optimizer.memory()...)
	}
	return blocks
}

// small is the state of a run beside blocks and streams, as fixed-size fields.
type small struct {
	Sum, TrainLoss, ValLoss, ValAccuracy, ValBalancedAccuracy float64
	Since, BestStep, Stale                                    int64
}

// snapshot encodes the run as it stands.
func (t *training) snapshot() []byte {
	size := snapshotHeader + binary.Size(small{}) + checksumSize + 60
	for _, block := range t.blocks() {
		size += 4 * len(block)
	}
	b := append(make([]byte, 0, size), snapshotMagic...)
	b = binary.LittleEndian.AppendUint32(b, snapshotVersion)
	b = binary.LittleEndian.AppendUint64(b, uint64(t.state.step))
	identity := t.identity()
	b = append(b, identity[:]...)
	b = t.state.append(b)
	for _, stream := range t.streams.all() {
		b = appendStream(b, stream)
	}
	for _, block := range t.blocks() {
		b = appendFloats(b, block)
	}
	return binary.LittleEndian.AppendUint64(b, crc64.Checksum(b, checksums))
}

func (s streams) all() []*rand.PCG { return []*rand.PCG{s.order, s.dropout, s.sample} }

func (s *state) append(b []byte) []byte {
	p := s.best
	b, err := binary.Append(b, binary.LittleEndian, small{
		s.sum, p.TrainLoss, p.ValLoss, p.ValAccuracy, p.ValBalancedAccuracy, int64(s.since), int64(p.Step), int64(s.stale)})
	if err != nil {
		panic("rnn: snapshot state is of fixed size")
	}
	return b
}

func appendStream(b []byte, stream *rand.PCG) []byte {
	b, err := stream.AppendBinary(b)
	if err != nil {
		panic("rnn: a PCG always encodes")
	}
	return b
}

func appendFloats(b []byte, values []float32) []byte {
	for _, v := range values {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	return b
}

// restore makes the run stand where a snapshot of it was taken. After an error the run is not fit for use.
func (t *training) restore(b []byte) error {
	step, err := SnapshotStep(b)
	if err != nil {
		return err
	}
	identity := t.identity()
	if !bytes.Equal(b[snapshotHeader-sha256.Size:snapshotHeader], identity[:]) {
		return fmt.Errorf("%w: it belongs to another configuration, seed, corpus or selection", ErrSnapshot)
	}
	rest := b[snapshotHeader : len(b)-checksumSize]
	for _, part := range []func([]byte) ([]byte, error){t.restoreState, t.restoreStreams, t.restoreBlocks} {
		if rest, err = part(rest); err != nil {
			return fmt.Errorf("%w: %w", ErrSnapshot, err)
		}
	}
	if len(rest) > 0 {
		return fmt.Errorf("%w: %d bytes too many", ErrSnapshot, len(rest))
	}
	t.state.step = step
	return t.state.check(t.iterations)
}

var errShort = errors.New("it is cut short")

func (t *training) restoreState(b []byte) ([]byte, error) {
	var s small
	n, err := binary.Decode(b, binary.LittleEndian, &s)
	if err != nil {
		return nil, errShort
	}
	t.state = state{
		sum: s.Sum, since: int(s.Since), stale: int(s.Stale),
		best: Point{int(s.BestStep), s.TrainLoss, s.ValLoss, s.ValAccuracy, s.ValBalancedAccuracy},
	}
	return b[n:], nil
}

// check refuses a state that no run can be in, whatever its checksum says.
func (s *state) check(iterations int) error {
	if s.step > iterations || s.since < 0 || s.since > s.step || s.stale < 0 || s.best.Step < 0 || s.best.Step > s.step {
		return fmt.Errorf("%w: its counts contradict each other", ErrSnapshot)
	}
	return nil
}

func (t *training) restoreStreams(b []byte) ([]byte, error) {
	const size = 20
	for _, stream := range t.streams.all() {
		if len(b) < size {
			return nil, errShort
		}
		if err := stream.UnmarshalBinary(b[:size]); err != nil {
			return nil, err
		}
		b = b[size:]
	}
	return b, nil
}

func (t *training) restoreBlocks(b []byte) ([]byte, error) {
	for _, block := range t.blocks() {
		if len(b) < 4*len(block) {
			return nil, errShort
		}
		for i := range block {
			block[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
		}
		b = b[4*len(block):]
	}
	return b, nil
}
