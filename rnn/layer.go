package rnn

import "sweep/rnn/kernel"

// layer is the units of one layer, forwards and, if the network is bidirectional, backwards, and what stands between
// it and the layer below.
type layer struct {
	units []*unit
	mask  []float32 // [R, D·H] of the features read
}

// read gives the layer's units the states of the layer below: both directions side by side, some dropped.
func (l *layer) read(below *layer, b *batch, d dropout) {
	s := below.units[0].shape
	h, width := s.width, s.feature()
	x := grow(&l.units[0].x, b.rows()*width)
	for direction, u := range below.units {
		for row := range b.rows() {
			from := b.mirrored(row, direction)
			copy(x[row*width+direction*h:], rows(u.state, from, from+1, h))
		}
	}
	d.apply(x, &l.mask, s)
	if len(l.units) == 2 {
		turned := grow(&l.units[1].x, len(x))
		for row, opposite := range b.mirror {
			copy(rows(turned, row, row+1, width), rows(x, opposite, opposite+1, width))
		}
	}
}

// give is the way back of read: it writes the gradient of the states of the layer below.
func (l *layer) give(below *layer, b *batch, d dropout) {
	s := below.units[0].shape
	h, width := s.width, s.feature()
	dx := l.units[0].dx
	if len(l.units) == 2 {
		for row, opposite := range b.mirror {
			kernel.Axpy(rows(dx, opposite, opposite+1, width), 1, rows(l.units[1].dx, row, row+1, width))
		}
	}
	d.back(dx, l.mask)
	for direction, u := range below.units {
		for row := range b.rows() {
			to := b.mirrored(row, direction)
			copy(rows(u.dstate, to, to+1, h), dx[row*width+direction*h:])
		}
	}
}

// mirrored returns where a direction keeps the letter that stands at a row: direction 1 reads from the end.
func (b *batch) mirrored(row, direction int) int {
	if direction == 1 {
		return b.mirror[row]
	}
	return row
}
