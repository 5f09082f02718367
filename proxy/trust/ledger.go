package trust

import (
	"net/netip"
	"sync"
	"time"

	"sekisho/hostname"
	"sekisho/proxy/recent"
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
	// maxStacks bounds the memory of TLS stacks seen, and of all else: what is
	// forgotten costs one handshake or one repeated note.
	maxStacks = 8192
	// pinAlerts is how many refusals of one site within a day, by a client that
	// trusts the CA otherwise, make a pinned application of it: one may be a
	// program that was started before the CA was trusted.
	pinAlerts = 3
	// tellEvery is how often the owner is told of one client or site.
	tellEvery = 24 * time.Hour
)

// stack is one TLS implementation on one client.
type stack struct {
	client netip.Addr
	print  Fingerprint
}

// denial is a stack's refusals of our certificates.
type denial struct {
	last time.Time
	site string // the registrable domain of the first
	many bool   // whether there was another: it is not pinning
}

// pin counts what one client refused of one site.
type pin struct {
	client netip.Addr
	host   hostname.Name
}

type pinCount struct {
	since  time.Time
	alerts int
}

// told is what the owner was told of: a client, or a site.
type told struct {
	news   News
	client netip.Addr
	host   hostname.Name
}

// Ledger remembers which TLS stacks accepted a leaf of ours and which refused
// one, in memory alone. A browser that does not trust the CA yet is tunnelled, so
// that it works as before with protection by name; held sites stay refused to it. A
// pinned application is named to the owner, who may list its site in
// intercept.never; nothing is let past for good without that.
//
// Clients are addresses without a zone, and IPv4 ones are not mapped. It may be used
// concurrently.
type Ledger struct {
	now func() time.Time

	mu       sync.Mutex
	accepted *recent.Map[stack, time.Time]
	clients  *recent.Map[netip.Addr, time.Time] // when any stack on it accepted last
	denied   *recent.Map[stack, denial]
	pins     *recent.Map[pin, pinCount]
	gave     *recent.Map[pin, time.Time] // when a client gave a certificate to a host
	told     *recent.Map[told, time.Time]
}

// NewLedger returns a ledger of nobody.
func NewLedger() *Ledger {
	return &Ledger{
		now:      time.Now,
		accepted: recent.New[stack, time.Time](maxStacks),
		clients:  recent.New[netip.Addr, time.Time](maxStacks),
		denied:   recent.New[stack, denial](maxStacks),
		pins:     recent.New[pin, pinCount](maxStacks),
		gave:     recent.New[pin, time.Time](maxStacks),
		told:     recent.New[told, time.Time](maxStacks),
	}
}

// Completed notes a handshake that went through. Its news is [NewsTrusting] if the owner
// was told of distrust on the client. Whoever still refuses is told of anew.
func (l *Ledger) Completed(client netip.Addr, p Fingerprint) News {
	l.mu.Lock()
	defer l.mu.Unlock()
	k := stack{client, p}
	l.accepted.Put(k, l.now())
	l.clients.Put(client, l.now())
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

// worries is what the owner is told of a client with a program that refuses us.
var worries = [...]News{NewsStranger, NewsProgram}

// Refused notes a handshake with a leaf for host that ended with an alert about
// our certificate. Its news is [NewsStranger]. For a stack that trusts us otherwise, or
// whose client does, it is [NewsPinned] at last, and before that [NewsProgram] of a stack
// that is tunnelled from here on.
func (l *Ledger) Refused(client netip.Addr, p Fingerprint, host hostname.Name) News {
	l.mu.Lock()
	defer l.mu.Unlock()
	k, now := stack{client, p}, l.now()
	accepted, _ := l.accepted.Get(k)
	own := now.Sub(accepted) < trustFor
	several := false
	if !own {
		d, again := l.denied.Get(k)
		site := registrable(host)
		if !again {
			d.site = site
		}
		d.last, d.many = now, d.many || d.site != site
		l.denied.Put(k, d)
		several = d.many
	}
	if several || !own && !l.trustingLocked(client) {
		return l.tell(told{news: NewsStranger, client: client}, now)
	}
	c, _ := l.pins.Get(pin{client, host})
	if now.Sub(c.since) > tellEvery {
		c = pinCount{since: now}
	}
	c.alerts++
	l.pins.Put(pin{client, host}, c)
	if !own { // otherwise nothing is let past
		if n := l.tell(told{news: NewsProgram, client: client}, now); n != NewsNone {
			return n
		}
	}
	if c.alerts < pinAlerts {
		return NewsNone
	}
	return l.tell(told{news: NewsPinned, host: host}, now)
}

// Foreign is for a client of which a connection is passed on unread, since it is not
// HTTP. Its news is [NewsForeign].
func (l *Ledger) Foreign(client netip.Addr) News {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.tell(told{news: NewsForeign, client: client}, l.now())
}

// Call is for a client whose WebRTC to host is closed. Its news is [NewsCall].
func (l *Ledger) Call(client netip.Addr, host hostname.Name) News {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.tell(told{news: NewsCall, client: client, host: host}, l.now())
}

// Ends is for an authority that ends soon. Its news is [NewsEnds].
func (l *Ledger) Ends() News {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.tell(told{news: NewsEnds}, l.now())
}

// tell returns what k is about unless that was told lately.
func (l *Ledger) tell(k told, now time.Time) News {
	if at, ok := l.told.Get(k); ok && now.Sub(at) < tellEvery {
		return NewsNone
	}
	l.told.Put(k, now)
	return k.news
}

// registrable is the site that n belongs to.
func registrable(n hostname.Name) string {
	if r := n.Registrable(); r != "" {
		return r
	}
	return n.String()
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

// Doubted reports whether the owner was told within a day of a program on client that
// does not trust us, and of none since that does now.
func (l *Ledger) Doubted(client netip.Addr) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, worry := range worries {
		if at, ok := l.told.Get(told{news: worry, client: client}); ok && l.now().Sub(at) < tellEvery {
			return true
		}
	}
	return false
}

func (l *Ledger) trustingLocked(client netip.Addr) bool {
	at, ok := l.clients.Get(client)
	return ok && l.now().Sub(at) < trustFor
}
