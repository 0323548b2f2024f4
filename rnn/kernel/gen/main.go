// Command gen writes the assembly of package kernel:
//
//	go run . -family matrix -out ../matrix_amd64.s -stubs ../matrix_amd64.go -pkg kernel
//
// Every kernel is described once and written for two widths, 512 bits with
// masks and 256 bits without. It is a module of its own so that avo is no
// dependency of the program.
package main

import (
	"flag"

	. "github.com/mmcloughlin/avo/build"
)

var family = flag.String("family", "", "kernels to write: matrix, vector or bound")

func main() {
	flag.Parse()
	for _, t := range []target{avx512, avx2} {
		switch *family {
		case "matrix":
			t.gemvT()
			t.gemv()
			t.rankK()
			t.gemm()
			t.gemmNarrow()
			t.gemmNT()
			t.gemmNTPanels()
		case "vector":
			t.vectors()
			t.activations()
			t.reductions()
			t.gates()
			t.optimizers()
		case "bound":
			t.bounds()
		}
	}
	emitConstants()
	emitLaneMasks()
	Generate()
}
