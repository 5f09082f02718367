package proxy

import (
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"sekisho/dossier"
	"sekisho/hostname"
	"sekisho/proxy/h1"
)

const (
	// handedFor is for how long a warning says that something was sent to the
	// site before. After that what was typed was typed into another visit.
	handedFor = 24 * time.Hour
	// maxHanded bounds them: some hundred sites a day for each machine of an
	// office.
	maxHanded = 32768
	// notedFor is for how long what is noted need not be noted again.
	notedFor = time.Minute
)

// handed remembers which client's pages of which site may have sent away what was
// typed into them, wherever to, and who sent a site something from elsewhere. What it
// was is not looked at, so a warning says no more than that something may have been
// sent.
type handed struct {
	since time.Time // nothing is known of what was before

	mu     sync.Mutex
	byPair map[owedKey]time.Time // with no site: a page that did not say of which it is
	lost   time.Time             // when others were dropped, so that anybody may have sent
}

func newHanded() *handed { return &handed{since: time.Now(), byPair: map[owedKey]time.Time{}} }

// add notes that client may have sent something to the site of n, or by a page of it;
// by a page of any, if n is the zero Name.
func (h *handed) add(client netip.Addr, n hostname.Name) {
	key, now := owedKey{client: client}, time.Now()
	if !n.IsZero() {
		key.site = dossier.SiteOf(n)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if now.Sub(h.byPair[key]) < notedFor && !n.IsZero() {
		return
	}
	if len(h.byPair) >= maxHanded {
		h.makeRoom(now)
	}
	h.byPair[key] = now
}

// makeRoom drops what is over, and everything where that is not enough: a page
// can send to thousands of sites, and must not have a warning claim that nothing
// was sent.
func (h *handed) makeRoom(now time.Time) {
	for key, at := range h.byPair {
		if now.Sub(at) >= handedFor {
			delete(h.byPair, key)
		}
	}
	if len(h.byPair) >= maxHanded {
		clear(h.byPair)
		h.lost = now
	}
}

// maybe reports whether client may have sent something to the site of n before, or by a
// page of it. The site was opened from here first at seen; zero: never.
func (h *handed) maybe(client netip.Addr, n hostname.Name, seen time.Time) bool {
	now := time.Now()
	lately := func(t time.Time) bool { return !t.IsZero() && now.Sub(t) < handedFor }
	if !seen.IsZero() && seen.Before(h.since) && lately(h.since) {
		return true
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	hidden := h.byPair[owedKey{client: client}]
	return lately(h.byPair[owedKey{client, dossier.SiteOf(n)}]) || lately(h.lost) || !seen.IsZero() && seen.Before(hidden) && lately(hidden)
}

// sends notes what r, which is about to be passed on, may carry.
func (s *Server) sends(r *http.Request, v *visit) {
	if !v.target.drill() && !s.unread(v) {
		s.handed.note(v, r.ContentLength != 0 || isUpgrade(r), guardHead(r, v).Target, r.Header.Get)
	}
}

// sends is that of [Server] for a plain head, which has no body. A page's further requests
// to its own site cost no more than a look at one field for notedFor.
func (r *relay) sends(head []byte) {
	if r.genuine {
		return
	}
	v, now := r.visit, r.lower.at.Load()
	noted := now-r.noted < int64(notedFor)
	get := func(name string) string { return view(h1.Field(head, name)) }
	site := get("sec-fetch-site")
	if noted && site == "same-origin" {
		return
	}
	from, typed := typedInto(v, false, view(h1.Target(head)), site, get)
	switch {
	case !typed:
	case from != v.target.name:
		r.server.handed.add(v.client, from)
	case !noted:
		r.server.handed.add(v.client, from)
		r.noted = now
	}
}

// note notes what a request to v's target may carry: what was typed into the page that
// makes it, and for a body whatever its page or a program has. get returns the field of a
// name in lower case.
func (h *handed) note(v *visit, body bool, target string, get func(string) string) {
	if body {
		h.add(v.client, v.target.name) // the page may belong to whoever gets it
	}
	if from, typed := typedInto(v, body, target, get("sec-fetch-site"), get); typed {
		h.add(v.client, from)
	}
}

// typedInto reports whether a request to v's target may carry what was typed into the page
// that makes it, and of which host that page is; the zero Name if it does not say. site is
// what get returns for "sec-fetch-site".
func typedInto(v *visit, body bool, target, site string, get func(string) string) (from hostname.Name, typed bool) {
	if site == "none" || !body && wordless(target, site, get) {
		return from, false
	}
	if site == "same-origin" {
		return v.target.name, true
	}
	from = pageBy(func(name string) string { return strings.Clone(get(name)) }, v).Document
	switch {
	case !from.IsZero():
	case opensPage(site, get):
		return from, false // a link in a mail, above all: nothing was typed to get here
	case site == "":
		from = v.target.name // over plain http, or a program's, of which there are many
	}
	return from, true
}

// opensPage reports whether a request whose page is not known opens one in a tab: over
// plain http no browser says so.
func opensPage(site string, get func(string) string) bool {
	if site == "" {
		return strings.Contains(get("accept"), "text/html")
	}
	return get("sec-fetch-mode") == "navigate" && get("sec-fetch-dest") == "document"
}

// wordless reports whether a request without a body has no place for what was typed into
// the page that makes it: what a page's markup brings, or a link of its own site opens,
// by names in lower-case letters alone. A script can write into the path as well as into
// the query, a cookie, a field or the address that a page has; names of hosts count too.
func wordless(target, site string, get func(string) string) bool {
	switch get("sec-fetch-dest") {
	case "", "empty":
		return false // a script's own, which may set fields, or not known
	}
	referrer := get("referer")
	if _, rest, ok := strings.Cut(referrer, "://"); ok {
		_, referrer, _ = strings.Cut(rest, "/")
	}
	return site == "same-origin" && get("cookie") == "" && lowerCase(target) && lowerCase(referrer)
}

// lowerCase reports whether s is lower-case letters and what stands between them in the
// names of files.
func lowerCase(s string) bool {
	return !strings.ContainsFunc(s, func(c rune) bool { return (c < 'a' || c > 'z') && !strings.ContainsRune("/.-_", c) })
}
