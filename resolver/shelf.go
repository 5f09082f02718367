package resolver

import (
	"encoding/binary"
	"slices"
	"time"

	"github.com/miekg/dns"

	"sekisho/hostname"
)

// maxPerName bounds the answers kept for one name. Who asks for more types
// than that is no browser.
const maxPerName = 48

// A shelf holds the answers about one name.
type shelf struct {
	name  string
	items []item // the latest last
	// way is what the answers together say about where the name leads.
	way   *way
	bytes int // of items
}

// An item is an answer to one question, told apart from others about the same
// name by the tail of its key.
type item struct {
	tail  [keyTail]byte
	entry *entry
	// hops are those of entry and beyond, once they are known.
	hops    []hostname.Name
	settled bool
	size    int
}

func (it *item) qtype() uint16 { return binary.BigEndian.Uint16(it.tail[:]) }

// A way is where a name leads. It is not changed once made.
type way struct{ chains []chain }

// A chain is the names that an answer leads through, in order.
type chain struct {
	hops []hostname.Name
	// until is when the answer ceases to hold.
	until time.Time
}

// fresh returns w without the chains that no longer hold, which may be nil.
func (w *way) fresh(now time.Time) *way {
	if w == nil {
		return nil
	}
	var kept []chain
	for _, c := range w.chains {
		if now.Before(c.until) {
			kept = append(kept, c)
		}
	}
	if len(kept) == 0 {
		return nil
	}
	return &way{kept}
}

// size estimates what sh takes up in memory, ways included.
func (sh *shelf) size() int {
	const overhead = 300 // the structs here and in the cache, map and allocator
	return overhead + 2*len(sh.name) + sh.bytes
}

func (sh *shelf) find(tail []byte) *item {
	for i := range sh.items {
		if string(sh.items[i].tail[:]) == string(tail) {
			return &sh.items[i]
		}
	}
	return nil
}

// drop removes it, which is one of sh.items.
func (sh *shelf) drop(it *item) {
	for i := range sh.items {
		if &sh.items[i] == it {
			sh.bytes -= it.size
			sh.items = slices.Delete(sh.items, i, i+1)
			return
		}
	}
}

// add appends it, at the expense of the oldest if there are too many or they
// exceed limit.
func (sh *shelf) add(it item, limit int) {
	it.hops = it.entry.leads()
	if sh.items == nil {
		sh.items = make([]item, 0, 2) // the addresses, and where they lead
	}
	sh.items = append(sh.items, it)
	sh.bytes += it.size
	for len(sh.items) > maxPerName || sh.bytes > limit {
		sh.drop(&sh.items[0])
	}
}

// update works out the way anew.
func (sh *shelf) update(now time.Time) {
	var chains []chain
	for i := range sh.items {
		it := &sh.items[i]
		if len(it.hops) == 0 || !sh.counts(it, now) {
			continue
		}
		c := chain{hops: it.hops, until: it.entry.stored.Add(it.entry.ttl)}
		same := slices.IndexFunc(chains, func(o chain) bool { return slices.Equal(o.hops, c.hops) })
		if same < 0 {
			chains = append(chains, c)
		} else if chains[same].until.Before(c.until) {
			chains[same].until = c.until
		}
	}
	sh.way = nil
	if len(chains) > 0 {
		sh.way = &way{chains}
	}
}

// counts reports whether it still says where the name leads. Service records
// do until there is a later word: what is asked for more often is the
// addresses, and these must not come loose from the verdict meanwhile.
func (sh *shelf) counts(it *item, now time.Time) bool {
	age := it.entry.age(now)
	if age <= it.entry.ttl {
		return true
	}
	if !isService(it.qtype()) || age > it.entry.ttl+maxStale {
		return false
	}
	return !slices.ContainsFunc(sh.items, func(other item) bool {
		return other.qtype() == it.qtype() && other.entry.stored.After(it.entry.stored)
	})
}

// isService reports whether records of type qtype can lead to other names
// (RFC 9460).
func isService(qtype uint16) bool { return qtype == dns.TypeHTTPS || qtype == dns.TypeSVCB }
