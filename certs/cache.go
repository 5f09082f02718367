package certs

import (
	"container/list"
	"crypto/tls"
	"errors"
	"sync"
	"time"

	"sekisho/hostname"
)

// maxLeaves bounds the leaves kept. Each takes about 4.5 KiB, and one that was
// dropped costs a tenth of a millisecond to mint again.
const maxLeaves = 2048

// maxStandIns bounds those for blocked sites, which are few at a time.
const maxStandIns = 256

// cache keeps the leaves used last, and lets one caller mint what others wait for.
type cache struct {
	limit int

	mu    sync.Mutex
	slots map[hostname.Name]*list.Element
	order *list.List // of *slot, the one used last in front
	// What was asked for and was there, or was not.
	reused, claimed uint64
}

// slot is a leaf, or the wait for one. done is closed once cert and err are final.
type slot struct {
	name hostname.Name
	done chan struct{}
	cert *tls.Certificate
	err  error

	// The leaf is given out from and before these times. Both are zero, under
	// cache.mu, while the mint is under way.
	from, until time.Time
}

func newCache(limit int) *cache {
	return &cache{limit: limit, slots: make(map[hostname.Name]*list.Element), order: list.New()}
}

// claim returns the leaf for n, or the slot in which it will appear. When mine is
// true the caller must settle the slot.
func (c *cache) claim(n hostname.Name, now time.Time) (cert *tls.Certificate, s *slot, mine bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if el, ok := c.slots[n]; ok {
		s = el.Value.(*slot)
		if s.until.IsZero() {
			c.reused++
			return nil, s, false
		}
		if !now.Before(s.from) && now.Before(s.until) {
			c.order.MoveToFront(el)
			c.reused++
			return s.cert, nil, false
		}
		c.remove(el)
	}
	c.claimed++
	s = &slot{name: n, done: make(chan struct{})}
	c.slots[n] = c.order.PushFront(s)
	if c.order.Len() > c.limit {
		c.remove(c.order.Back())
	}
	return nil, s, true
}

// settle fills s with what mint returns and wakes those who wait. Errors are not
// kept. Waiters are woken even if mint does not return.
func (c *cache) settle(s *slot, now time.Time, mint func() (*tls.Certificate, error)) {
	cert, err := (*tls.Certificate)(nil), errors.New("leaf was not minted")
	defer func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		s.cert, s.err = cert, err
		if err == nil {
			s.from = earlier(now, cert.Leaf.NotBefore)
			s.until = now.Add(cert.Leaf.NotAfter.Sub(now) / 2)
		} else if el, ok := c.slots[s.name]; ok && el.Value == s {
			c.remove(el)
		}
		close(s.done)
	}()
	cert, err = mint()
}

func (c *cache) remove(el *list.Element) {
	c.order.Remove(el)
	delete(c.slots, el.Value.(*slot).name)
}

// LeafCounts is what became of the leaves that were asked for since the start.
type LeafCounts struct {
	Minted, Reused uint64 // made, or there already
	Kept           int    // at the moment
}

// LeafCounts returns the figures of the leaves.
func (a *Authority) LeafCounts() LeafCounts {
	var sum LeafCounts
	for _, c := range [...]*cache{a.leaves, a.standIns} {
		c.mu.Lock()
		sum.Minted += c.claimed
		sum.Reused += c.reused
		sum.Kept += c.order.Len()
		c.mu.Unlock()
	}
	return sum
}
