package store

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// children are what this test binary does instead of testing when it is
// started by a test: things that need a process of their own, to be killed or
// to have other rights.
var children = map[string]func(arguments []string) error{
	"train":  childTrain,
	"hold":   childHold,
	"nobody": childNobody,
	"small":  childSmall,
}

const childVariable = "SWEEP_STORE_TEST_CHILD"

func TestMain(m *testing.M) {
	if name := os.Getenv(childVariable); name != "" {
		if err := children[name](os.Args[1:]); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	flag.Parse()
	limitChecks("25")
	os.Exit(m.Run())
}

// limitChecks sets how many sequences the property tests draw, unless the
// command line does: each opens a ledger several times.
func limitChecks(n string) {
	set := false
	flag.Visit(func(f *flag.Flag) { set = set || f.Name == "rapid.checks" })
	if !set {
		_ = flag.Set("rapid.checks", n)
	}
}

// child is a command that runs one of the children.
func child(t testing.TB, name string, arguments ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	must(t, err)
	c := exec.Command(self, arguments...)
	c.Env = append(os.Environ(), childVariable+"="+name)
	c.Stderr = os.Stderr
	return c
}

// output runs a child to its end and returns what it printed, and whether it
// ended well.
func output(t testing.TB, name string, arguments ...string) (string, bool) {
	t.Helper()
	printed, err := child(t, name, arguments...).Output()
	if _, failed := err.(*exec.ExitError); err != nil && !failed {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(printed)), err == nil
}
