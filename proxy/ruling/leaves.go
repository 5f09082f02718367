package ruling

import (
	"net/netip"
	"sync"
	"time"

	"sekisho/hostname"
	"sekisho/journal"
)

const (
	// LeaveFor is how long a person's "go on" holds for one client and host, at most.
	LeaveFor = 24 * time.Hour
	// redLeaveFor is as long as it takes to see that a warning was wrong.
	redLeaveFor = 15 * time.Minute
	// MaxLeaves bounds them; when it is reached the ones that end first go.
	MaxLeaves = 4096
)

type leaveKey struct {
	client netip.Addr
	name   hostname.Name
	kind   Kind
}

// Leaves are the hosts at which a client may go on past one kind of ruling,
// because somebody there decided so. What they are is in the journal, from which
// [Leaves.Resume] has them after a restart. Safe for concurrent use.
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
	now := time.Now()
	l.put(leaveKey{client, n, kind}, now.Add(kind.Leave()), now)
}

// Resume lets go on, for what is left of the time, whoever a release of the journal was
// recorded for. What is no release that somebody chose, or has ended, changes nothing.
func (l *Leaves) Resume(e journal.Event) {
	why := Ruling{Door: doorOf(e.Ground), Severity: e.Severity, Technique: e.Technique}
	client, err := netip.ParseAddr(e.Client)
	host, unfit := hostname.Parse(e.Host)
	now, end := time.Now(), e.Time.Add(why.Kind().Leave())
	if err != nil || unfit != nil || e.Action != journal.ActionRelease || e.Door != journal.DoorPage || e.Ground == groundDrill || e.Time.After(now) || !end.After(now) {
		return
	}
	l.put(leaveKey{client, host, why.Kind()}, end, now)
}

// doorOf is the door of the rulings that have this ground: a release has another.
func doorOf(ground string) string {
	switch ground {
	case GroundPage:
		return journal.DoorPage
	case GroundCredentials:
		return journal.DoorGuard
	}
	return journal.DoorProxy
}

func (l *Leaves) put(key leaveKey, end, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.until) >= MaxLeaves {
		l.dropOldest(now)
	}
	l.until[key] = end
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
	if len(l.until) >= MaxLeaves {
		delete(l.until, first)
	}
}

// Leave is how long going on past a ruling of this kind holds.
func (k Kind) Leave() time.Duration {
	switch k {
	case KindRed, KindRedName, kindCredential:
		return redLeaveFor
	}
	return LeaveFor
}
