// Package presence remembers which devices use sekisho: when each last came through
// the proxy, asked the resolver, and showed that it trusts the certificate authority.
// The journal has what was stopped; most devices, on most days, have nothing there.
//
// It is made for the paths that every connection and question takes: what is noted
// again within a minute costs a look and no memory. It knows addresses and minutes
// alone, never where anybody went.
package presence

import (
	"hash/maphash"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Way is something that shows that a device uses sekisho.
type Way uint8

// The ways.
const (
	Proxy    Way = iota // a request to the proxy
	Resolver            // a question to the resolver
	Trust               // a TLS handshake with a leaf of the authority, completed
	ways
)

const (
	// Keep is how long a device is remembered after it came last.
	Keep = 30 * 24 * time.Hour
	// Every is how often a way of a device is noted at most, by the clock.
	Every = time.Minute
	// MaxClients bounds the devices that are remembered: all of an office, and its
	// phones with the addresses that they change daily.
	MaxClients = shards * perShard

	shards   = 64
	perShard = 128
	hints    = 1024
)

// Client is a device and when it last showed each way, the zero time for never.
// Times are exact to a minute.
type Client struct {
	Addr                   netip.Addr
	Proxy, Resolver, Trust time.Time
}

// Last is when it came last, in any way.
func (c Client) Last() time.Time {
	last := c.Proxy
	for _, at := range []time.Time{c.Resolver, c.Trust} {
		if at.After(last) {
			last = at
		}
	}
	return last
}

// record is what is known of a client.
type record struct {
	at [ways]int64 // Unix seconds, 0 for never
	// notes counts how often something was noted, which is how firmly it keeps its
	// place: UDP lets anybody ask once in the name of any address.
	notes uint32
}

func (r *record) last() int64 { return slices.Max(r.at[:]) }

// Table is the devices that are remembered. It may be called concurrently; one that is
// nil remembers nothing. Make one with [Open].
type Table struct {
	path    string // "" is memory alone
	root    string // what Trust is in
	seed    maphash.Seed
	changes chan struct{} // holds one when there is something to write
	shards  [shards]shard
	// hints are what was noted lately, each of a client, a way and a minute: whoever
	// finds his own there need not wait for a lock.
	hints [hints]atomic.Uint64
}

type shard struct {
	mu      sync.Mutex
	clients map[netip.Addr]*record
}

func (t *Table) shard(client netip.Addr) *shard {
	return &t.shards[maphash.Comparable(t.seed, client)%shards]
}

func newTable(path, root string) *Table {
	t := &Table{path: path, root: root, seed: maphash.MakeSeed(), changes: make(chan struct{}, 1)}
	for i := range t.shards {
		t.shards[i].clients = map[netip.Addr]*record{}
	}
	return t
}

// Note takes note that a client, an address without a zone, showed a way.
func (t *Table) Note(client netip.Addr, w Way, now time.Time) {
	if t == nil || !client.IsValid() {
		return
	}
	at, h := now.Unix(), maphash.Comparable(t.seed, client)
	const low = 1<<24 - 1
	hint, mark := &t.hints[(h>>32+uint64(w))%hints], h&^low|uint64(minute(at)<<2|int64(w))&low
	if hint.Load() == mark {
		return
	}
	hint.Store(mark)
	sh := &t.shards[h%shards]
	sh.mu.Lock()
	defer sh.mu.Unlock()
	r := sh.clients[client]
	switch {
	case r == nil:
		if len(sh.clients) >= perShard {
			makeRoom(sh.clients)
		}
		r = &record{}
		sh.clients[client] = r
	case minute(at) == minute(r.at[w]):
		return
	}
	r.at[w] = at
	r.notes++
	t.changed()
}

// minute is that of the clock.
func minute(at int64) int64 { return at / int64(Every/time.Second) }

func (t *Table) changed() {
	select {
	case t.changes <- struct{}{}:
	default:
	}
}

// makeRoom forgets the client that was noted least often, of several the one that
// came least lately.
func makeRoom(clients map[netip.Addr]*record) {
	var worst netip.Addr
	var least *record
	for addr, r := range clients {
		if least == nil || r.notes < least.notes || r.notes == least.notes && r.last() < least.last() {
			worst, least = addr, r
		}
	}
	delete(clients, worst)
}

// Of returns what is known of a client, which may be nothing.
func (t *Table) Of(client netip.Addr) Client {
	c := Client{Addr: client}
	if t == nil || !client.IsValid() {
		return c
	}
	sh := t.shard(client)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if r := sh.clients[client]; r != nil {
		c = r.client(client)
	}
	return c
}

// Since returns the clients that came since then, the last one first.
func (t *Table) Since(since time.Time) (all []Client) {
	if t == nil {
		return nil
	}
	for i := range t.shards {
		sh := &t.shards[i]
		sh.mu.Lock()
		for addr, r := range sh.clients {
			if r.last() >= since.Unix() {
				all = append(all, r.client(addr))
			}
		}
		sh.mu.Unlock()
	}
	slices.SortFunc(all, func(a, b Client) int {
		if n := b.Last().Compare(a.Last()); n != 0 {
			return n
		}
		return a.Addr.Compare(b.Addr)
	})
	return all
}

func (r *record) client(addr netip.Addr) Client {
	return Client{addr, moment(r.at[Proxy]), moment(r.at[Resolver]), moment(r.at[Trust])}
}

func moment(at int64) time.Time {
	if at <= 0 {
		return time.Time{}
	}
	return time.Unix(at, 0)
}
