package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/klauspost/cpuid/v2"

	"sweep/experiment"
	"sweep/rnn/kernel"
)

// provenance says what this process is.
func provenance() experiment.Provenance {
	host, _ := os.Hostname() // unknown stays empty
	revision, dirty := revision()
	return experiment.Provenance{
		Revision:  revision,
		Dirty:     dirty,
		GoVersion: runtime.Version(),
		Host:      host,
		CPU:       cpuid.CPU.BrandName,
		Kernel:    kernel.Tier(),
		Command:   commandLine(),
	}
}

// versionFlag answers --version.
type versionFlag bool

// BeforeReset implements kong's hook of that name: it answers before anything
// else of the command line is looked at.
func (versionFlag) BeforeReset(app *kong.Kong, p *program) error {
	name, dirty := revision()
	if dirty {
		name += " (modified)"
	}
	fmt.Fprintf(p.stdout, "sweep %s, %s, kernels %s\n", name, runtime.Version(), kernel.Tier())
	app.Exit(exitDone)
	return nil
}

// revision is the version control revision of the program. Where that does not
// pin the source, in a modified checkout or outside one, a hash of the
// executable stands in, so that two programs never pass for one.
func revision() (name string, dirty bool) {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, setting := range info.Settings {
			switch setting.Key {
			case "vcs.revision":
				name = setting.Value
			case "vcs.modified":
				dirty = setting.Value == "true"
			}
		}
	}
	if name != "" && !dirty {
		return name, false
	}
	return strings.TrimPrefix(name+"+"+executableHash(), "+"), dirty
}

func executableHash() string {
	path, err := os.Executable()
	if err != nil {
		return "unknown"
	}
	file, err := os.Open(path)
	if err != nil {
		return "unknown"
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return "unknown"
	}
	return "program-" + hex.EncodeToString(sum.Sum(nil))[:12]
}
