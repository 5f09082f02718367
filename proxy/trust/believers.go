package trust

import (
	"net/netip"
	"sync"
	"time"

	"go.uber.org/zap"

	"sekisho/hostname"
)

const (
	// proofFor is how long an accepted leaf speaks for its client: a device without
	// the proxy may show nothing between two of the sinkhole's pages, while an
	// address passes on to another device at some time.
	proofFor = 7 * 24 * time.Hour
	// doubtFor is how long a refused certificate keeps its client from being led
	// to the sinkhole, unless the TLS stack that refused accepts another one meanwhile.
	doubtFor = 24 * time.Hour
	// maxBelievers bounds the clients remembered, maxDoubts the stacks of one.
	maxBelievers = 8192
	maxDoubts    = 16
)

// Believers are the clients that may be led to the sinkhole: one of their TLS
// stacks accepted a leaf of ours within proofFor, and none stands that refused
// one. Nobody knows which program asks a resolver, so each of a device's, and
// each device behind one address, has its say. A stack can be brought to accept
// what it refused by a click in its browser; that is no proof: neither for the
// site it refused, nor if it refuses again afterwards.
//
// Clients are addresses without a zone, and IPv4 ones are not mapped. It may be used
// concurrently.
type Believers struct {
	path, root string // of the file, and of what they trust
	log        *zap.Logger
	now        func() time.Time

	// lost has one when somebody in the file is no longer to be led there, gained when
	// somebody is who is not in it.
	lost, gained chan struct{}

	mu      sync.RWMutex
	all     map[netip.Addr]*believer
	changed bool // since it was kept, by more than an hour's time
}

type believer struct {
	proved time.Time
	kept   time.Time // what proved was when the file was written last
	doubts map[Fingerprint]doubt
	filed  bool // whether the file says that it may be led there
}

// doubt is one stack's refusal.
type doubt struct {
	last time.Time
	site hostname.Name
	// settled is set once the stack accepted another leaf, firm once it refused
	// after that.
	settled, firm bool
}

func newBelievers(root string) *Believers {
	return &Believers{root: root, now: time.Now, lost: make(chan struct{}, 1), gained: make(chan struct{}, 1), all: map[netip.Addr]*believer{}}
}

// Accepted notes that a stack accepted a leaf for site; the zero Name is no site.
func (b *Believers) Accepted(client netip.Addr, p Fingerprint, site hostname.Name) {
	b.mu.Lock()
	defer b.mu.Unlock()
	c, now := b.of(client), b.now()
	d, ok := c.doubts[p]
	if ok && now.Sub(d.last) < doubtFor {
		if d.firm || d.site == site {
			return
		}
		d.settled = true
		c.doubts[p] = d
	}
	b.changed = b.changed || now.Sub(c.kept) > time.Hour || d.settled
	c.proved = now
	if !c.filed && c.trusts(now) {
		signal(b.gained)
	}
}

// signal has c, which has room for one, be told, unless it was before.
func signal(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// Refused notes that a stack refused a leaf for site.
func (b *Believers) Refused(client netip.Addr, p Fingerprint, site hostname.Name) {
	b.mu.Lock()
	defer b.mu.Unlock()
	c, now := b.of(client), b.now()
	d, known := c.doubts[p]
	if !known && len(c.doubts) >= maxDoubts {
		p = Fingerprint{} // all further ones are one
		d = c.doubts[p]
	}
	d.firm = now.Sub(d.last) < doubtFor && (d.firm || d.settled)
	d.last, d.site, d.settled = now, site, false
	c.doubts[p], b.changed = d, true
	if c.filed {
		signal(b.lost)
	}
}

// Trusts reports whether client may be led to the sinkhole. It does not wait for the
// file.
func (b *Believers) Trusts(client netip.Addr) bool {
	b.mu.RLock()
	defer b.mu.RUnlock()
	c, ok := b.all[client]
	return ok && c.trusts(b.now())
}

func (c *believer) trusts(now time.Time) bool {
	for _, d := range c.doubts {
		if !d.settled && now.Sub(d.last) < doubtFor {
			return false
		}
	}
	return now.Sub(c.proved) < proofFor
}

// of returns what is known of client, with mu held. When there are too many, the
// one that was heard of least lately makes room.
func (b *Believers) of(client netip.Addr) *believer {
	if c, ok := b.all[client]; ok {
		return c
	}
	if len(b.all) >= maxBelievers {
		var oldest netip.Addr
		var when time.Time
		for addr, c := range b.all {
			if at := c.heard(); !oldest.IsValid() || at.Before(when) {
				oldest, when = addr, at
			}
		}
		delete(b.all, oldest)
	}
	c := &believer{doubts: map[Fingerprint]doubt{}}
	b.all[client] = c
	return c
}

func (c *believer) heard() time.Time {
	at := c.proved
	for _, d := range c.doubts {
		if d.last.After(at) {
			at = d.last
		}
	}
	return at
}
