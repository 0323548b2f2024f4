// Package rnn trains small recurrent networks that read a name letter by letter
// and say what class it belongs to, and predicts with them.
//
// [Train] takes a [Config], a seed and a corpus and returns the best model its
// validation passes saw, as the bytes of a checkpoint. [ReadCheckpoint] makes a
// [Model] of such bytes; [Model.Predict] asks it about a text.
//
// # The networks
//
// One legend serves the whole package:
//
//	T  letters of a name      H  hidden size       K  classes
//	B  names in a batch       D  directions        E  embedding size
//	R  rows: the letters of all names of a batch   G  gate width
//
// The default is the network of PyTorch's tutorial "NLP From Scratch:
// Classifying Names with a Character-Level RNN": an Elman cell with no
// squashing function, under the tutorial's names (i2h, i2o),
//
//	h_t = W_i2h [x_t, h_{t-1}] + b        logits = W_i2o [x_T, h_{T-1}] + b
//
// An Elman cell of several layers, two directions or with an embedding, and
// every GRU and LSTM, is torch.nn.RNN, GRU or LSTM under the names PyTorch gives
// its tensors (rnn.weight_ih_l0, ...), read out by a linear layer named out:
// logits = W_out h + b, h the last layer's state after the last letter it read,
// both directions side by side. All are trained on the cross-entropy of the
// class. Several such networks can make one model, an ensemble; their tensors
// are named as in a torch.nn.ModuleList, networks.0.rnn.weight_ih_l0 and so on,
// and the mean of their probabilities is the answer. Forward and backward are
// written out by hand on package kernel.
//
// # How it is laid out
//
// All parameters stand in one flat block ([layout]); matrices are views of it
// ([weights]), so that optimizers, clipping and snapshots are one loop each.
// A [batch] is packed, never padded. A [pass] runs a network over a batch and
// back, an [ensemble] all networks of a model; a [unit] is one direction of one
// layer, a [cell] its arithmetic. With plain gradient descent the backward pass
// scales the gradient by the learning rate at its source and adds it straight to
// the weights, each matrix touched once.
//
// # One answer
//
// Every random number comes from a PCG stream derived from the seed and what it
// is for. Nothing depends on time, scheduling or the number of goroutines: the
// same configuration, seed and corpus give the same bytes, also when a run was
// stopped and went on from a snapshot.
package rnn
