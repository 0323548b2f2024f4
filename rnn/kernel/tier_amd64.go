package kernel

import "golang.org/x/sys/cpu"

//go:generate go run -C gen . -family matrix -out ../matrix_amd64.s -stubs ../matrix_amd64.go -pkg kernel
//go:generate go run -C gen . -family vector -out ../vector_amd64.s -stubs ../vector_amd64.go -pkg kernel

// tiers lists the implementations, the best first.
func tiers() []implementation {
	x86 := cpu.X86
	hasAVX2 := x86.HasAVX2 && x86.HasFMA && x86.HasBMI2
	hasAVX512 := hasAVX2 && x86.HasAVX512F && x86.HasAVX512VL && x86.HasAVX512DQ
	avx2, avx512 := avx2, avx512
	avx2.supported, avx512.supported = hasAVX2, hasAVX512
	return []implementation{avx512, avx2, generic}
}

// avx512 works on vectors of 512 bits with mask registers.
var avx512 = implementation{
	name:  "avx512",
	gemvT: gemvTAVX512, gemv: gemvAVX512, rankK: rankKAVX512, gemm: gemmAVX512, gemmNT: gemmNTAVX512,
	axpy: axpyAVX512, add: addAVX512, scale: scaleAVX512, sumSquares: sumSquaresAVX512,
	tanh: tanhAVX512, sigmoid: sigmoidAVX512, relu: reluAVX512,
	tanhGrad: tanhGradAVX512, sigmoidGrad: sigmoidGradAVX512, reluGrad: reluGradAVX512,
	maximum: maximumAVX512, sumExp: sumExpAVX512, exp: expAVX512, shift: shiftAVX512,
	gru: gruAVX512, gruGrad: gruGradAVX512, lstm: lstmAVX512, lstmGrad: lstmGradAVX512,
	sgd: sgdAVX512, momentum: momentumAVX512, nesterov: nesterovAVX512, adam: adamAVX512,
}

// avx2 works on vectors of 256 bits.
var avx2 = implementation{
	name:  "avx2",
	gemvT: gemvTAVX2, gemv: gemvAVX2, rankK: rankKAVX2, gemm: gemmAVX2, gemmNT: gemmNTAVX2,
	axpy: axpyAVX2, add: addAVX2, scale: scaleAVX2, sumSquares: sumSquaresAVX2,
	tanh: tanhAVX2, sigmoid: sigmoidAVX2, relu: reluAVX2,
	tanhGrad: tanhGradAVX2, sigmoidGrad: sigmoidGradAVX2, reluGrad: reluGradAVX2,
	maximum: maximumAVX2, sumExp: sumExpAVX2, exp: expAVX2, shift: shiftAVX2,
	gru: gruAVX2, gruGrad: gruGradAVX2, lstm: lstmAVX2, lstmGrad: lstmGradAVX2,
	sgd: sgdAVX2, momentum: momentumAVX2, nesterov: nesterovAVX2, adam: adamAVX2,
}
