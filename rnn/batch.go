package rnn

import "sweep/data"

// batch is names laid out for a network, packed as torch's PackedSequence: the names sorted by length, longest first,
// then the first letter of each, the second letter of each that has one, and so on. There is no padding, so no result
// can depend on it. A place in that order is a row, R in all; a place in the order of names is a slot, B in all.
//
// The zero value is empty and ready. It is used again and again without allocating.
type batch struct {
	names   [][]uint8 // by slot once packed
	classes []int     // by slot once packed
	order   []int     // [B] slot → position in which the name was added

	starts  []int   // [T+1] first row of each step, then R
	last    []int   // [B] row of the last letter, -1 where no letter is packed
	mirror  []int   // [R] the row as far from the name's end as this one from its start
	letters []uint8 // [R]
	turned  []uint8 // [R] letters of the mirrored rows: the names read backwards

	unsortedNames   [][]uint8
	unsortedClasses []int
	shown           [][]uint8 // unsortedNames, or hidden
	hidden          [][]uint8 // unsortedNames with letters hidden
	written         []uint8   // the letters of hidden
	counts          []int
}

// reset empties the batch.
func (b *batch) reset() {
	b.unsortedNames = b.unsortedNames[:0]
	b.unsortedClasses = b.unsortedClasses[:0]
}

// add puts in a name of at least one letter.
func (b *batch) add(letters []uint8, class int) {
	b.unsortedNames = append(b.unsortedNames, letters)
	b.unsortedClasses = append(b.unsortedClasses, class)
}

// hiddenLetter stands in the place of a letter that the network is not shown.
const hiddenLetter = uint8(data.Letters)

// hide shows the names added with every letter hidden with d's probability. Of a name that is not shown whole, a network
// cannot learn by heart what its language is (Dai and Le 2015, arXiv:1511.01432, do so to words of a text).
func (b *batch) hide(d dropout) {
	b.shown = b.unsortedNames
	if d.idle() {
		return
	}
	b.hidden, b.written = b.hidden[:0], b.written[:0]
	for _, name := range b.unsortedNames {
		start := len(b.written)
		for _, letter := range name {
			if d.drops() {
				letter = hiddenLetter
			}
			b.written = append(b.written, letter)
		}
		b.hidden = append(b.hidden, b.written[start:])
	}
	b.shown = b.hidden
}

func (b *batch) size() int { return len(b.unsortedNames) }
func (b *batch) rows() int { return len(b.letters) }

// pack lays out the names, with letters hidden anew, each without its last skip letters.
func (b *batch) pack(skip int, hiding dropout) {
	b.hide(hiding)
	longest := b.count(skip)
	b.sort(skip)
	b.starts = append(b.starts[:0], 0)
	for t, running := 0, b.size(); t < longest; t++ {
		for len(b.names[running-1])-skip <= t {
			running--
		}
		b.starts = append(b.starts, b.starts[t]+running)
	}
	b.fill(skip)
}

// count leaves in counts[n] how many names are longer than n letters, and returns the length of the longest.
func (b *batch) count(skip int) int {
	longest := 0
	for _, name := range b.shown {
		longest = max(longest, len(name)-skip)
	}
	b.counts = resize(b.counts, longest+1)
	clear(b.counts)
	for _, name := range b.shown {
		b.counts[len(name)-skip]++
	}
	longer := 0
	for n := longest; n >= 0; n-- {
		longer, b.counts[n] = longer+b.counts[n], longer
	}
	return longest
}

// sort gives every name its slot: longer names first, names of a length in the order they were added.
func (b *batch) sort(skip int) {
	n := b.size()
	b.names, b.classes, b.order = resize(b.names, n), resize(b.classes, n), resize(b.order, n)
	for i, name := range b.shown {
		slot := b.counts[len(name)-skip]
		b.counts[len(name)-skip]++
		b.names[slot], b.classes[slot], b.order[slot] = name, b.unsortedClasses[i], i
	}
}

// fill writes what is kept by row.
func (b *batch) fill(skip int) {
	r := b.starts[len(b.starts)-1]
	b.letters, b.turned, b.mirror = resize(b.letters, r), resize(b.turned, r), resize(b.mirror, r)
	b.last = resize(b.last, b.size())
	for slot, name := range b.names {
		end := len(name) - skip - 1
		b.last[slot] = -1
		for t := 0; t <= end; t++ {
			row, opposite := b.starts[t]+slot, b.starts[end-t]+slot
			b.letters[row], b.turned[row], b.mirror[row] = name[t], name[end-t], opposite
			b.last[slot] = row
		}
	}
}

// steps is the number of letters of the longest name, as packed.
func (b *batch) steps() int { return len(b.starts) - 1 }

// step returns the rows of step t.
func (b *batch) step(t int) span {
	s := span{lo: b.starts[t], hi: b.starts[t+1], before: -1}
	if t > 0 {
		s.before = b.starts[t-1]
	}
	return s
}

func resize[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n, n+n/2)
	}
	return s[:n]
}
