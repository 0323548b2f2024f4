package rnn

import (
	"math/rand/v2"

	"sweep/rnn/kernel"
)

// pass is one goroutine's room for running a network over batches, forward and back. It reads the weights it was made
// with and never changes them.
type pass struct {
	batch   batch
	shape   shape
	weights *weights
	layers  []layer
	dropout dropout
	hiding  dropout // of letters

	feature, dfeature []float32 // [B, D·H] the states after the last letter, and their gradient
	featureMask       []float32 // [B, D·H]
	logits            []float32 // [B, K]
	dlogits           []float32 // [B, K]
}

// newPass returns a pass over the network c describes. It drops units, as training does, if rng is not nil.
func newPass(c Config, s shape, w *weights, rng *rand.Rand) *pass {
	p := &pass{shape: s, weights: w, dropout: dropout{c.Dropout, rng}, hiding: dropout{c.LetterDropout, rng}}
	for range s.layers {
		var next layer
		for range s.directions {
			next.units = append(next.units, &unit{trace: trace{shape: s}, arithmetic: newCell(c)})
		}
		p.layers = append(p.layers, next)
	}
	return p
}

// forward fills logits for the names of the batch, in its order of slots.
func (p *pass) forward() {
	s := p.shape
	skip := 0
	if s.joined {
		skip = 1 // the last letter goes to the readout alone
	}
	p.batch.pack(skip, p.hiding)
	p.readLetters()
	for i := range p.layers {
		if i > 0 {
			p.layers[i].read(&p.layers[i-1], &p.batch, p.dropout)
		}
		for d, u := range p.layers[i].units {
			u.forward(&p.weights.units[i][d], &p.batch)
		}
	}
	p.gather()
	p.readOut()
}

// readLetters gives the first layer the letters, one-hot or embedded.
func (p *pass) readLetters() {
	e := padded(p.shape.embedding)
	for d, u := range p.layers[0].units {
		u.letters = p.batch.letters
		if d == 1 {
			u.letters = p.batch.turned
		}
		if e == 0 {
			continue
		}
		grow(&u.x, len(u.letters)*e)
		for row, letter := range u.letters {
			if letter == hiddenLetter {
				clear(rows(u.x, row, row+1, e))
				continue
			}
			copy(rows(u.x, row, row+1, e), rows(p.weights.embedding, int(letter), int(letter)+1, e))
		}
	}
}

// gather collects the state of each direction after the last letter it reads: zero for a name without any.
func (p *pass) gather() {
	h, width := p.shape.width, p.shape.feature()
	clear(grow(&p.feature, p.batch.size()*width))
	for d, u := range p.top().units {
		for slot, row := range p.batch.last {
			if row >= 0 {
				copy(p.feature[slot*width+d*h:], rows(u.state, row, row+1, h))
			}
		}
	}
	p.dropout.apply(p.feature, &p.featureMask, p.shape)
}

func (p *pass) top() *layer { return &p.layers[len(p.layers)-1] }

// readOut writes logits = Wo·h + b, where the tutorial's network adds a row of Wo for the last letter.
func (p *pass) readOut() {
	k, width := p.shape.logits, p.shape.feature()
	w, n := &p.weights.output, p.batch.size()
	repeat(grow(&p.logits, n*k), w.bias)
	if w.letters != nil {
		for slot, name := range p.batch.names {
			if last := name[len(name)-1]; last != hiddenLetter {
				kernel.Axpy(rows(p.logits, slot, slot+1, k), 1, rows(w.letters, int(last), int(last)+1, k))
			}
		}
	}
	multiply(p.logits, k, p.feature, width, w.hidden, k, n, k, width, false)
}

// backward takes dlogits down to the pre-activations of every unit.
func (p *pass) backward() {
	s := p.shape
	n := p.batch.size()
	clear(grow(&p.dfeature, n*s.feature()))
	multiplyBack(p.dfeature, s.feature(), p.dlogits, s.logits, p.weights.output.hidden, s.logits, n, s.feature(), s.logits, false)
	p.dropout.back(p.dfeature, p.featureMask)
	p.scatter()
	for i := len(p.layers) - 1; i >= 0; i-- {
		for d, u := range p.layers[i].units {
			u.backward(&p.weights.units[i][d], &p.batch)
			if u.x != nil {
				u.backwardInput(&p.weights.units[i][d])
			}
		}
		if i > 0 {
			p.layers[i].give(&p.layers[i-1], &p.batch, p.dropout)
		}
	}
}

// scatter is the way back of gather.
func (p *pass) scatter() {
	h, width := p.shape.width, p.shape.feature()
	for d, u := range p.top().units {
		clear(u.dstate)
		for slot, row := range p.batch.last {
			if row >= 0 {
				copy(rows(u.dstate, row, row+1, h), p.dfeature[slot*width+d*h:])
			}
		}
	}
}

// accumulate adds the gradient of every weight to dw, in the state backward left.
func (p *pass) accumulate(dw *weights) {
	for i := range p.layers {
		for d, u := range p.layers[i].units {
			u.accumulate(&dw.units[i][d], &p.batch)
		}
	}
	p.accumulateEmbedding(dw)
	p.accumulateOutput(&dw.output)
}

func (p *pass) accumulateEmbedding(dw *weights) {
	e := padded(p.shape.embedding)
	if e == 0 {
		return
	}
	for _, u := range p.layers[0].units {
		for row, letter := range u.letters {
			if letter == hiddenLetter {
				continue
			}
			kernel.Axpy(rows(dw.embedding, int(letter), int(letter)+1, e), 1, rows(u.dx, row, row+1, e))
		}
	}
}

func (p *pass) accumulateOutput(dw *outputWeights) {
	k, width, n := p.shape.logits, p.shape.feature(), p.batch.size()
	if dw.letters != nil {
		for slot, name := range p.batch.names {
			if last := name[len(name)-1]; last != hiddenLetter {
				kernel.Axpy(rows(dw.letters, int(last), int(last)+1, k), 1, rows(p.dlogits, slot, slot+1, k))
			}
		}
	}
	kernel.RankK(dw.hidden, k, width, k, p.feature, width, p.dlogits, k, n)
	for slot := range n {
		kernel.Axpy(dw.bias, 1, rows(p.dlogits, slot, slot+1, k))
	}
}
