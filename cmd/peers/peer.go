package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

// peer is a process that trains when asked. It speaks lines of JSON: a greeting, then a measurement for each request.
type peer struct {
	greeting
	command *exec.Cmd
	in      io.WriteCloser
	answers *json.Decoder
	stderr  bytes.Buffer
}

type greeting struct {
	Is   string `json:"is"`            // what is measured: a kernel tier, a version of PyTorch
	BLAS string `json:"blas,omitzero"` // the library that PyTorch multiplies with, if it is a separate one
}

// request asks for a round: a warm-up, then at least Seconds of processor time.
type request struct {
	workload
	Seconds float64 `json:"seconds"`
}

// warmUpShare is the warm-up, as part of what is then measured.
const warmUpShare = 0.2

// startPeer starts the command and waits for its greeting. The process ends with ctx or with close.
func startPeer(ctx context.Context, environment []string, program string, args ...string) (*peer, error) {
	p := &peer{command: exec.CommandContext(ctx, program, args...)}
	p.command.Env = environment
	p.command.Stderr = &p.stderr
	in, err := p.command.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := p.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.command.Start(); err != nil {
		return nil, err
	}
	p.in, p.answers = in, json.NewDecoder(out)
	if err := p.answers.Decode(&p.greeting); err != nil {
		return nil, p.failed(err)
	}
	return p, nil
}

// measure has the peer train a workload for some seconds of processor time.
func (p *peer) measure(w workload, seconds float64) (measurement, error) {
	var m measurement
	if err := json.NewEncoder(p.in).Encode(request{w, seconds}); err != nil {
		return m, p.failed(err)
	}
	if err := p.answers.Decode(&m); err != nil {
		return m, p.failed(err)
	}
	return m, nil
}

// failed ends a peer that does not answer. The error is the last thing it said, which of a Python traceback is what
// matters.
func (p *peer) failed(err error) error {
	p.close()
	lines := strings.Split(strings.TrimSpace(p.stderr.String()), "\n")
	if last := lines[len(lines)-1]; last != "" {
		return fmt.Errorf("%s: %s", p.command.Path, last)
	}
	return fmt.Errorf("%s: %w", p.command.Path, err)
}

// close ends the peer: with its input closed it has nothing left to do. How it ends is of no interest any more.
func (p *peer) close() {
	p.in.Close()
	p.command.Wait()
}

const serveCommand = "serve"

// startOurs starts this program again as a peer, on the kernel tier given or, if that is "", the one it chooses.
func startOurs(ctx context.Context, tier, folder string) (*peer, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	environment := os.Environ()
	if tier != "" {
		environment = append(environment, "SWEEP_KERNEL="+tier)
	}
	return startPeer(ctx, environment, program, serveCommand, folder)
}
