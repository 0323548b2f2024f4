//go:build !unix

package main

import "time"

var began = time.Now()

// processorTime is wall time where the system has no getrusage: the same on an idle machine.
func processorTime() time.Duration { return time.Since(began) }
