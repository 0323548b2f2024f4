// Command sweep trains the runs of a sweep, records them in results.db, and
// reports, compares and predicts from what is there.
package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"

	"github.com/alecthomas/kong"
	"golang.org/x/term"

	"sweep/rnn/kernel"
)

// Exit statuses, as the README promises them.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitInterrupted = 130 // 128 + SIGINT, as shells report it
)

// cli is the command line; each field is a subcommand in a file of its name.
type cli struct {
	Version versionFlag `help:"Print the program's revision and the vector instructions it uses."`

	Run       runCommand       `cmd:"" help:"Train what is missing of a sweep."`
	Report    reportCommand    `cmd:"" help:"Write the report of a sweep: a page and its plots."`
	Predict   predictCommand   `cmd:"" help:"Classify names with a trained model."`
	Sweeps    sweepsCommand    `cmd:"" help:"List the sweeps that can be run."`
	List      listCommand      `cmd:"" help:"List the runs in the ledger."`
	Show      showCommand      `cmd:"" help:"Show one run with its curve."`
	Compare   compareCommand   `cmd:"" help:"Compare runs, or configurations over their seeds."`
	Top       topCommand       `cmd:"" help:"Show a sweep's leaderboard and its verdict."`
	Query     queryCommand     `cmd:"" help:"Ask the ledger in SQL."`
	Export    exportCommand    `cmd:"" help:"Write runs or curves for other tools."`
	Diff      diffCommand      `cmd:"" help:"Compare two ledgers on everything that must not differ."`
	Reproduce reproduceCommand `cmd:"" help:"Train a run again and compare it bit by bit."`
	Retry     retryCommand     `cmd:"" help:"Let failed runs be trained again."`
	Rm        rmCommand        `cmd:"" help:"Remove a run or a sweep from the ledger."`
	Note      noteCommand      `cmd:"" help:"Write a note on a run."`
	Tag       tagCommand       `cmd:"" help:"Tag a run."`
}

// program is the command with its surroundings, so that tests can build one.
type program struct {
	stdin          io.Reader
	stdout, stderr io.Writer
}

func main() {
	p := &program{stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr}
	os.Exit(p.run(os.Args[1:]))
}

// run executes one command line and returns the exit status.
func (p *program) run(args []string) int {
	ctx, stop := interruptible(context.Background())
	defer stop()
	exited := -1
	parser, err := kong.New(&cli{},
		kong.Name("sweep"),
		kong.Description("A hyperparameter sweep written in Go: trained on every core, recorded in SQLite, the best model kept.\n\nExample: sweep run default && sweep report && sweep predict --best Albert"),
		kong.Vars{"cpus": strconv.Itoa(runtime.GOMAXPROCS(0))},
		kong.Writers(p.stdout, p.stderr),
		kong.Exit(func(status int) { exited = status }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(p),
	)
	if err != nil {
		panic("sweep: command line is malformed: " + err.Error())
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	command, err := parser.Parse(args)
	switch {
	case exited >= 0: // --help was answered
		return exited
	case err != nil:
		return p.fail(usage(err))
	}
	if err := kernel.Check(); err != nil {
		return p.fail(usage(err))
	}
	return p.fail(command.Run())
}

// interruptible is a context that the first SIGINT or SIGTERM cancels; the
// second ends the process at once. Both leave a ledger that resumes.
func interruptible(parent context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(parent)
	signal.Ignore(syscall.SIGXFSZ) // a file at its limit is an error to report, not the end of the process
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		if _, ok := <-signals; !ok {
			return
		}
		cancel(errInterrupted)
		if _, ok := <-signals; ok {
			os.Exit(exitInterrupted)
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		close(signals)
		cancel(nil)
	}
}

// isTerminal reports whether a stream is a terminal a person looks at.
func isTerminal(stream any) bool {
	file, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// commandLine is how this process was started, for provenance and for telling
// how to go on.
func commandLine() string {
	return quoteCommand(append([]string{filepath.Base(os.Args[0])}, os.Args[1:]...))
}

var errInterrupted = errors.New("interrupted")
