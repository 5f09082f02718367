// Package throttle slows down guessing: of passwords, and of the codes after them. It counts
// what was wrong by the address that it came from and by the name that it was about, and
// says how long the next try has to wait. What is tried it does not know.
package throttle

import (
	"net/netip"
	"sync"
	"time"

	"sekisho/hostname"
)

const (
	// FreeTries is how often somebody may be wrong before having to wait: typing
	// errors and the keyboard's other layout.
	FreeTries = 5
	// FirstWait doubles with each further failure.
	FirstWait = 2 * time.Second
	// maxAddressWait bounds the wait for an address.
	maxAddressWait = 15 * time.Minute
	// forgetAfter is when failures no longer count.
	forgetAfter = time.Hour
	// maxKept bounds how many addresses and how many names are remembered. Beyond
	// it the one whose last failure is longest ago is forgotten.
	maxKept = 4096
)

// Guesses are the tries at one kind of secret, of all addresses and names, whether there is
// such a name or not. It is safe for concurrent use.
type Guesses struct {
	most time.Duration // the longest wait for a name

	mu        sync.Mutex
	addresses map[netip.Addr]*tries
	names     map[string]*tries
}

// tries is what is remembered of an address or a name.
type tries struct {
	failed int
	last   time.Time
}

// New returns the tries at a secret of which there were none yet. No name waits longer
// than most.
func New(most time.Duration) *Guesses {
	return &Guesses{most: most, addresses: map[netip.Addr]*tries{}, names: map[string]*tries{}}
}

// Begin asks whether a try may be made now. If so it counts as failed until
// [Guesses.Succeed] says otherwise, so that tries at the same time do not slip
// through together; if not, it returns how long to wait. name may be "".
func (g *Guesses) Begin(a netip.Addr, name string, now time.Time) (wait time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	a = hostname.Network(a)
	wait = g.addresses[a].wait(now, maxAddressWait)
	if name != "" {
		wait = max(wait, g.names[name].wait(now, g.most))
	}
	if wait > 0 {
		return wait
	}
	count(g.addresses, a, now)
	if name != "" {
		count(g.names, name, now)
	}
	return 0
}

// Succeed forgets what was counted against an address and a name.
func (g *Guesses) Succeed(a netip.Addr, name string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.addresses, hostname.Network(a))
	delete(g.names, name)
}

// Stands reports whether the next try from a, or at name, has to wait from now on: the
// moment to tell the owner, once for a series of failures. By the address alone, who signs
// in with a name of their own now and then could guess another's for ever untold.
func (g *Guesses) Stands(a netip.Addr, name string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.addresses[hostname.Network(a)].stands() || g.names[name].stands()
}

func (x *tries) stands() bool { return x != nil && x.failed == FreeTries }

func (x *tries) wait(now time.Time, most time.Duration) time.Duration {
	if x == nil || x.failed < FreeTries || now.Sub(x.last) >= forgetAfter {
		return 0
	}
	wait := most
	if n := x.failed - FreeTries; n < 16 {
		wait = min(most, FirstWait<<n)
	}
	return max(0, wait-now.Sub(x.last))
}

// count adds a failure, and keeps kept within its bound.
func count[K comparable](kept map[K]*tries, key K, now time.Time) {
	x := kept[key]
	if x == nil {
		if len(kept) >= maxKept {
			evict(kept)
		}
		x = &tries{}
		kept[key] = x
	}
	if now.Sub(x.last) >= forgetAfter {
		x.failed = 0
	}
	x.failed++
	x.last = now
}

func evict[K comparable](kept map[K]*tries) {
	var oldest K
	var at time.Time
	for key, x := range kept {
		if at.IsZero() || x.last.Before(at) {
			oldest, at = key, x.last
		}
	}
	delete(kept, oldest)
}
