package rnn

import "sync"

// inParallel calls f(0) to f(n-1), the first on the caller's goroutine, and returns when all have. A panic of any
// becomes one of the caller's, who alone may know how to go on.
func inParallel(n int, f func(int)) {
	panics := make(chan any, n)
	var others sync.WaitGroup
	for i := 1; i < n; i++ {
		others.Go(func() {
			defer func() {
				if reason := recover(); reason != nil {
					panics <- reason
				}
			}()
			f(i)
		})
	}
	func() {
		defer others.Wait()
		f(0)
	}()
	select {
	case reason := <-panics:
		panic(reason)
	default:
	}
}
