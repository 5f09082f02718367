package proxy

import (
	"hash/maphash"
	"net/netip"
	"slices"
	"strings"
	"time"

	"sekisho/dossier"
	"sekisho/hostname"
)

const (
	// loadFor is how long after its answer has begun a page brings what it is made of,
	// and is too new for anybody to have typed something into it.
	loadFor = 3 * time.Second
	// visitFor is how long nobody opens a page of a site before the next one is another
	// visit.
	visitFor = 30 * time.Minute
	// maxOpened bounds what is known of visits. What is forgotten is taken for a page
	// that was open since before.
	maxOpened = 8192
)

// lastPage is the page of a site that a client opened last.
type lastPage struct {
	at      time.Time
	address uint64 // of the page, in figures that say nothing of it

	began   time.Time // the visit
	led     bool      // from a page that asks
	asks    bool      // a page of the visit has fields of a sign-in, and nothing speaks for the site
	cookies cookieMarks
}

// opens notes that client opens a page of n in a tab: the answer to a request for target
// with the fields that get returns sets the cookies in set.
func (h *handed) opens(client netip.Addr, n hostname.Name, target string, get func(string) string, set []string) {
	now := time.Now()
	key := owedKey{client, dossier.SiteOf(n)}
	led := h.ledFrom(client, n, get)
	h.mu.Lock()
	defer h.mu.Unlock()
	o, known := h.opened.Get(key)
	if !known || now.Sub(o.at) >= visitFor {
		h.sweep(now)
		o = &lastPage{began: now, led: led}
		h.learn(&o.cookies, get("cookie"))
		h.given(&o.cookies, set...)
		h.opened.Put(key, o)
	}
	o.at, o.address = now, h.figure(strings.TrimPrefix(target, "/"))
	h.opened.Put(owedKey{client: client}, o) // for pages that do not say of which site they are
}

// sweep forgets the pages of the day before, once an hour.
func (h *handed) sweep(now time.Time) {
	if now.Sub(h.swept) < time.Hour {
		return
	}
	h.swept = now
	var over []owedKey
	for k, o := range h.opened.All() {
		if now.Sub(o.at) >= handedFor {
			over = append(over, k)
		}
	}
	for _, k := range over {
		h.opened.Delete(k)
	}
}

func (h *handed) figure(address string) uint64 { return maphash.String(h.seed, address) }

// loading reports whether the page of n that client opened last is still loading; with
// the zero Name any.
func (h *handed) loading(client netip.Addr, n hostname.Name) bool {
	o, known := h.openedLast(client, n)
	return known && time.Since(o.at) < loadFor
}

// beginning reports whether client's visit to the site of n has just begun, and not with
// what was typed elsewhere. What pages that do not say of which site they are send may be of
// another, which has long been open.
func (h *handed) beginning(client netip.Addr, n hostname.Name) bool {
	if n.IsZero() {
		return false
	}
	o, known := h.openedLast(client, n)
	return known && !o.led && time.Since(o.began) < loadFor
}

// openedAt reports whether address, without its first slash, is that of the page of n
// which client opened last, and so not one that the page made up.
func (h *handed) openedAt(client netip.Addr, n hostname.Name, address string) bool {
	o, known := h.openedLast(client, n)
	return known && o.address == h.figure(address)
}

func (h *handed) openedLast(client netip.Addr, n hostname.Name) (o lastPage, known bool) {
	key := owedKey{client: client}
	if !n.IsZero() {
		key.site = dossier.SiteOf(n)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	p, known := h.opened.Get(key)
	if known {
		o = *p
	}
	return o, known
}

// during is maybe for a request that is held, and what may have gone: what it carries was typed into a page that
// is open, which people are to be told plainly that it was not sent. What every visit has
// does not count. Nor does what other pages that do not say of which site they are sent before that visit
// or what was before sekisho started, if the page was opened since.
func (h *handed) during(client netip.Addr, n hostname.Name, seen time.Time) tells {
	now, changed := time.Now(), h.changed()
	lately := func(t time.Time) bool { return !t.IsZero() && now.Sub(t) < handedFor }
	key := owedKey{client, dossier.SiteOf(n)}
	h.mu.Lock()
	defer h.mu.Unlock()
	o, known := h.opened.Get(key)
	began := seen
	if known {
		began = o.began
	} else if !seen.IsZero() && seen.Before(h.since) && lately(h.since) {
		return tellsAny
	}
	unnamed := h.byPair[owedKey{client: client}]
	hidden := slices.MaxFunc(unnamed[tellsOther:], time.Time.Compare)
	if lately(h.lost) || !began.IsZero() && began.Before(hidden) && lately(hidden) {
		return tellsAny
	}
	return h.byPair[key].lately(changed)
}
