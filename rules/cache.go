package rules

import (
	"hash/maphash"
	"sync/atomic"
)

// cacheSize is the number of verdicts remembered: an office's working set, in
// about three megabytes when full.
const cacheSize = 1 << 13

// cache remembers verdicts by name, one in each slot; a newer one takes the
// slot of an older. The zero value is empty. It is safe for concurrent use:
// entries are immutable and slots are swapped whole.
type cache struct {
	slots [cacheSize]atomic.Pointer[cached]
	// misses alone are counted on the way: a hit must stay as cheap as it is.
	misses atomic.Uint64
}

// cached holds the name itself, so that it does not keep alive whatever the
// name was cut from.
type cached struct {
	verdict Verdict
	size    uint8
	name    [253]byte
}

func slotOf(name string) uint64 { return maphash.String(seed, name) % cacheSize }

func (c *cache) get(name string) (Verdict, bool) {
	e := c.slots[slotOf(name)].Load()
	if e == nil || string(e.name[:e.size]) != name {
		c.misses.Add(1)
		return Verdict{}, false
	}
	return e.verdict, true
}

// put remembers v, unless the name is longer than a host name can be spelled.
func (c *cache) put(name string, v Verdict) {
	e := &cached{verdict: v, size: uint8(min(len(name), 254))}
	if copy(e.name[:], name) == len(name) {
		c.slots[slotOf(name)].Store(e)
	}
}

// Judged counts the names that were judged anew, because no verdict on them was
// remembered. It begins at 0 with every policy.
func (p *Policy) Judged() uint64 { return p.cache.misses.Load() }
