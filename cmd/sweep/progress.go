package main

import (
	"fmt"
	"io"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"sweep/experiment"
)

// progress shows a sweep while it trains.
type progress interface {
	watch(experiment.Event) // by several goroutines at once
	close()
}

// progress picks how to show: JSON for programs, bars for a person at a
// terminal, a line a run for everything else.
func (c *runCommand) progress(p *program) progress {
	switch {
	case c.JSON:
		return &jsonProgress{w: p.stdout}
	case isTerminal(p.stderr):
		return newBars(p.stderr, c.Verbose)
	default:
		return &lines{w: p.stderr, verbose: c.Verbose}
	}
}

// lines prints a line for each run that ends.
type lines struct {
	mu          sync.Mutex
	w           io.Writer
	verbose     bool
	done, total int
}

func (l *lines) watch(e experiment.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch e.Kind {
	case experiment.Planned:
		l.total = len(e.Round)
		l.done = l.total - experiment.Unfinished(e.Round)
		fmt.Fprintln(l.w, announce(e.Round))
	case experiment.Ended:
		l.done++
		fmt.Fprintf(l.w, "%*d/%d %s\n", len(fmt.Sprint(l.total)), l.done, l.total, ending(e))
	default:
		if text := aside(e, l.verbose); text != "" {
			fmt.Fprintln(l.w, text)
		}
	}
}

func (l *lines) close() {}

// announce says what a round will do.
func announce(round []experiment.Record) string {
	todo := experiment.Unfinished(round)
	text := fmt.Sprintf("%d of %d runs to train", todo, len(round))
	if begun := countBegun(round); begun > 0 {
		text += fmt.Sprintf(", %d of them begun before", begun)
	}
	return text
}

func countBegun(round []experiment.Record) int {
	n := 0
	for _, r := range round {
		if !r.State.Finished() && r.Attempts > 0 {
			n++
		}
	}
	return n
}

// ending is one line on how a run ended.
func ending(e experiment.Event) string {
	text := fmt.Sprintf("run %d %s seed=%d: %s", e.Run.ID, shortSettings(e.Run.Settings), e.Run.Seed, e.State)
	if e.State == experiment.Done {
		best := e.Outcome.Best
		return fmt.Sprintf("%s, val_accuracy %.4f, val_loss %.4f at step %d", text, best.ValAccuracy, best.ValLoss, best.Step)
	}
	return text + ", " + oneLine(e.Message)
}

// shortSettings names a run by what most sweeps vary.
func shortSettings(s experiment.Settings) string {
	text := s.Text()
	return fmt.Sprintf("hidden_size=%s learning_rate=%s", text["hidden_size"], text["learning_rate"])
}

// aside is a line on what happens beside the runs' endings, empty if it is not
// worth one.
func aside(e experiment.Event, verbose bool) string {
	switch {
	case e.Kind == experiment.Noticed:
		return e.Message
	case e.Kind == experiment.Interrupted:
		return fmt.Sprintf("run %d interrupted and saved", e.Run.ID)
	case e.Kind == experiment.Sampled && verbose:
		mark := "✓"
		if e.Sample.Guess != e.Sample.Class {
			mark = "✗ (" + e.Sample.Class + ")"
		}
		return fmt.Sprintf("run %d step %d: %s / %s %s", e.Run.ID, e.Sample.Step, e.Sample.Name, e.Sample.Guess, mark)
	}
	return ""
}

// bars shows one bar a worker and one for the whole. What stands beside a bar
// is an atomic text: the screen's goroutine reads it while mu may be held by
// one that waits for the screen.
type bars struct {
	screen  *mpb.Progress
	verbose bool

	mu       sync.Mutex
	began    time.Time
	runs     map[int64]float64 // fraction done of each run being trained
	finished int               // runs finished by this process
	todo     int
	whole    *labelledBar
	workers  map[int]*labelledBar
}

type labelledBar struct {
	*mpb.Bar
	before, after atomic.Pointer[string]
}

const (
	barUnits   = 1000 // parts a run is shown in
	labelWidth = 50
)

func newBars(w io.Writer, verbose bool) *bars {
	return &bars{
		screen:  mpb.New(mpb.WithOutput(w), mpb.WithWidth(30), mpb.WithAutoRefresh()),
		verbose: verbose,
		runs:    map[int64]float64{},
		workers: map[int]*labelledBar{},
	}
}

func (b *bars) watch(e experiment.Event) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e.Kind {
	case experiment.Planned:
		b.plan(e.Round)
	case experiment.Started:
		b.worker(e.Worker).label(fmt.Sprintf("run %d %s seed=%d", e.Run.ID, shortSettings(e.Run.Settings), e.Run.Seed), "")
	case experiment.Progressed:
		fraction := float64(e.Step) / float64(max(e.Total, 1))
		b.runs[e.Run.ID] = fraction
		b.worker(e.Worker).SetCurrent(int64(barUnits * fraction))
	case experiment.Ended:
		delete(b.runs, e.Run.ID)
		b.finished++
		if e.State != experiment.Done {
			fmt.Fprintln(b.screen, ending(e))
		}
	default:
		if text := aside(e, b.verbose); text != "" {
			fmt.Fprintln(b.screen, text)
		}
	}
	b.advance()
}

func (b *bars) plan(round []experiment.Record) {
	fmt.Fprintln(b.screen, announce(round))
	b.todo += experiment.Unfinished(round)
	if b.whole == nil {
		b.began = time.Now()
		b.whole = b.add(math.MaxInt32)
	}
	b.whole.SetTotal(int64(barUnits*b.todo)+1, false) // one more than is reached: the bar stays until close
}

// advance brings the bar of the whole up to date.
func (b *bars) advance() {
	if b.whole == nil {
		return
	}
	done := float64(b.finished)
	for _, fraction := range b.runs { // a sum for the eye: its order is free
		done += fraction
	}
	left := ""
	if done > 0 {
		spent := time.Since(b.began)
		left = time.Duration(float64(spent)*(float64(b.todo)-done)/done).Round(time.Second).String() + " left"
	}
	b.whole.label(fmt.Sprintf("%d of %d runs", b.finished, b.todo), left)
	b.whole.SetCurrent(int64(barUnits * done))
}

func (b *bars) worker(number int) *labelledBar {
	bar := b.workers[number]
	if bar == nil {
		bar = b.add(number)
		bar.SetTotal(barUnits+1, false)
		b.workers[number] = bar
	}
	return bar
}

func (b *bars) add(priority int) *labelledBar {
	bar := &labelledBar{}
	bar.label("", "")
	before := func(decor.Statistics) string { return fmt.Sprintf("%-*s", labelWidth, *bar.before.Load()) }
	after := func(decor.Statistics) string { return " " + *bar.after.Load() }
	bar.Bar = b.screen.AddBar(0, mpb.BarPriority(priority), mpb.PrependDecorators(decor.Any(before)), mpb.AppendDecorators(decor.Any(after)))
	return bar
}

func (bar *labelledBar) label(before, after string) {
	bar.before.Store(&before)
	bar.after.Store(&after)
}

// close leaves the screen to what follows.
func (b *bars) close() {
	b.mu.Lock()
	for _, w := range b.workers {
		w.Abort(true)
	}
	if b.whole != nil {
		b.whole.Abort(true)
	}
	b.mu.Unlock()
	b.screen.Wait()
}

// jsonProgress prints one object a line.
type jsonProgress struct {
	mu sync.Mutex
	w  io.Writer
}

func (j *jsonProgress) watch(e experiment.Event) {
	j.mu.Lock()
	defer j.mu.Unlock()
	line := map[string]any{"run": e.Run.ID, "worker": e.Worker}
	switch e.Kind {
	case experiment.Planned:
		line = map[string]any{"event": "planned", "runs": len(e.Round), "missing": experiment.Unfinished(e.Round)}
	case experiment.Started:
		line["event"], line["resumed"] = "started", e.Step > 0
	case experiment.Noticed:
		line["event"], line["message"] = "notice", e.Message
	case experiment.Interrupted:
		line["event"] = "interrupted"
	case experiment.Ended:
		line["event"], line["state"] = "ended", e.State
		if e.State == experiment.Done {
			line["val_accuracy"], line["val_loss"], line["step"] = finite(e.Outcome.Best.ValAccuracy), finite(e.Outcome.Best.ValLoss), e.Outcome.Best.Step
		} else {
			line["message"] = e.Message
		}
	default:
		return
	}
	if err := printJSON(j.w, line); err != nil {
		return // a reader that went away does not stop a sweep
	}
}

func (j *jsonProgress) close() {}
