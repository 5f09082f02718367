package proxy

import (
	"net/netip"
	"sync"

	"sekisho/hostname"
)

// budget counts bytes that are held in memory until they were judged. One client
// gets half of it at the most: a hundred uploads that never end must not be what
// keeps everybody else from signing in.
type budget struct {
	max int64

	mu   sync.Mutex
	used int64
	by   map[netip.Addr]int64
}

// grow counts n more bytes for a client and reports whether there is room for them.
func (b *budget) grow(client netip.Addr, n int) bool {
	client = hostname.Network(client)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.used+int64(n) > b.max || b.by[client]+int64(n) > b.max/2 {
		return false
	}
	if b.by == nil {
		b.by = map[netip.Addr]int64{}
	}
	b.used += int64(n)
	b.by[client] += int64(n)
	return true
}

// shrink gives n bytes of a client back.
func (b *budget) shrink(client netip.Addr, n int) {
	client = hostname.Network(client)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.used -= int64(n)
	if b.by[client] -= int64(n); b.by[client] <= 0 {
		delete(b.by, client)
	}
}

// inUse is how many bytes are counted.
func (b *budget) inUse() int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.used
}

// holding is memory that grows within a budget, for one client. Without a byte it
// costs nothing.
type holding struct {
	budget  *budget
	client  netip.Addr
	b       []byte
	counted int
}

// minHolding is the least that is taken at once: most heads and forms fit.
const minHolding = 4 << 10

// room makes sure that n more bytes fit, and reports whether the budget allows
// it.
func (h *holding) room(n int) bool {
	need := len(h.b) + n
	if need <= cap(h.b) {
		return true
	}
	size := max(minHolding, need, 2*cap(h.b))
	if !h.budget.grow(h.client, size-h.counted) {
		return false
	}
	h.counted = size
	b := make([]byte, len(h.b), size)
	copy(b, h.b)
	clear(h.b) // a password may have been in it
	h.b = b
	return true
}

// drop overwrites what is held and gives its memory back.
func (h *holding) drop() {
	clear(h.b[:cap(h.b)])
	h.b = nil
	if h.counted > 0 {
		h.budget.shrink(h.client, h.counted)
	}
	h.counted = 0
}
