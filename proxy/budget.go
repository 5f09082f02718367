package proxy

import "sync/atomic"

// budget counts bytes that are held in memory until they were judged.
type budget struct {
	max  int64
	used atomic.Int64
}

// grow counts n more bytes and reports whether there is room for them.
func (b *budget) grow(n int) bool {
	if b.used.Add(int64(n)) <= b.max {
		return true
	}
	b.used.Add(-int64(n))
	return false
}

// shrink gives n bytes back.
func (b *budget) shrink(n int) { b.used.Add(-int64(n)) }

// holding is memory that grows within a budget. The zero value with a budget
// is empty.
type holding struct {
	budget  *budget
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
	if !h.budget.grow(size - h.counted) {
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
	h.budget.shrink(h.counted)
	h.counted = 0
}
