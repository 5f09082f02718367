package proxy

import (
	"bytes"
	"net/http"
	"net/netip"
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
	maxHanded = 8192
)

// handed remembers which client sent something to which site: a body, a query
// that a page of the site made, or a WebSocket. What it was is not looked at, so
// a warning says no more than that something may have been sent.
type handed struct {
	since time.Time // nothing is known of what was before

	mu     sync.Mutex
	byPair map[owedKey]time.Time
	lost   time.Time // when others were dropped, so that anybody may have sent
}

func newHanded() *handed { return &handed{since: time.Now(), byPair: map[owedKey]time.Time{}} }

func (h *handed) add(client netip.Addr, n hostname.Name) {
	now := time.Now()
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.byPair) >= maxHanded {
		h.makeRoom(now)
	}
	h.byPair[owedKey{client, dossier.SiteOf(n)}] = now
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

// maybe reports whether client may have sent something to the site of n before,
// which was opened from here first at seen; zero: never.
func (h *handed) maybe(client netip.Addr, n hostname.Name, seen time.Time) bool {
	now := time.Now()
	if !seen.IsZero() && seen.Before(h.since) && now.Sub(h.since) < handedFor {
		return true
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	at, ok := h.byPair[owedKey{client, dossier.SiteOf(n)}]
	return ok && now.Sub(at) < handedFor || !h.lost.IsZero() && now.Sub(h.lost) < handedFor
}

// sends notes what r, which is about to be passed on, may carry.
func (s *Server) sends(r *http.Request, v *visit) {
	body := r.ContentLength != 0 || isUpgrade(r)
	if !body && r.URL.RawQuery == "" || v.target.drill() {
		return
	}
	from := senderOf(r, v)
	same := !from.IsZero() && dossier.SiteOf(from) == dossier.SiteOf(v.target.name)
	switch {
	case body:
		s.handed.add(v.client, v.target.name)
		if !from.IsZero() && !same { // the page may belong to whoever gets it
			s.handed.add(v.client, from)
		}
	case same && !byMarkup(r.Header.Get("Sec-Fetch-Dest")):
		s.handed.add(v.client, v.target.name)
	}
}

// sends is that of [Server] for a plain head, which has no body.
func (r *relay) sends(head []byte) {
	if bytes.IndexByte(h1.Target(head), '?') < 0 || byMarkup(view(h1.Field(head, "sec-fetch-dest"))) {
		return
	}
	v := r.visit
	if from := r.pageOf(head).Document; !from.IsZero() && dossier.SiteOf(from) == dossier.SiteOf(v.target.name) {
		r.server.handed.add(v.client, v.target.name)
	}
}

// byMarkup reports whether dest is what pages load with a version in the query.
func byMarkup(dest string) bool { return dest == "script" || dest == "style" || dest == "font" }
