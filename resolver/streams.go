package resolver

import (
	"sync"
	"sync/atomic"
	"time"
)

const (
	// maxStreams bounds the TCP connections, maxPerClient those of one client.
	// The longest idle one makes room for a new one.
	maxStreams   = 256
	maxPerClient = 16
)

// streams are the TCP connections of clients.
type streams struct {
	running  sync.WaitGroup
	draining *atomic.Bool

	mu   sync.Mutex
	open map[*stream]struct{}
}

func newStreams() streams {
	return streams{draining: new(atomic.Bool), open: make(map[*stream]struct{})}
}

// admit takes st in, and closes the connection that has been idle the longest
// if there are too many of its client, or altogether.
func (t *streams) admit(st *stream) {
	t.mu.Lock()
	defer t.mu.Unlock()
	own, oldest, oldestOwn := 0, (*stream)(nil), (*stream)(nil)
	for other := range t.open {
		if other.olderThan(oldest) {
			oldest = other
		}
		if other.owner == st.owner {
			own++
			if other.olderThan(oldestOwn) {
				oldestOwn = other
			}
		}
	}
	switch {
	case own >= maxPerClient:
		t.evict(oldestOwn)
	case len(t.open) >= maxStreams:
		t.evict(oldest)
	}
	t.open[st] = struct{}{}
}

// olderThan orders connections by which is to go first: those without a query
// under way, then by when the last one came.
func (st *stream) olderThan(other *stream) bool {
	if other == nil {
		return true
	}
	if busy, otherBusy := len(st.waiting) > 0, len(other.waiting) > 0; busy != otherBusy {
		return otherBusy
	}
	return st.active.Load() < other.active.Load()
}

// evict closes st without a word: TLS would wait for the client to take it.
func (t *streams) evict(st *stream) {
	_ = st.raw.Close()
	delete(t.open, st)
}

func (t *streams) remove(st *stream) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.open, st)
}

// drain has every connection end after the queries that it has under way.
func (t *streams) drain() {
	t.draining.Store(true)
	t.mu.Lock()
	defer t.mu.Unlock()
	for st := range t.open {
		_ = st.SetReadDeadline(time.Unix(1, 0))
	}
}

// closeAll ends what drain has left.
func (t *streams) closeAll() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for st := range t.open {
		_ = st.raw.Close()
	}
}
