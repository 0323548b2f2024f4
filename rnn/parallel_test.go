package rnn

import (
	"sync/atomic"
	"testing"
)

// TestPanicInParallel has one of three panic, the caller's own or another: the caller hears of it when all have ended.
func TestPanicInParallel(t *testing.T) {
	t.Parallel()
	for culprit := range 3 {
		var ended atomic.Int64
		reason := func() (reason any) {
			defer func() { reason = recover() }()
			inParallel(3, func(i int) {
				defer ended.Add(1)
				if i == culprit {
					panic(culprit)
				}
			})
			return nil
		}()
		if reason != culprit || ended.Load() != 3 {
			t.Errorf("%d panicked; the caller heard %v when %d of 3 had ended", culprit, reason, ended.Load())
		}
	}
}
