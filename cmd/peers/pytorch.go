package main

import (
	"context"
	_ "embed"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sweep/data"
)

//go:embed pytorch.py
var torchScript []byte

// torch is PyTorch's side: one process as users have it, one that is given more than they know to ask for.
type torch struct {
	installed *peer
	tuned     *peer // see keepMemory
}

// startTorch starts PyTorch in scratch, an empty folder, on the names that ours trains on.
func startTorch(ctx context.Context, python, scratch string, corpus *data.Corpus) (*torch, error) {
	script, names := filepath.Join(scratch, "pytorch.py"), filepath.Join(scratch, "names")
	if err := os.WriteFile(script, torchScript, 0o600); err != nil {
		return nil, err
	}
	if err := writeNames(names, corpus); err != nil {
		return nil, err
	}
	start := func(environment []string) (*peer, error) {
		return startPeer(ctx, environment, python, script, names, data.Alphabet)
	}
	installed, err := start(oneThread())
	if err != nil {
		return nil, err
	}
	tuned, err := start(append(oneThread(), keepMemory...))
	if err != nil {
		installed.close()
		return nil, err
	}
	return &torch{installed, tuned}, nil
}

func (t *torch) close() {
	t.installed.close()
	t.tuned.close()
}

// writeNames writes the training split, folded, as one <Class>.txt a class.
func writeNames(folder string, corpus *data.Corpus) error {
	if err := os.Mkdir(folder, 0o700); err != nil {
		return err
	}
	lines := make([]strings.Builder, len(corpus.Classes))
	for _, e := range corpus.Train.Examples {
		lines[e.Class].WriteString(e.Name + "\n")
	}
	for class, name := range corpus.Classes {
		if err := os.WriteFile(filepath.Join(folder, name+".txt"), []byte(lines[class].String()), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// oneThread is our environment with one thread for OpenBLAS, on the processor that it finds itself.
func oneThread() []string {
	untuned := slices.DeleteFunc(os.Environ(), func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		return name == "OPENBLAS_CORETYPE" || name == "OPENBLAS_L2_SIZE"
	})
	return append(untuned, "OPENBLAS_NUM_THREADS=1", "OMP_NUM_THREADS=1")
}

// keepMemory has glibc's allocator keep what it has. Left to itself it gives large tensors back to the system after each
// batch and takes them anew, page by page; where a page fault is dear, as in a sandbox, most of the time goes there.
var keepMemory = []string{
	"MALLOC_TOP_PAD_=100000000", "MALLOC_MMAP_THRESHOLD_=1000000000", "MALLOC_TRIM_THRESHOLD_=10000000000",
}

// slowBLAS says so if PyTorch multiplies with netlib's reference library, which Debian installs unless there is another,
// and which is several times slower on batches than what PyTorch is usually run with.
func slowBLAS(library string) string {
	if !strings.Contains(library, "/blas/libblas.so") {
		return ""
	}
	return "PyTorch multiplies with the reference BLAS, which is slow: install libopenblas0-pthread before quoting these ratios"
}
