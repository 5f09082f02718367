package proxy

import (
	"net/http"
	"net/netip"
	"strings"
	"time"

	"sekisho/dossier"
	"sekisho/guard"
	"sekisho/hostname"
)

// A page has its browser connect to any host that it names (<link rel=preconnect>), without
// a request: what was typed is in the question to the DNS then, and in the ClientHello. So
// the labels of a host are looked at before it is looked up.

// connects judges a CONNECT to v's target by the labels of its host, and notes what they may
// carry. It returns what holds it, or nil, and an error when that could not be told.
func (s *Server) connects(r *http.Request, v *visit) (*heldError, error) {
	if s.unread(v) {
		return nil, nil
	}
	if s.mayCarry(v) && above(v.target.name) != v.target.name {
		x := s.hints(dossier.Sender{}, v)
		x.Suspicious = true // who asks for more than a connection is not known yet
		f := guard.Inspect(guard.Head{Host: v.target.name, Method: http.MethodGet, Target: "/"}, nil, true, x)
		why, held, _, err := s.weigh(r, v, &f, false)
		switch {
		case err != nil:
			return nil, err
		case held && !s.settings.Load().Observe:
			h := s.record(r.Context(), v, why, false, false)
			s.owe(r, v, h)
			return h, nil
		case held:
			s.recordPassed(r.Context(), v, why, false)
		}
	}
	s.handed.connects(v.client, v.target.name)
	return nil, nil
}

// mayCarry reports whether the labels of v's target are compared with the protected sign-ins:
// a sign-in was typed lately, or may have been, into a page that nothing speaks for.
func (s *Server) mayCarry(v *visit) bool {
	if s.accounts.Empty() {
		return false
	}
	b := s.book(v)
	x := b.Hints(v.target.name, v.client)
	return x.Suspicious || x.Follows || x.AfterCopy || b.Lately(v.client) || s.handed.asksAnywhere(v.client)
}

// signIns are since when, and when last, a client had pages where a sign-in may be typed and
// which nothing speaks for.
type signIns struct{ first, last time.Time }

// asksAnywhere reports whether client may have typed a sign-in into such a page lately.
func (h *handed) asksAnywhere(client netip.Addr) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	a, known := h.asked.Get(client)
	return known && time.Since(a.first) >= loadFor && time.Since(a.last) < visitFor
}

// connects notes that client connects to n: labels below the site's own that are more than words
// may be what was typed into a page of the site, unless the visit began with them.
func (h *handed) connects(client netip.Addr, n hostname.Name) {
	if !hasOpaque(n.String()) {
		return
	}
	site, how := dossier.SiteOf(n), h.most(n)
	h.mu.Lock()
	defer h.mu.Unlock()
	o, known := h.opened.Get(owedKey{client, site})
	if !known || time.Since(o.at) >= visitFor {
		return
	}
	if more := h.learnHost(o, n, site); more && time.Since(o.began) >= loadFor {
		h.put(owedKey{client, site}, how)
	}
}

// learnHost notes the labels of n below its site, and reports whether one was not known.
func (h *handed) learnHost(o *lastPage, n hostname.Name, site string) (more bool) {
	labels, below := strings.CutSuffix(n.String(), "."+site)
	if !below {
		return false
	}
	opaque(labels, func(label []byte) { more = o.hosts.add(h.mark(label)) || more })
	return more
}
