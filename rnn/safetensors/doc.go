// Package safetensors reads and writes tensors of float32 in the safetensors
// format (https://huggingface.co/docs/safetensors): eight bytes of length, a
// JSON header that gives every tensor's type, shape and place, and the data,
// little-endian, without gaps.
//
// [File.Encode] returns the same bytes for the same file. [Decode] is meant for
// files from anywhere: it takes nothing on trust, allocates no more than the
// file is long, and refuses whatever the format forbids, each with one sentence.
package safetensors
