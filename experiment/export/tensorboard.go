package export

import (
	"fmt"
	"iter"
	"math"
	"path"
	"regexp"
	"strings"
	"time"

	"sweep/experiment"
)

// eventFile is what each event file is called: TensorBoard reads any file with
// "tfevents" in its name. A fixed name makes a second export replace the first.
const eventFile = "events.out.tfevents.0.sweep"

// TensorBoard lays a sweep out as a log directory: it yields each file's path,
// with slashes and relative to the directory, and its content.
//
// The file at the top tells the HParams page the settings and metrics there
// are. Each run has a folder of its own with its curve as scalars, the figures
// of its checkpoint as scalars "checkpoint/…" at the step it was taken, and its
// settings; the seeds of a configuration are one session group, over which the
// page averages.
//
// The ledger keeps no time for a point, so points are spread evenly between the
// run's begin and end. Scalars are single precision, as TensorBoard stores them.
func TensorBoard(sweep experiment.SweepRecord, records []experiment.Record, curves map[int64][]experiment.Point) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		s := newSettings(records, map[string]bool{})
		created := seconds(sweep.CreatedAt)
		top := newEvents(created)
		top.add(created, 0, hparamsValue(experimentTag, experimentField, describeExperiment(sweep, s)))
		if !yield(eventFile, top.file) {
			return
		}
		for _, r := range records {
			if !yield(path.Join(runFolder(sweep, r), eventFile), runEvents(r, s, curves[r.ID])) {
				return
			}
		}
	}
}

var unsafeInPath = regexp.MustCompile(`[^A-Za-z0-9_.=+-]+`)

const longestFolder = 120 // bytes; file systems allow 255

// runFolder names a run for people who pick curves in TensorBoard by a regular
// expression. The number makes it unique whatever is cut or replaced.
func runFolder(sweep experiment.SweepRecord, r experiment.Record) string {
	var name strings.Builder
	fmt.Fprintf(&name, "%05d", r.ID)
	text := r.Settings.Text()
	for _, axis := range sweep.Definition.Axes {
		fmt.Fprintf(&name, " %s=%s", axis.Name, text[axis.Name])
	}
	fmt.Fprintf(&name, " seed=%d", r.Seed)
	folder := unsafeInPath.ReplaceAllString(name.String(), "_")
	return folder[:min(longestFolder, len(folder))]
}

// runEvents is the event file of one run.
func runEvents(r experiment.Record, s settings, curve []experiment.Point) []byte {
	begin, end := span(r)
	events := newEvents(begin)
	events.add(begin, 0, hparamsValue(startTag, startField, describeStart(r, s, begin)))
	last := 1
	if len(curve) > 0 {
		last = max(last, curve[len(curve)-1].Step)
	}
	for _, p := range curve {
		at := begin + (end-begin)*float64(p.Step)/float64(last)
		events.scalars(at, p.Step, "", figures(p))
	}
	if r.Best.Step > 0 {
		kept := append(figures(r.Best),
			figure{"test_accuracy", r.TestAccuracy}, figure{"test_balanced_accuracy", r.TestBalancedAccuracy})
		events.scalars(end, r.Best.Step, checkpointPrefix, kept)
	}
	if r.State.Finished() {
		events.add(end, last, hparamsValue(endTag, endField, describeEnd(r, end)))
	}
	return events.file
}

// span is when a run's last attempt began and ended, seconds since 1970.
func span(r experiment.Record) (begin, end float64) {
	begin, end = seconds(r.StartedAt), seconds(r.FinishedAt)
	if end == 0 {
		end = begin + r.Seconds
	}
	return begin, end
}

func seconds(t time.Time) float64 {
	if t.IsZero() {
		return 0
	}
	return float64(t.UnixMilli()) / 1000
}

type figure struct {
	tag   string
	value float64
}

func figures(p experiment.Point) []figure {
	return []figure{
		{"train_loss", p.TrainLoss}, {"val_loss", p.ValLoss},
		{"val_accuracy", p.ValAccuracy}, {"val_balanced_accuracy", p.ValBalancedAccuracy},
	}
}

// events is an event file being written.
type events struct{ file []byte }

// newEvents begins a file with the version that readers look for.
func newEvents(wallTime float64) *events {
	var e events
	var event message
	event.double(eventWallTime, wallTime)
	event.text(eventFileVersion, "brain.Event:2")
	e.file = appendRecord(e.file, event)
	return &e
}

// add appends an event that holds the given summary values.
func (e *events) add(wallTime float64, step int, values ...message) {
	var summary, event message
	for _, value := range values {
		summary.bytes(summaryValue, value)
	}
	event.double(eventWallTime, wallTime)
	event.integer(eventStep, int64(step))
	event.bytes(eventSummary, summary)
	e.file = appendRecord(e.file, event)
}

// scalars adds those of the figures that were measured.
func (e *events) scalars(wallTime float64, step int, prefix string, figures []figure) {
	var values []message
	for _, f := range figures {
		if math.IsNaN(f.value) {
			continue
		}
		var value message
		value.text(valueTag, prefix+f.tag)
		value.float(valueSimple, float32(f.value))
		values = append(values, value)
	}
	if len(values) > 0 {
		e.add(wallTime, step, values...)
	}
}

// Field numbers of tensorboard/compat/proto/event.proto and summary.proto.
const (
	eventWallTime    = 1
	eventStep        = 2
	eventFileVersion = 3
	eventSummary     = 5
	summaryValue     = 1
	valueTag         = 1
	valueSimple      = 2
	valueTensor      = 8
	valueMetadata    = 9
)
