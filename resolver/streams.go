package resolver

import (
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// maxStreams bounds the TCP connections, where there are file descriptors for as many
	// (package descriptors), maxPerClient those of one client,
	// maxPerNetwork those of one network, as a machine can have any number of IPv6
	// addresses and a whole office may be in one network of them. The longest idle
	// one makes room for a new one, where all are taken of the network that has most.
	maxStreams    = 256
	maxPerClient  = 16
	maxPerNetwork = 64
)

// streams are the TCP connections of clients.
type streams struct {
	running  sync.WaitGroup
	draining *atomic.Bool
	most     int // see maxStreams

	mu   sync.Mutex
	open map[*stream]struct{}
}

func newStreams(most int) streams {
	return streams{draining: new(atomic.Bool), most: most, open: make(map[*stream]struct{})}
}

// admit takes st in, and closes the connection that has been idle the longest
// if there are too many of its client, of its network, or altogether.
func (t *streams) admit(st *stream) {
	t.mu.Lock()
	defer t.mu.Unlock()
	own, oldestOwn := t.oldest(func(other *stream) bool { return other.owner == st.owner })
	near, oldestNear := t.oldest(func(other *stream) bool { return other.network == st.network })
	switch {
	case own >= maxPerClient:
		t.evict(oldestOwn)
	case near >= maxPerNetwork:
		t.evict(oldestNear)
	case len(t.open) >= t.most:
		greediest := t.greediest(st.network)
		_, oldest := t.oldest(func(other *stream) bool { return other.network == greediest })
		t.evict(oldest)
	}
	t.open[st] = struct{}{}
}

// oldest returns how many connections are such ones, and which is to go first.
func (t *streams) oldest(such func(*stream) bool) (n int, first *stream) {
	for st := range t.open {
		if !such(st) {
			continue
		}
		if n++; st.olderThan(first) {
			first = st
		}
	}
	return n, first
}

// greediest returns the network that has most connections, of several as large
// that of a newcomer.
func (t *streams) greediest(newcomer netip.Addr) (most netip.Addr) {
	counts := make(map[netip.Addr]int)
	for st := range t.open {
		counts[st.network]++
	}
	n := 0
	for network, own := range counts {
		if own > n || own == n && network == newcomer {
			most, n = network, own
		}
	}
	return most
}

// olderThan orders connections by which is to go first: those without a query
// under way, then by when the last one came.
func (st *stream) olderThan(other *stream) bool {
	if other == nil {
		return true
	}
	if busy, otherBusy := st.busy(), other.busy(); busy != otherBusy {
		return otherBusy
	}
	return st.active.Load() < other.active.Load()
}

// busy reports whether st has a query under way.
func (st *stream) busy() bool { return st.requested.Load() || st.outlet.busy() }

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
