// Package onnx writes models in the Open Neural Network Exchange format
// (https://onnx.ai), as much of it as recurrent networks need: a graph of named
// operators over tensors of float32 and int64, with its weights inside.
//
// The format is protocol buffers; [Model.Encode] writes the messages of
// onnx.proto (IR version 8, operator set 17) directly. Equal models give equal
// bytes. What an operator means, https://onnx.ai/onnx/operators says.
package onnx
