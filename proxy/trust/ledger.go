package trust

import (
	"net/netip"
	"sync"
	"time"

	"go.uber.org/zap"

	"sekisho/hostname"
	"sekisho/proxy/recent"
)

const (
	// distrustFor is how long a client that refused our certificate is
	// tunnelled before it is tried again: long enough to browse, short
	// enough that trusting the CA shows its effect soon.
	distrustFor = 10 * time.Minute
	// trustFor is how long a completed handshake shows that a client trusts the CA,
	// to its owner and on its own page.
	trustFor = 24 * time.Hour
	// maxStacks bounds the memory of TLS stacks seen, and of all else: what is
	// forgotten costs one handshake or one repeated note.
	maxStacks = 8192
)

// stack is one TLS implementation on one client.
type stack struct {
	client netip.Addr
	print  Fingerprint
}

// accepting is a stack that accepted a leaf of ours.
type accepting struct {
	last, filed time.Time // filed is what the file says of last
	// refused are the sites, givenUpSites at most, that it refused since.
	refused []string
}

// Ledger remembers which TLS stacks accepted a leaf of ours and which refused
// one. A browser that does not trust the CA yet is tunnelled, so
// that it works as before with protection by name; held sites stay refused to it. A
// pinned application is named to the owner, who may list its site in
// intercept.never; nothing is let past for good without that.
//
// Who accepted one is kept in a file: a browser that trusts us is not to be a stranger
// after each start, of whom one refusal is enough ([Ledger.Refused]).
//
// Clients are addresses without a zone, and IPv4 ones are not mapped. It may be used
// concurrently.
type Ledger struct {
	path, root string // of the file, and of what they trust
	log        *zap.Logger
	now        func() time.Time

	mu       sync.Mutex
	accepted *recent.Map[stack, *accepting]
	clients  *recent.Map[netip.Addr, time.Time] // when any stack on it accepted last
	denied   *recent.Map[stack, denial]
	pins     *recent.Map[pin, pinCount]
	gave     *recent.Map[pin, time.Time] // when a client gave a certificate to a host
	told     *recent.Map[told, time.Time]
	changed  bool // since it was kept, by more than an hour's time
}

// newLedger returns a ledger of nobody.
func newLedger(root string) *Ledger {
	return &Ledger{
		root:     root,
		now:      time.Now,
		accepted: recent.New[stack, *accepting](maxStacks),
		clients:  recent.New[netip.Addr, time.Time](maxStacks),
		denied:   recent.New[stack, denial](maxStacks),
		pins:     recent.New[pin, pinCount](maxStacks),
		gave:     recent.New[pin, time.Time](maxStacks),
		told:     recent.New[told, time.Time](maxStacks),
	}
}

// Completed notes a handshake for host that went through, which proves nothing where the
// same stack refused that site before. Its news is [NewsTrusting] if the owner
// was told of distrust on the client. Whoever still refuses is told of anew.
func (l *Ledger) Completed(client netip.Addr, p Fingerprint, host hostname.Name) News {
	l.mu.Lock()
	defer l.mu.Unlock()
	k, now := stack{client, p}, l.now()
	if l.clicked(k, registrable(host), now) {
		return NewsNone
	}
	t, known := l.accepted.Get(k)
	if !known {
		t = new(accepting)
		l.accepted.Put(k, t)
	}
	t.last, t.refused = now, nil
	l.changed = l.changed || now.Sub(t.filed) > time.Hour
	l.clients.Put(client, now)
	if _, ok := l.denied.Get(k); !ok {
		return NewsNone
	}
	l.denied.Delete(k)
	news := NewsNone
	for _, worry := range worries {
		about := told{news: worry, client: client}
		if _, ok := l.told.Get(about); ok {
			l.told.Delete(about)
			news = NewsTrusting
		}
	}
	return news // nothing when nobody was worried
}

// Refuses reports whether a handshake with this stack would fail for want of
// trust: it refused within the last ten minutes, and completed none since.
func (l *Ledger) Refuses(client netip.Addr, p Fingerprint) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	d, ok := l.denied.Get(stack{client, p})
	return ok && l.now().Sub(d.last) < distrustFor
}

// Trusting reports whether any stack on client completed a handshake within a day.
func (l *Ledger) Trusting(client netip.Addr) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.trustingLocked(client)
}

func (l *Ledger) trustingLocked(client netip.Addr) bool {
	at, ok := l.clients.Get(client)
	return ok && l.now().Sub(at) < trustFor
}
