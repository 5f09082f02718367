package resolver

import "sync"

// tasks are the goroutines that outlive the call which starts them. Unlike a
// bare WaitGroup they can be waited for while others still try to start some.
type tasks struct {
	// running counts those under way; one of them may use it directly.
	running sync.WaitGroup

	mu     sync.Mutex
	closed bool
}

// start runs f in a goroutine, or returns false after close.
func (t *tasks) start(f func()) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return false
	}
	t.running.Go(f)
	return true
}

// count counts a task that has no goroutine, and is over with running.Done; or
// returns false after close.
func (t *tasks) count() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.closed {
		t.running.Add(1)
	}
	return !t.closed
}

// close lets no more tasks start.
func (t *tasks) close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.closed = true
}
