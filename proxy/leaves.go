package proxy

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
	kind   rulingKind
}

// leaves are the hosts at which a client may go on past one kind of ruling,
// because somebody there decided so. They end with the process.
type leaves struct {
	mu    sync.RWMutex
	until map[leaveKey]time.Time
}

func newLeaves() *leaves { return &leaves{until: map[leaveKey]time.Time{}} }

// has reports whether client may go on at n past rulings of this kind. Who went
// on past the red one need not be asked again.
func (l *leaves) has(client netip.Addr, n hostname.Name, kind rulingKind) bool {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if len(l.until) == 0 {
		return false
	}
	now := time.Now()
	above := kindRed
	switch kind {
	case kindCredential, kindReuse, kindID: // no leave for a page covers what is sent there
		above = kindCredential
	}
	return now.Before(l.until[leaveKey{client, n, kind}]) || now.Before(l.until[leaveKey{client, n, above}])
}

func (l *leaves) grant(client netip.Addr, n hostname.Name, kind rulingKind) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if len(l.until) >= maxLeaves {
		l.dropOldest(now)
	}
	l.until[leaveKey{client, n, kind}] = now.Add(kind.leave())
}

// dropOldest removes what has ended, or else the leave that ends first.
func (l *leaves) dropOldest(now time.Time) {
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

// leave is how long going on past a ruling of this kind holds.
func (k rulingKind) leave() time.Duration {
	switch k {
	case kindRed, kindRedName, kindCredential:
		return redLeaveFor
	}
	return leaveFor
}
