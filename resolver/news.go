package resolver

import (
	"hash/maphash"
	"sync/atomic"
)

// newsSlots is how finely news is told apart; a power of two, within uint16. Names that share
// a slot cost a look in vain now and then.
const newsSlots = 1 << 14

// news counts what is found out, by name, about where names lead. What was concluded
// from some names holds for as long as there is no news of these: whoever has ever new
// names lead somewhere costs a cached answer a look at a few counters. It is bounded, has
// no lock and is safe for concurrent use.
type news struct {
	seed  maphash.Seed // so that nobody can aim at a slot
	count atomic.Uint64
	slots [newsSlots]atomic.Uint32
}

func newNews() *news { return &news{seed: maphash.MakeSeed()} }

// slot is where there is news of name, in wire form and lower case.
func (n *news) slot(name string) uint16 { return uint16(maphash.String(n.seed, name) % newsSlots) }

// of notes that there is news of name. What it is must be in place by then.
func (n *news) of(name string) {
	n.slots[n.slot(name)].Add(1)
	n.count.Add(1)
}

// sum is a number that changes with any news in slots, which only ever grow.
func (n *news) sum(slots []uint16) (sum uint64) {
	for _, slot := range slots {
		sum += uint64(n.slots[slot].Load())
	}
	return sum
}
