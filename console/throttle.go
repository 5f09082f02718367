package console

import (
	"net/netip"
	"sync"
	"time"

	"sekisho/hostname"
)

const (
	// freeTries is how often somebody may be wrong before having to wait: typing
	// errors and the keyboard's other layout.
	freeTries = 5
	// firstWait doubles with each further failure.
	firstWait = 2 * time.Second
	// maxAddressWait and maxNameWait bound the waits. That for a name is short,
	// because anybody can bring it about for somebody else; with it, a password can
	// be tried some 1,500 times a day from any number of addresses.
	maxAddressWait = 15 * time.Minute
	maxNameWait    = time.Minute
	// forgetAfter is when failures no longer count.
	forgetAfter = time.Hour
	// maxKept bounds how many addresses and how many names are remembered. Beyond
	// it the one whose last failure is longest ago is forgotten.
	maxKept = 4096
)

// throttle slows down guessing, by the address that it comes from and by the name
// that it is about, whether there is such a name or not.
type throttle struct {
	mu        *sync.Mutex
	most      time.Duration // the longest wait for a name
	addresses map[netip.Addr]*tries
	names     map[string]*tries
}

// tries is what is remembered of an address or a name.
type tries struct {
	failed int
	last   time.Time
}

func newThrottle(most time.Duration) throttle {
	return throttle{new(sync.Mutex), most, map[netip.Addr]*tries{}, map[string]*tries{}}
}

// begin asks whether a try may be made now. If so it counts as failed until
// [throttle.succeed] says otherwise, so that tries at the same time do not slip
// through together; if not, it returns how long to wait. name may be "".
func (t throttle) begin(a netip.Addr, name string, now time.Time) (wait time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	a = hostname.Network(a)
	wait = t.addresses[a].wait(now, maxAddressWait)
	if name != "" {
		wait = max(wait, t.names[name].wait(now, t.most))
	}
	if wait > 0 {
		return wait
	}
	count(t.addresses, a, now)
	if name != "" {
		count(t.names, name, now)
	}
	return 0
}

// succeed forgets what was counted against an address and a name.
func (t throttle) succeed(a netip.Addr, name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.addresses, hostname.Network(a))
	delete(t.names, name)
}

// stands reports whether the next try from a has to wait: the moment to tell the
// owner, once for a series of failures.
func (t throttle) stands(a netip.Addr) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	x := t.addresses[hostname.Network(a)]
	return x != nil && x.failed == freeTries
}

func (x *tries) wait(now time.Time, most time.Duration) time.Duration {
	if x == nil || x.failed < freeTries || now.Sub(x.last) >= forgetAfter {
		return 0
	}
	wait := most
	if n := x.failed - freeTries; n < 16 {
		wait = min(most, firstWait<<n)
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
