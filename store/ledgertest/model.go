package ledgertest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sweep/experiment"
)

// Crasher is a ledger that can be abandoned as a kill would: what is queued is
// lost, or any first part of it is not.
type Crasher interface {
	Ledger
	Crash()
}

// TestModel draws sequences of what may happen to a ledger, kills among it, and
// compares it with a model in memory. What is queued may be lost in a crash, so
// the model keeps a version for every change since the last flush: one of them
// must be what is found.
func TestModel(t *testing.T, ledger func(t testing.TB) (open func() (Crasher, error))) {
	rapid.Check(t, func(rt *rapid.T) {
		m := newMachine(t, rt, ledger(t))
		defer func() { m.ledger.Close() }()
		rt.Repeat(map[string]func(*rapid.T){
			"begin":    m.begin,
			"report":   m.report,
			"snapshot": m.snapshot,
			"finish":   m.finish,
			"fail":     m.fail,
			"release":  m.release,
			"schedule": m.schedule,
			"flush":    m.flush,
			"close":    m.close,
			"crash":    m.crash,
			"":         func(*rapid.T) {},
		})
		m.flush(rt)
	})
}

// model is what a ledger holds, in the order of its runs.
type model []modelRun

type modelRun struct {
	state    experiment.State
	attempts int
	points   []int // steps
	snapshot int   // its step; 0 is none
	best     int   // step of the outcome; 0 is none
	err      string
}

func (m model) clone() model {
	copied := slices.Clone(m)
	for i := range copied {
		copied[i].points = slices.Clone(copied[i].points)
	}
	return copied
}

// recovered is what a process finds that takes over from one that ended.
func (m model) recovered() model {
	after := m.clone()
	for i := range after {
		if after[i].state == experiment.Running {
			after[i].state = experiment.Waiting
		}
	}
	return after
}

func (m model) String() string {
	var text strings.Builder
	for i, r := range m {
		fmt.Fprintf(&text, "%d: %s after %d attempts, points %v, snapshot %d, best %d, error %q\n",
			i+1, r.state, r.attempts, r.points, r.snapshot, r.best, r.err)
	}
	return text.String()
}

// machine drives a ledger and the model together.
type machine struct {
	b        *bench
	ledger   Crasher
	open     func() (Crasher, error)
	plan     *experiment.Plan
	all      []experiment.Proposal
	runs     []experiment.Record
	now      model
	versions []model // since the last flush, oldest first; the last is now
}

func newMachine(t testing.TB, rt *rapid.T, open func() (Crasher, error)) *machine {
	m := &machine{b: &bench{t: t}, open: open}
	m.plan = m.b.plan()
	m.all = m.b.proposals(m.plan)
	m.reopen(rt)
	m.durable()
	return m
}

func (m *machine) reopen(rt *rapid.T) {
	ledger, err := m.open()
	if err != nil {
		rt.Fatal(err)
	}
	m.ledger, m.b.Ledger = ledger, ledger
	if _, err := ledger.Register(m.b.t.Context(), m.plan, by); err != nil {
		rt.Fatal(err)
	}
}

// durable forgets the versions that can not come back.
func (m *machine) durable() { m.versions = []model{m.now.clone()} }

// change applies one queued operation to both.
func (m *machine) change(rt *rapid.T, err error, apply func()) {
	if err != nil {
		rt.Fatal(err)
	}
	apply()
	m.versions = append(m.versions, m.now.clone())
}

// pick draws a run in one of the states.
func (m *machine) pick(rt *rapid.T, states ...experiment.State) (experiment.Run, *modelRun) {
	var found []int
	for i, r := range m.now {
		if slices.Contains(states, r.state) {
			found = append(found, i)
		}
	}
	if len(found) == 0 {
		rt.Skip("no such run")
	}
	i := rapid.SampledFrom(found).Draw(rt, "run")
	return m.runs[i].Run, &m.now[i]
}

func (m *machine) schedule(rt *rapid.T) {
	if len(m.runs) == len(m.all) {
		rt.Skip("all are scheduled")
	}
	round, err := m.ledger.Schedule(m.b.t.Context(), "default", m.all[:len(m.runs)+1])
	if err != nil {
		rt.Fatal(err)
	}
	m.runs = round
	m.now = append(m.now, modelRun{state: experiment.Waiting})
	m.durable()
}

func (m *machine) begin(rt *rapid.T) {
	run, r := m.pick(rt, experiment.Waiting)
	from := 0
	if r.snapshot > 0 && rapid.Bool().Draw(rt, "resume") {
		from = r.snapshot
	}
	m.change(rt, m.ledger.Begin(run, 0, from), func() {
		r.state, r.err = experiment.Running, ""
		r.attempts++
		r.points = slices.DeleteFunc(r.points, func(step int) bool { return step > from })
		if from == 0 {
			r.snapshot = 0
		}
	})
}

func (m *machine) report(rt *rapid.T) {
	run, r := m.pick(rt, experiment.Running)
	step := 1
	if len(r.points) > 0 {
		step += r.points[len(r.points)-1]
	}
	m.change(rt, m.ledger.Report(run, experiment.Point{Step: step}), func() { r.points = append(r.points, step) })
}

func (m *machine) snapshot(rt *rapid.T) {
	run, r := m.pick(rt, experiment.Running)
	if len(r.points) == 0 {
		rt.Skip("nothing was trained")
	}
	step := r.points[len(r.points)-1]
	m.change(rt, m.ledger.Snapshot(run, step, fmt.Append(nil, step)), func() { r.snapshot = step })
}

func (m *machine) finish(rt *rapid.T) {
	run, r := m.pick(rt, experiment.Running)
	state := rapid.SampledFrom([]experiment.State{experiment.Done, experiment.Diverged}).Draw(rt, "state")
	result, reason, best := outcome(len(r.points)+1), "", len(r.points)+1
	if state == experiment.Diverged {
		result, reason, best = experiment.Outcome{}, "NaN", 0
	}
	m.change(rt, m.ledger.Finish(run, state, result, reason), func() {
		r.state, r.best, r.err, r.snapshot = state, best, reason, 0
	})
}

func (m *machine) fail(rt *rapid.T) {
	run, r := m.pick(rt, experiment.Running)
	retry := rapid.Bool().Draw(rt, "retry")
	m.change(rt, m.ledger.Fail(run, "bad luck", "", retry), func() {
		r.state, r.err, r.points, r.snapshot = experiment.Failed, "bad luck", nil, 0
		if retry {
			r.state = experiment.Waiting
		}
	})
}

func (m *machine) release(rt *rapid.T) {
	run, r := m.pick(rt, experiment.Running)
	m.change(rt, m.ledger.Release(run), func() { r.state = experiment.Waiting })
}

func (m *machine) flush(rt *rapid.T) {
	if err := m.ledger.Flush(m.b.t.Context()); err != nil {
		rt.Fatal(err)
	}
	m.durable()
	if found := m.observe(rt); found.String() != m.now.String() {
		rt.Fatalf("the ledger holds\n%s\nwant\n%s", found, m.now)
	}
}

func (m *machine) close(rt *rapid.T) {
	if err := m.ledger.Close(); err != nil {
		rt.Fatal(err)
	}
	m.now = m.now.recovered()
	m.reopen(rt)
	m.flush(rt)
}

func (m *machine) crash(rt *rapid.T) {
	m.ledger.Crash()
	m.reopen(rt)
	found := m.observe(rt)
	at := slices.IndexFunc(m.versions, func(v model) bool { return v.recovered().String() == found.String() })
	if at < 0 {
		rt.Fatalf("after a crash the ledger holds\n%s\nwhich is none of the %d versions since the flush, the last of which is\n%s",
			found, len(m.versions), m.now)
	}
	m.now = m.versions[at].recovered()
	m.durable()
}

// observe reads the whole ledger.
func (m *machine) observe(rt *rapid.T) model {
	records, err := m.ledger.Records(m.b.t.Context(), "default")
	if err != nil {
		rt.Fatal(err)
	}
	found := make(model, len(records))
	for i, record := range records {
		curve, err := m.ledger.Curve(m.b.t.Context(), record.ID)
		if err != nil {
			rt.Fatal(err)
		}
		r := modelRun{state: record.State, attempts: record.Attempts, best: record.Best.Step, err: record.Error}
		for _, p := range curve {
			r.points = append(r.points, p.Step)
		}
		if _, r.snapshot, err = m.ledger.Resume(m.b.t.Context(), record.Run); err != nil {
			rt.Fatal(err)
		}
		found[i] = r
	}
	return found
}
