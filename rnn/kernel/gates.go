package kernel

// GRU takes one step of gated recurrent units, for B rows at once:
//
//	r = σ(input_r + hidden_r)
//	z = σ(input_z + hidden_z)
//	n = tanh(input_n + r·hidden_n)
//	next = (1−z)·n + z·prev
//
// in PyTorch's order r, z, n. B is len(next)/H.
//
//	next    [B,H]   the new hidden state
//	gates   [B,3H]  r, z, n, written for [GRUGrad]
//	input   [B,3H]  W_i·x + b_i
//	hidden  [B,3H]  W_h·prev + b_h
//	prev    [B,H]   the hidden state before
//
// gates may be input; next may be prev where the gradient is not wanted. It
// panics if the lengths do not fit.
func GRU(h int, next, gates, input, hidden, prev []float32) {
	rows := checkRows(h, next)
	checkWidth(rows*3*h, gates, input, hidden)
	checkWidth(rows*h, prev)
	for b := range rows {
		s, g := b*h, 3*b*h
		active.gru(next[s:s+h], gates[g:g+3*h], input[g:g+3*h], hidden[g:g+3*h], prev[s:s+h])
	}
}

// GRUGrad goes backward through [GRU]. Shapes are those of GRU.
//
//	dinput   [B,3H]  gradient of input
//	dhidden  [B,3H]  gradient of hidden
//	dprev    [B,H]   gradient of prev along the direct path, dnext·z; what
//	                 passes through hidden is W_h·dhidden
//	dnext    [B,H]   gradient of next
//
// dhidden may be hidden; dprev may be dnext. It panics if the lengths do not
// fit.
func GRUGrad(h int, dinput, dhidden, dprev, dnext, gates, hidden, prev []float32) {
	rows := checkRows(h, dprev)
	checkWidth(rows*3*h, dinput, dhidden, gates, hidden)
	checkWidth(rows*h, dnext, prev)
	for b := range rows {
		s, g := b*h, 3*b*h
		active.gruGrad(dinput[g:g+3*h], dhidden[g:g+3*h], dprev[s:s+h], dnext[s:s+h],
			gates[g:g+3*h], hidden[g:g+3*h], prev[s:s+h])
	}
}

// LSTM takes one step of long short-term memory, for B rows at once:
//
//	i, f, o = σ(pre_i), σ(pre_f), σ(pre_o)    g = tanh(pre_g)
//	cell = f·prev + i·g
//	next = o·tanh(cell)
//
// in PyTorch's order i, f, g, o. B is len(next)/H.
//
//	next      [B,H]   the new hidden state
//	cell      [B,H]   the new cell state
//	squashed  [B,H]   tanh(cell), written for [LSTMGrad]
//	gates     [B,4H]  i, f, g, o, written for [LSTMGrad]
//	pre       [B,4H]  W_i·x + b_i + W_h·h + b_h
//	prev      [B,H]   the cell state before
//
// gates may be pre; cell may be prev where the gradient is not wanted. It
// panics if the lengths do not fit.
func LSTM(h int, next, cell, squashed, gates, pre, prev []float32) {
	rows := checkRows(h, next)
	checkWidth(rows*4*h, gates, pre)
	checkWidth(rows*h, cell, squashed, prev)
	for b := range rows {
		s, g := b*h, 4*b*h
		active.lstm(next[s:s+h], cell[s:s+h], squashed[s:s+h], gates[g:g+4*h], pre[g:g+4*h], prev[s:s+h])
	}
}

// LSTMGrad goes backward through [LSTM]. Shapes are those of LSTM.
//
//	dpre   [B,4H]  gradient of pre
//	dprev  [B,H]   gradient of prev
//	dnext  [B,H]   gradient of next
//	dcell  [B,H]   gradient of cell from the step after, zero at the last
//
// dpre may be gates; dprev may be dcell. It panics if the lengths do not fit.
func LSTMGrad(h int, dpre, dprev, dnext, dcell, gates, squashed, prev []float32) {
	rows := checkRows(h, dprev)
	checkWidth(rows*4*h, dpre, gates)
	checkWidth(rows*h, dnext, dcell, squashed, prev)
	for b := range rows {
		s, g := b*h, 4*b*h
		active.lstmGrad(dpre[g:g+4*h], dprev[s:s+h], dnext[s:s+h], dcell[s:s+h],
			gates[g:g+4*h], squashed[s:s+h], prev[s:s+h])
	}
}

// checkRows returns how many rows of h elements x has.
func checkRows(h int, x []float32) int {
	if h <= 0 || len(x)%h != 0 {
		panic(badRows)
	}
	return len(x) / h
}

// checkWidth panics unless every slice has n elements.
func checkWidth(n int, slices ...[]float32) {
	for _, s := range slices {
		if len(s) != n {
			panic(badLength)
		}
	}
}
