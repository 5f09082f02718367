package proxy

import (
	"net/netip"
	"sync"
	"time"

	"sekisho/hostname"
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
	// pinAlerts is how many refusals of one site within a day, by a client that
	// trusts the CA otherwise, make a pinned application of it: one may be a
	// program that was started before the CA was trusted.
	pinAlerts = 3
	// tellEvery is how often the owner is told of one client or site.
	tellEvery = 24 * time.Hour
)

// news is what a handshake's end is worth telling the owner.
type news uint8

const (
	newsNone     news = iota
	newsStranger      // a program on the client does not trust the CA
	newsTrusting      // one that did not does now
	newsPinned        // a program refuses us for one site alone
	newsEnds          // the authority ends soon, or did
	newsForeign       // a program on the client speaks no HTTP inside TLS
	// A site asks for a client certificate, and is passed on for it; goes on without
	// one, and is not; or insists on one, and its client gave none.
	newsCertificate
	newsCertificateUnused
	newsCertificateMissing
)

// stack is one TLS implementation on one client.
type stack struct {
	client netip.Addr
	print  fingerprint
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
	news   news
	client netip.Addr
	host   hostname.Name
}

// trust remembers which TLS stacks accepted a leaf of ours and which refused
// one. A browser that does not trust the CA yet is tunnelled, so that it works
// as before with protection by name; held sites stay refused to it. A pinned
// application is named to the owner, who may list its site in intercept.never;
// nothing is let past for good without that.
type trust struct {
	now func() time.Time

	mu       sync.Mutex
	accepted map[stack]time.Time
	clients  map[netip.Addr]time.Time // when any stack on it accepted last
	denied   map[stack]denial
	pins     map[pin]pinCount
	gave     map[pin]time.Time // when a client gave a certificate to a host
	told     map[told]time.Time
}

func newTrust() *trust {
	return &trust{
		now:      time.Now,
		accepted: map[stack]time.Time{}, clients: map[netip.Addr]time.Time{}, denied: map[stack]denial{},
		pins: map[pin]pinCount{}, gave: map[pin]time.Time{}, told: map[told]time.Time{},
	}
}

// put keeps m within its bound: what is forgotten costs one handshake or one
// repeated note.
func put[K comparable, V any](m map[K]V, k K, v V) {
	if _, ok := m[k]; !ok && len(m) >= maxStacks {
		clear(m)
	}
	m[k] = v
}

// completed notes a handshake that went through.
func (t *trust) completed(client netip.Addr, p fingerprint) news {
	t.mu.Lock()
	defer t.mu.Unlock()
	k := stack{client, p}
	put(t.accepted, k, t.now())
	put(t.clients, client, t.now())
	if _, ok := t.denied[k]; !ok {
		return newsNone
	}
	delete(t.denied, k)
	stranger := told{news: newsStranger, client: client}
	if _, ok := t.told[stranger]; !ok {
		return newsNone // nobody was worried
	}
	delete(t.told, stranger)
	return newsTrusting
}

// refused notes a handshake with a leaf for host that ended with an alert about
// our certificate.
func (t *trust) refused(client netip.Addr, p fingerprint, host hostname.Name) news {
	t.mu.Lock()
	defer t.mu.Unlock()
	k, now := stack{client, p}, t.now()
	own := now.Sub(t.accepted[k]) < trustFor
	several := false
	if !own {
		d, again := t.denied[k]
		site := registrable(host)
		if !again {
			d.site = site
		}
		d.last, d.many = now, d.many || d.site != site
		put(t.denied, k, d)
		several = d.many
	}
	if several || !own && !t.trustingLocked(client) {
		return t.tell(told{news: newsStranger, client: client}, now)
	}
	c := t.pins[pin{client, host}]
	if now.Sub(c.since) > tellEvery {
		c = pinCount{since: now}
	}
	c.alerts++
	put(t.pins, pin{client, host}, c)
	if c.alerts < pinAlerts {
		return newsNone
	}
	return t.tell(told{news: newsPinned, host: host}, now)
}

// foreign is for a client of which a connection is passed on unread, since it is not
// HTTP.
func (t *trust) foreign(client netip.Addr) news {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.tell(told{news: newsForeign, client: client}, t.now())
}

// certificates is for a host that asks for client certificates.
func (t *trust) certificates(n news, host hostname.Name) news {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.tell(told{news: n, host: host}, t.now())
}

// present notes that client gave host a certificate of its own.
func (t *trust) present(client netip.Addr, host hostname.Name) {
	t.mu.Lock()
	defer t.mu.Unlock()
	put(t.gave, pin{client, host}, t.now())
}

// presented reports whether it did so lately.
func (t *trust) presented(client netip.Addr, host hostname.Name) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	at, ok := t.gave[pin{client, host}]
	return ok && t.now().Sub(at) < presentedFor
}

// ends is for an authority that ends soon.
func (t *trust) ends() news {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.tell(told{news: newsEnds}, t.now())
}

// tell returns what k is about unless that was told lately.
func (t *trust) tell(k told, now time.Time) news {
	if at, ok := t.told[k]; ok && now.Sub(at) < tellEvery {
		return newsNone
	}
	put(t.told, k, now)
	return k.news
}

// registrable is the site that n belongs to.
func registrable(n hostname.Name) string {
	if r := n.Registrable(); r != "" {
		return r
	}
	return n.String()
}

// refuses reports whether a handshake with this stack would fail for want of
// trust.
func (t *trust) refuses(client netip.Addr, p fingerprint) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	d, ok := t.denied[stack{client, p}]
	return ok && t.now().Sub(d.last) < distrustFor
}

// trusting reports whether any stack on client completed a handshake lately.
func (t *trust) trusting(client netip.Addr) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.trustingLocked(client)
}

func (t *trust) trustingLocked(client netip.Addr) bool {
	at, ok := t.clients[client]
	return ok && t.now().Sub(at) < trustFor
}
