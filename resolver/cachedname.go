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

// A cachedName holds the answers about one name.
type cachedName struct {
	name  string
	items []item // the latest last
	// way is what the answers together say about where the name leads.
	way   *way
	bytes int // of items
	// heard is when the latest answer of each class came, be it that it was not kept.
	heard [wordClasses]time.Time
}

// An item is an answer to one question, told apart from others about the same
// name by the tail of its key.
type item struct {
	tail    [keyTail]byte
	entry   *entry
	settled bool
	size    int
}

func (it *item) qtype() uint16 { return binary.BigEndian.Uint16(it.tail[:]) }

// A way is where a name leads. It is not changed once made.
type way struct{ chains []chain }

// A chain is the names that an answer leads through, in order.
type chain struct {
	hops []hostname.Name
	// until is when the answer ceases to hold, last when it ceases to count.
	until, last time.Time
	// service is the type of the service records that it is from, or 0.
	service uint16
}

// among returns the one of chains that leads through the same names, or nil.
func (c chain) among(chains []chain) *chain {
	for i := range chains {
		if slices.Equal(chains[i].hops, c.hops) {
			return &chains[i]
		}
	}
	return nil
}

// all returns the chains of w, which may be nil.
func (w *way) all() []chain {
	if w == nil {
		return nil
	}
	return w.chains
}

// fresh returns w without the chains that no longer hold, which may be nil.
func (w *way) fresh(now time.Time) *way {
	var kept []chain
	for _, c := range w.all() {
		if now.Before(c.until) {
			kept = append(kept, c)
		}
	}
	if len(kept) == 0 {
		return nil
	}
	return &way{kept}
}

// size estimates what cn takes up in memory, ways included.
func (cn *cachedName) size() int {
	const overhead = 380 // the structs here and in the cache, map and allocator
	return overhead + 2*len(cn.name) + cn.bytes
}

func (cn *cachedName) find(tail []byte) *item {
	for i := range cn.items {
		if string(cn.items[i].tail[:]) == string(tail) {
			return &cn.items[i]
		}
	}
	return nil
}

// drop removes it, which is one of cn.items.
func (cn *cachedName) drop(it *item) {
	for i := range cn.items {
		if &cn.items[i] == it {
			cn.bytes -= it.size
			cn.items = slices.Delete(cn.items, i, i+1)
			return
		}
	}
}

// add appends it, at the expense of the oldest if there are too many or they
// exceed limit.
func (cn *cachedName) add(it item, limit int) {
	if cn.items == nil {
		cn.items = make([]item, 0, 2) // the addresses, and where they lead
	}
	cn.items = append(cn.items, it)
	cn.bytes += it.size
	for len(cn.items) > maxPerName || cn.bytes > limit {
		cn.drop(&cn.items[0])
	}
}

// elapse makes all that cn holds, and what it has heard, older by d.
func (cn *cachedName) elapse(d time.Duration) {
	for i := range cn.items {
		cn.items[i].entry = cn.items[i].entry.older(d)
	}
	for class, at := range cn.heard {
		if !at.IsZero() {
			cn.heard[class] = at.Add(-d)
		}
	}
}

// hear notes that there is an answer of time at to a question for qtype.
func (cn *cachedName) hear(qtype uint16, at time.Time) {
	for _, class := range [...]int{anyWord, wordClass(qtype)} {
		if at.After(cn.heard[class]) {
			cn.heard[class] = at
		}
	}
}

// update works out the way anew, and reports whether that says more, less, or for less long
// than before; what had ceased to count says more.
func (cn *cachedName) update() (differs bool) {
	var chains []chain
	for i := range cn.items {
		it := &cn.items[i]
		if len(it.entry.hops) == 0 {
			continue
		}
		c := chain{hops: it.entry.hops, until: it.entry.stored.Add(it.entry.ttl), last: cn.last(it)}
		if isService(it.qtype()) {
			c.service = it.qtype()
		}
		if same := c.among(chains); same == nil {
			chains = append(chains, c)
		} else if same.last.Before(c.last) {
			*same = c
		}
	}
	old := cn.way.all()
	cn.way = nil
	if len(chains) > 0 {
		cn.way = &way{chains}
	}
	return len(old) != len(chains) || slices.ContainsFunc(old, func(c chain) bool {
		same := c.among(chains)
		return same == nil || same.last.Before(c.last) || c.last.Before(same.last) && !cn.heard[anyWord].Before(c.last)
	})
}

// last is until when it says where the name leads: for its TTL, and on until there is a
// later word: what is asked for more often may be another type, and the name must not come
// loose from the verdict meanwhile. The alias of a name is that of all types, so that any
// answer is a word about it; of service records only later ones are.
func (cn *cachedName) last(it *item) time.Time {
	until := it.entry.stored.Add(it.entry.ttl)
	if cn.heard[wordClass(it.qtype())].After(it.entry.stored) {
		return until
	}
	return until.Add(maxStale)
}

// The classes of answers that are a later word about each other.
const (
	anyWord = iota
	httpsWord
	svcbWord
	wordClasses
)

func wordClass(qtype uint16) int {
	switch qtype {
	case dns.TypeHTTPS:
		return httpsWord
	case dns.TypeSVCB:
		return svcbWord
	}
	return anyWord
}

// isService reports whether records of type qtype can lead to other names
// (RFC 9460).
func isService(qtype uint16) bool { return qtype == dns.TypeHTTPS || qtype == dns.TypeSVCB }
