// Package kernel holds the vector arithmetic that training a small recurrent
// network spends its time in: products of a matrix and a vector, rank-k
// updates, activations, gates, softmax with its loss, and optimizer steps,
// all on float32.
//
// # Shapes
//
// One legend serves the whole package:
//
//	T  letters of a name          H  hidden size
//	G  gate width (H for an Elman cell, 3H for GRU, 4H for LSTM)
//	K  classes                    B  names in a batch
//
// Matrices are row-major with a row stride ld, at least the number of columns,
// counted in elements. Vectors have unit stride. What is written comes first.
// Slices may start anywhere and strides may be any, but rows that start on a
// cache line, in a block from [Aligned] with strides that are multiples of 16,
// are up to twice as fast where they are short. Unless a function says otherwise its arguments must not overlap, except that an
// elementwise function may write over one of its inputs exactly.
//
// With weights kept as [inputs, outputs], one recurrent layer is
//
//	forward    y += xᵀ·W      [GemvT]   a batch: [Gemm]
//	backward   dx += W·dy     [Gemv]    a batch: [GemmNT]
//	update     W += XᵀY       [RankK]   over the T steps of a name at once
//
// # One answer
//
// Every element of every result has one order of accumulation, given with the
// function, that depends on the shape alone: not on the vector width, not on
// alignment, not on the place in the matrix. Multiply-adds round once. So the
// AVX-512, the AVX2 and the plain Go implementations return the same bits, and
// a run recorded on one machine is reproduced on another. Only the sign and
// payload of a NaN are left open.
//
// # Tiers
//
// The widest implementation the CPU can run is chosen when the program starts;
// [Tier] names it. The environment variable SWEEP_KERNEL (avx512, avx2 or
// generic) chooses another, for tests and bug reports; [Check] says when that
// request cannot be met.
//
// # Errors
//
// A wrong length or stride is a mistake of the caller and panics with a
// constant that starts with "kernel: ". Numbers never panic: NaN and infinities
// flow through as IEEE 754 has them.
package kernel
