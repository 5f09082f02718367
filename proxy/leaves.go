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
	// maxLeaves bounds them; when it is reached the ones that end first go.
	maxLeaves = 4096
)

type leaveKey struct {
	client netip.Addr
	name   hostname.Name
}

// leaves are the hosts that a client may visit although their name resembles
// Amazon's, because somebody there decided so. They end with the process.
type leaves struct {
	mu    sync.RWMutex
	until map[leaveKey]time.Time
}

func newLeaves() *leaves { return &leaves{until: map[leaveKey]time.Time{}} }

func (l *leaves) has(client netip.Addr, n hostname.Name) bool {
	l.mu.RLock()
	defer l.mu.RUnlock()
	end, ok := l.until[leaveKey{client, n}]
	return ok && time.Now().Before(end)
}

func (l *leaves) grant(client netip.Addr, n hostname.Name) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if len(l.until) >= maxLeaves {
		l.dropOldest(now)
	}
	l.until[leaveKey{client, n}] = now.Add(leaveFor)
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
