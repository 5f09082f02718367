package ruling

import (
	"net/netip"
	"sync"
	"time"

	"sekisho/hostname"
)

const (
	// leaveFor is how long a person's "go on" holds for one client and host.
	leaveFor = 24 * time.Hour
	// redLeaveFor is as long as it takes to see that a warning was wrong.
	redLeaveFor = 15 * time.Minute
	// maxLeaves bounds them; when it is reached the ones that end first go.
	maxLeaves = 4096
)

type leaveKey struct {
	client netip.Addr
	name   hostname.Name
	kind   Kind
}

// Leaves are the hosts at which a client may go on past one kind of ruling,
// because somebody there decided so. They end with the process. Safe for concurrent use.
type Leaves struct {
	mu    sync.RWMutex
	until map[leaveKey]time.Time
}

// NewLeaves has none.
func NewLeaves() *Leaves { return &Leaves{until: map[leaveKey]time.Time{}} }

// Has reports whether client may go on at n past rulings of this kind. Who went
// on past the red one need not be asked again.
func (l *Leaves) Has(client netip.Addr, n hostname.Name, kind Kind) bool {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if len(l.until) == 0 {
		return false
	}
	now := time.Now()
	above := KindRed
	switch kind {
	case kindCredential, kindReuse, kindID: // no leave for a page covers what is sent there
		above = kindCredential
	}
	return now.Before(l.until[leaveKey{client, n, kind}]) || now.Before(l.until[leaveKey{client, n, above}])
}

// Grant lets client go on at n past rulings of this kind for as long as [Kind.Leave].
func (l *Leaves) Grant(client netip.Addr, n hostname.Name, kind Kind) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if len(l.until) >= maxLeaves {
		l.dropOldest(now)
	}
	l.until[leaveKey{client, n, kind}] = now.Add(kind.Leave())
}

// dropOldest removes what has ended, or else the leave that ends first.
func (l *Leaves) dropOldest(now time.Time) {
	var first leaveKey
	var end time.Time
	for k, e := range l.until {
		if now.After(e) {
			delete(l.until, k)
			continue
		}
		if end.IsZero() || e.Before(end) {
			first, end = k, e
		}
	}
	if len(l.until) >= maxLeaves {
		delete(l.until, first)
	}
}

// Leave is how long going on past a ruling of this kind holds.
func (k Kind) Leave() time.Duration {
	switch k {
	case KindRed, KindRedName, kindCredential:
		return redLeaveFor
	}
	return leaveFor
}
