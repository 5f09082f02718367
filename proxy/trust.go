package proxy

import (
	"net/netip"
	"sync"
	"time"
)

const (
	// distrustFor is how long a client that refused our certificate is
	// tunnelled before it is tried again: long enough to browse, short
	// enough that trusting the CA shows its effect soon.
	distrustFor = 10 * time.Minute
	// trustFor is how long a completed handshake speaks for a client. In
	// that time its refusals concern single sites (pinning) and must not
	// switch interception off for all of them.
	trustFor = 24 * time.Hour
	// maxStacks bounds the memory of TLS stacks seen.
	maxStacks = 8192
)

// stack is one TLS implementation on one client.
type stack struct {
	client netip.Addr
	print  fingerprint
}

// trust remembers which TLS stacks accepted a leaf of ours and which refused
// one. A browser that does not trust the CA yet is tunnelled, so that it works
// as before with protection by name; held sites stay refused to it.
type trust struct {
	mu       sync.Mutex
	accepted map[stack]time.Time
	denied   map[stack]time.Time
}

func newTrust() *trust {
	return &trust{accepted: map[stack]time.Time{}, denied: map[stack]time.Time{}}
}

// completed notes a handshake that went through.
func (t *trust) completed(client netip.Addr, p fingerprint) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.accepted) >= maxStacks {
		clear(t.accepted)
	}
	k := stack{client, p}
	t.accepted[k] = time.Now()
	delete(t.denied, k)
}

// refused notes a handshake that ended with an alert about our certificate.
func (t *trust) refused(client netip.Addr, p fingerprint) {
	t.mu.Lock()
	defer t.mu.Unlock()
	k := stack{client, p}
	if at, ok := t.accepted[k]; ok && time.Since(at) < trustFor {
		return
	}
	if len(t.denied) >= maxStacks {
		clear(t.denied)
	}
	t.denied[k] = time.Now()
}

// refuses reports whether a handshake with this stack would fail for want of
// trust.
func (t *trust) refuses(client netip.Addr, p fingerprint) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	at, ok := t.denied[stack{client, p}]
	return ok && time.Since(at) < distrustFor
}

// trusting reports whether any stack on client completed a handshake lately.
func (t *trust) trusting(client netip.Addr) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	for k, at := range t.accepted {
		if k.client == client && time.Since(at) < trustFor {
			return true
		}
	}
	return false
}
