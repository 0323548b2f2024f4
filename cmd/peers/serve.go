package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"time"

	"sweep/data"
	"sweep/rnn"
	"sweep/rnn/kernel"
)

// serve is our side of a comparison: it says which kernel tier it runs on, then trains what it is asked to on one
// thread, until in ends.
func serve(in io.Reader, out io.Writer, folder string) error {
	runtime.GOMAXPROCS(1)
	corpus, err := load(folder)
	if err != nil {
		return err
	}
	answers := json.NewEncoder(out)
	if err := answers.Encode(greeting{Is: kernel.Tier()}); err != nil {
		return err
	}
	for requests := json.NewDecoder(in); ; {
		var r request
		if err := requests.Decode(&r); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		m, err := train(r, corpus)
		if err != nil {
			return fmt.Errorf("%+v: %w", r.workload, err)
		}
		if err := answers.Encode(m); err != nil {
			return err
		}
	}
}

// train trains the workload for as long as asked. The clock runs from one progress report to another, so that set-up
// and warm-up are before it and nothing is evaluated while it runs.
func train(r request, corpus *data.Corpus) (measurement, error) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	watch := newStopwatch(r)
	selection := rnn.Selection{Metric: "val_loss", Minimize: true}
	_, err := rnn.Train(ctx, r.config(), 1, r.corpus(corpus), selection, rnn.Session{Progress: func(step int) {
		if watch.stop(step * r.Batch) {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) {
		return measurement{}, err
	}
	return watch.measured, nil
}

// stopwatch times the names trained after a warm-up.
type stopwatch struct {
	warmUp, seconds float64 // of processor time
	running         bool
	names           int // when the clock was started, as processor and wall
	processor       time.Duration
	wall            time.Time
	measured        measurement
}

func newStopwatch(r request) *stopwatch {
	s := &stopwatch{warmUp: r.Seconds * warmUpShare, seconds: r.Seconds}
	s.start(0)
	return s
}

func (s *stopwatch) start(names int) {
	s.names, s.processor, s.wall = names, processorTime(), time.Now()
}

// stop is told how many names were trained since the beginning and reports whether that is enough.
func (s *stopwatch) stop(names int) bool {
	seconds := (processorTime() - s.processor).Seconds()
	switch {
	case !s.running && seconds >= s.warmUp:
		s.running = true
		s.start(names)
	case s.running && seconds >= s.seconds:
		s.measured = measurement{names - s.names, seconds, time.Since(s.wall).Seconds()}
		return true
	}
	return false
}
