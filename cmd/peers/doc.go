// Peers measures how fast package rnn trains beside PyTorch, and how the time
// grows with hidden size, name length and workers.
//
//	go run ./cmd/peers -out bench-report
//
// writes the table it prints to bench-report/table.txt, every round of every
// measurement to results.json, and each question's plot as PNG and SVG.
// PyTorch's half needs Debian's python3-torch, or -python and an interpreter
// that can import torch; without it the other half is measured alone.
//
// # What is counted
//
// A rate is names trained a second of processor time on one thread: drawing the
// names, forward, loss, backward and the update. Reading and encoding the
// names, building the network, a warm-up and validation are not counted. Both
// sides train on the same names, class drawn uniformly and then a name of it,
// both by plain gradient descent and with the loss read after every step.
// Processor time is wall time on an idle core; where others use the machine it
// still says what one core does. Each round's wall time is in results.json.
//
// Workers are the exception: whole trainings, validation included, through
// [sweep/experiment.Pool], by the wall, which is what a user waits for.
//
// # How it is kept fair
//
// Each side is a process that trains when asked and sleeps otherwise ([peer]):
// pytorch.py, and this program started again under each kernel tier. Rounds are
// short and alternate, ours, PyTorch's, ours, PyTorch's, so that a ratio is of
// two moments next to each other; the table gives the median of the ratios with
// the least and the most.
//
// Networks are compared with what computes the same: the tutorial's linear cell
// with the tutorial's loop, one Linear a letter; elman tanh, gru and lstm with
// torch.nn.RNN, GRU and LSTM, one name at a time or packed.
//
// PyTorch has one thread and is measured twice: as installed, and tuned, which
// is with glibc's allocator set to keep its memory (keepMemory). That matters the
// more the dearer a page fault is; the plots show PyTorch tuned. Debian's default
// BLAS is netlib's reference library, several times slower on batches than
// OpenBLAS; the table then says what to install before anything is quoted.
package main
