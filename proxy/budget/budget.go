// Package budget bounds the memory in which what clients send, and what is sent to them,
// waits until it was judged: all of it together, and the share of each client.
package budget

import (
	"errors"
	"net/netip"
	"sync"

	"sekisho/hostname"
)

// ErrNoRoom is for what was to be held when there was no [Holding.Room] for it.
var ErrNoRoom = errors.New("too many request bodies are held at once")

// Budget counts bytes that are held. One client, with all addresses of its network, gets
// half of it at the most: a hundred uploads that never end must not be what
// keeps everybody else from signing in. It is safe for concurrent use.
type Budget struct {
	max int64 // bytes

	mu   sync.Mutex
	used int64
	by   map[netip.Addr]int64
}

// New is one of so many bytes.
func New(max int64) *Budget { return &Budget{max: max} }

// Hold is memory for a client, none at first. Whoever has it drops it.
func (b *Budget) Hold(client netip.Addr) Holding { return Holding{budget: b, client: client} }

// grow counts n more bytes for a client and reports whether there is room for them.
func (b *Budget) grow(client netip.Addr, n int) bool {
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
func (b *Budget) shrink(client netip.Addr, n int) {
	client = hostname.Network(client)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.used -= int64(n)
	if b.by[client] -= int64(n); b.by[client] <= 0 {
		delete(b.by, client)
	}
}

// InUse is how many bytes are counted.
func (b *Budget) InUse() int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.used
}

// Holding is memory that grows within a budget, for one client. Without a byte it
// costs nothing. It is for one goroutine.
type Holding struct {
	// B is what is held. Whoever appends has asked for room before.
	B []byte

	budget  *Budget
	client  netip.Addr
	counted int
}

// minHolding is the least that is taken at once: most heads and forms fit.
const minHolding = 4 << 10

// Room makes sure that n more bytes fit, and reports whether the budget allows
// it. What was held may lie elsewhere then, and is overwritten where it lay.
func (h *Holding) Room(n int) bool {
	need := len(h.B) + n
	if need <= cap(h.B) {
		return true
	}
	size := max(minHolding, need, 2*cap(h.B))
	if !h.budget.grow(h.client, size-h.counted) {
		return false
	}
	h.counted = size
	b := make([]byte, len(h.B), size)
	copy(b, h.B)
	clear(h.B) // a password may have been in it
	h.B = b
	return true
}

// Move returns h with what it holds, and leaves it as it was at first.
func (h *Holding) Move() Holding {
	moved := *h
	*h = h.budget.Hold(h.client)
	return moved
}

// Drop overwrites what is held and gives its memory back.
func (h *Holding) Drop() {
	clear(h.B[:cap(h.B)])
	h.B = nil
	if h.counted > 0 {
		h.budget.shrink(h.client, h.counted)
	}
	h.counted = 0
}
