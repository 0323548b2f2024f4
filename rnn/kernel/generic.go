package kernel

// generic is plain Go: what runs where there is no assembly, and the twin that
// the assembly is tested against, bit for bit.
var generic = implementation{
	name: "generic", supported: true,
	gemvT: gemvTGeneric, gemv: gemvGeneric, rankK: rankKGeneric, gemm: gemmGeneric, gemmNT: gemmNTGeneric,
	axpy: axpyGeneric, add: addGeneric, scale: scaleGeneric, sumSquares: sumSquaresGeneric,
	tanh: tanhGeneric, sigmoid: sigmoidGeneric, relu: reluGeneric,
	tanhGrad: tanhGradGeneric, sigmoidGrad: sigmoidGradGeneric, reluGrad: reluGradGeneric,
	maximum: maximumGeneric, sumExp: sumExpGeneric, exp: expGeneric, shift: shiftGeneric,
	gru: gruGeneric, gruGrad: gruGradGeneric, lstm: lstmGeneric, lstmGrad: lstmGradGeneric,
	sgd: sgdGeneric, momentum: momentumGeneric, nesterov: nesterovGeneric, adam: adamGeneric,
}
