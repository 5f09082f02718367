package proxy

import (
	"hash/maphash"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"sekisho/dossier"
	"sekisho/hostname"
	"sekisho/proxy/h1"
	"sekisho/proxy/recent"
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
	seed  maphash.Seed

	mu      sync.Mutex
	trusted func(hostname.Name) bool // whether people are known to sign in there
	changed func() time.Time         // since when the protected sign-ins are as they are

	byPair map[owedKey]given // with no site: a page that did not say of which it is
	lost   time.Time         // when others were dropped, so that anybody may have sent
	opened *recent.Map[owedKey, *lastPage]
	swept  time.Time
}

func newHanded(trusted func(hostname.Name) bool, changed func() time.Time) *handed {
	return &handed{
		since: time.Now(), seed: maphash.MakeSeed(), trusted: trusted, changed: changed,
		byPair: map[owedKey]given{}, opened: recent.New[owedKey, *lastPage](maxOpened),
	}
}

// add notes that client may have sent something to the site of n, or by a page of it;
// by a page of any, if n is the zero Name. how is what that may tell.
func (h *handed) add(client netip.Addr, n hostname.Name, how tells) {
	key, now := owedKey{client: client}, time.Now()
	if !n.IsZero() {
		key.site = dossier.SiteOf(n)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	g := h.byPair[key]
	if now.Sub(g[tellsNothing]) < notedFor && now.Sub(g[how]) < notedFor && !n.IsZero() {
		return
	}
	g[tellsAny] = g.any(h.changed())
	if len(h.byPair) >= maxHanded {
		h.makeRoom(now)
	}
	g[tellsNothing], g[how] = now, now
	h.byPair[key] = g
}

// makeRoom drops what is over, and everything where that is not enough: a page
// can send to thousands of sites, and must not have a warning claim that nothing
// was sent.
func (h *handed) makeRoom(now time.Time) {
	for key, g := range h.byPair {
		if now.Sub(g[tellsNothing]) >= handedFor {
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
	hidden := h.byPair[owedKey{client: client}][tellsNothing]
	return lately(h.byPair[owedKey{client, dossier.SiteOf(n)}][tellsNothing]) || lately(h.lost) || !seen.IsZero() && seen.Before(hidden) && lately(hidden)
}

// sends notes what r, which is about to be passed on, may carry. compared is what it may
// tell at the most, by what was found in it.
func (s *Server) sends(r *http.Request, v *visit, compared tells) {
	if !v.target.drill() && !s.unread(v) {
		body := r.ContentLength
		if isUpgrade(r) {
			body = -1
		}
		s.handed.note(v, body, guardHead(r, v).Target, compared, r.Header.Get)
	}
}

// sends is that of [Server] for a plain head, which has no body. A page's further requests
// to its own site cost no more than a look at one field for notedFor.
func (r *relay) sends(head []byte) {
	if r.genuine {
		return
	}
	v, now := r.visit, r.lower.at.Load()
	lately := func(at int64) bool { return now-at < int64(notedFor) }
	get := func(name string) string { return view(h1.Field(head, name)) }
	site := get("sec-fetch-site")
	if lately(r.notedOwn) && site == "same-origin" {
		return
	}
	h, target := r.server.handed, view(h1.Target(head))
	if site == "" && lately(r.noted) && named(target, get) {
		return
	}
	if r.brought(target, site, now, get) {
		h.add(v.client, v.target.name, h.most(v.target.name))
	}
	from, typed := typedInto(v, false, target, site, get)
	here := from == v.target.name
	if !typed || here && lately(r.notedOwn) {
		return
	}
	own := !h.ordinary(v, from, 0, target, site, get)
	if !own && here && lately(r.noted) {
		return
	}
	how := tellsNothing
	if own {
		how = h.most(from)
	}
	if h.add(v.client, from, how); here {
		r.noted = now
		if own {
			r.notedOwn = now
		}
	}
}

// note notes what a request to v's target may carry: what was typed into the page that
// makes it, and for a body, which is as in ordinary, whatever its page or a program has. get
// returns the field of a name in lower case. compared is for the form of a page that is of
// the target's host: another may be made to spell by what it sends.
func (h *handed) note(v *visit, body int64, target string, compared tells, get func(string) string) {
	site := get("sec-fetch-site")
	if h.brought(v, target, site, get) {
		h.add(v.client, v.target.name, h.most(v.target.name))
	}
	from, typed := typedInto(v, body != 0, target, site, get)
	how := tellsNothing
	if !typed || !h.ordinary(v, from, body, target, site, get) {
		if how = h.most(from); from == v.target.name {
			how = min(how, compared)
		}
	}
	if body != 0 {
		h.add(v.client, v.target.name, how) // the page may belong to whoever gets it
	}
	if typed {
		h.add(v.client, from, how)
	}
}
