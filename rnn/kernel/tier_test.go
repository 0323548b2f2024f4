package kernel

import (
	"strings"
	"testing"
)

func TestChooseTier(t *testing.T) {
	t.Parallel()
	wide := implementation{name: "wide", supported: false}
	middle := implementation{name: "middle", supported: true}
	plain := implementation{name: "plain", supported: true}
	all := []implementation{wide, middle, plain}
	for _, c := range []struct{ asked, want, complaint string }{
		{"", "middle", ""},
		{"middle", "middle", ""},
		{"plain", "plain", ""},
		{"wide", "middle", `SWEEP_KERNEL="wide": this machine has no such kernel; set it to middle or plain, or unset it`},
		{"Wide", "middle", `SWEEP_KERNEL="Wide"`},
	} {
		tier, err := choose(c.asked, all)
		if tier.name != c.want {
			t.Errorf("choose(%q) = %s, want %s", c.asked, tier.name, c.want)
		}
		if (err == nil) != (c.complaint == "") || err != nil && !strings.Contains(err.Error(), c.complaint) {
			t.Errorf("choose(%q): error %v, want %q", c.asked, err, c.complaint)
		}
	}
}

// What a process says it uses is one of the tiers this machine can run.
func TestTierIsSupported(t *testing.T) {
	t.Parallel()
	for _, tier := range tiers() {
		if tier.name == Tier() {
			if !tier.supported {
				t.Errorf("%s is in use and not supported", tier.name)
			}
			return
		}
	}
	t.Errorf("no tier is called %q", Tier())
}
