package proxy

import (
	"errors"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"sekisho/dossier"
	"sekisho/hostname"
	"sekisho/journal"
	"sekisho/proxy/recent"
	"sekisho/proxy/ruling"
	"sekisho/rules"
)

// unread reports whether nothing that goes to v's target or comes from it is
// looked into: it is Amazon's own. Over TLS such a site is never even decrypted.
func (s *Server) unread(v *visit) bool { return rules.IsGenuine(v.target.name) }

// hold records that r is held back and answers it.
func (s *Server) hold(w http.ResponseWriter, r *http.Request, v *visit, why ruling.Ruling) {
	held := s.record(r.Context(), v, why, false, true)
	s.owe(r, v, held)
	s.answerHeld(w, r, held)
}

// owe sees to it that a person learns of a credential that a script tried to
// send: the script gets an error only, so the next page that the tab opens is
// the warning. The tab is known by its site: that of the request, and that of
// the page that made it. Without a record there is no warning to lead to.
func (s *Server) owe(r *http.Request, v *visit, held *heldError) {
	why := held.why
	if !held.recorded || why.Door != journal.DoorGuard || isNavigation(r) || v.target.drill() {
		return
	}
	if why.Detail == dossier.OneTooMany {
		return // of statistics, or of somebody else's page: nobody typed anything there
	}
	d := debt{incident: held.id, host: v.target.name, severity: why.Severity, technique: why.Technique}
	s.owed.add(v.client, v.target.name, d)
	if n, ok := originName(r.Header.Get); ok {
		s.owed.add(v.client, n, d)
	}
}

// admit judges the site of a request before its body is looked at, and reports
// whether the request goes on. What an exchange that a relay began has found
// is answered here as well.
func (s *Server) admit(w http.ResponseWriter, r *http.Request, v *visit) bool {
	if h := foundByRelay(r); h != nil {
		s.answerHeld(w, r, h)
		return false
	}
	if isNavigation(r) && s.owed.waits() {
		if aheadOfTime(r) && (s.owed.has(v.client, v.target.name, owedFor) || s.owed.has(v.client, senderOf(r, v), ledFor)) {
			// Nobody may ever see it. The browser asks again when it opens the page.
			w.Header().Set("Cache-Control", "no-store")
			w.WriteHeader(http.StatusServiceUnavailable)
			return false
		}
		d, ok := s.owed.take(v.client, v.target.name, owedFor)
		if !ok {
			// A page that was refused leads its tab on to another site, as kits do.
			d, ok = s.owed.take(v.client, senderOf(r, v), ledFor)
		}
		// Somebody may have decided about it before the person saw it.
		if ok && !s.dossier.Settled(d.host, d.severity, d.technique) {
			s.lead(w, r, d.incident)
			return false
		}
	}
	why, held := s.givenAway(v)
	if !held {
		return true
	}
	if isNavigation(r) || isFrame(r) {
		s.book(v).Kept(v.client, why.Technique)
	}
	if s.settings.Load().Observe {
		s.recordPassed(r.Context(), v, why, isNavigation(r))
		return true
	}
	s.hold(w, r, v, why)
	return false
}

// givenAway reports whether v's site was found to be an imitation before, and
// the ruling that says so.
func (s *Server) givenAway(v *visit) (ruling.Ruling, bool) {
	j := s.book(v).Navigate(v.target.name, v.client)
	if j.Do == dossier.Pass {
		return ruling.Ruling{}, false
	}
	why := ruling.ByPage(j)
	why.Maybe = s.handed.maybe(v.client, v.target.name, why.FirstSeen)
	return why, !s.mayGoOn(v, why.Kind())
}

// documentOf is the host of the document that r belongs to: the one it opens, or
// else the one that made it; the zero Name when that is another site's which does
// not say so. Of browsers that tell nothing at all, as over plain http, it is
// taken for the site's own.
func documentOf(r *http.Request, v *visit) hostname.Name {
	if isNavigation(r) || isFrame(r) {
		return v.target.name
	}
	if n := senderOf(r, v); !n.IsZero() || r.Header.Get("Sec-Fetch-Site") != "" {
		return n
	}
	return v.target.name
}

// senderOf is the host of the document that made r; the zero Name when nothing
// tells.
func senderOf(r *http.Request, v *visit) hostname.Name { return pageOf(r, v).Document }

// pageOf is what is known of the page that made r.
func pageOf(r *http.Request, v *visit) dossier.Sender { return pageBy(r.Header.Get, v) }

// pageBy is pageOf by the fields that get returns, which is given their names in lower case.
func pageBy(get func(string) string, v *visit) dossier.Sender {
	if n, ok := originName(get); ok {
		return dossier.Sender{Document: n}
	}
	switch get("sec-fetch-site") {
	case "same-origin", "same-site":
		return dossier.Sender{Document: v.target.name}
	case "cross-site":
		return dossier.Sender{Hidden: true}
	}
	return dossier.Sender{}
}

// originName is the host of the page that made a request, when its fields say so.
func originName(get func(string) string) (hostname.Name, bool) {
	for _, name := range [...]string{"origin", "referer"} {
		host := hostOfOrigin(get(name))
		if host == "" {
			continue // most requests of programs: an error costs more than this look
		}
		// An exercise says nothing of what its page is made to send.
		if t, err := parseTarget(host, defaultPort("https")); err == nil && !t.drill() {
			return t.name, true
		}
	}
	return hostname.Name{}, false
}

// hostOfOrigin is the authority of an Origin or Referer header (RFC 6454,
// section 6.1; RFC 9110, section 10.1.3).
func hostOfOrigin(o string) string {
	for _, scheme := range [...]string{"https://", "http://"} {
		if rest, ok := strings.CutPrefix(o, scheme); ok {
			host, _, _ := strings.Cut(rest, "/")
			return host
		}
	}
	return ""
}

const (
	// owedFor is how long a warning that a script could not show waits for the
	// tab's next page.
	owedFor = 10 * time.Minute
	// ledFor is the same for a page of another site that the refused page leads to: a link
	// that its visitor follows later is none of its doing.
	ledFor = 30 * time.Second
	// maxOwed bounds them. Each stands for a page that would only be shown a step
	// earlier than the site's own ruling.
	maxOwed = 4096
)

// owed are warnings that somebody has to see yet, because what was held back
// was a script's request.
type owed struct {
	n     atomic.Int32 // how many, so that nobody waits for mu when there are none
	mu    sync.Mutex
	debts *recent.Map[owedKey, debt]
}

type owedKey struct {
	client netip.Addr
	site   string
}

type debt struct {
	incident            string
	host                hostname.Name // that was sent to, which may be another site's
	severity, technique string
	since               time.Time
}

func newOwed() *owed { return &owed{debts: recent.New[owedKey, debt](maxOwed)} }

func (o *owed) add(client netip.Addr, n hostname.Name, d debt) {
	d.since = time.Now()
	o.mu.Lock()
	defer o.mu.Unlock()
	o.debts.Put(owedKey{client, dossier.SiteOf(n)}, d)
	o.n.Store(int32(o.debts.Len()))
}

// take returns the warning that client is to see at n, or when it comes from there, once,
// if it waits no longer than within.
func (o *owed) take(client netip.Addr, n hostname.Name, within time.Duration) (d debt, ok bool) {
	if n.IsZero() || !o.waits() {
		return debt{}, false
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	key := owedKey{client, dossier.SiteOf(n)}
	d, ok = o.debts.Get(key)
	waited := time.Since(d.since)
	if !ok || waited >= within && waited < owedFor {
		return debt{}, false
	}
	o.debts.Delete(key)
	o.n.Store(int32(o.debts.Len()))
	return d, waited < owedFor
}

// has reports whether take would return a warning.
func (o *owed) has(client netip.Addr, n hostname.Name, within time.Duration) bool {
	if n.IsZero() {
		return false
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	d, ok := o.debts.Get(owedKey{client, dossier.SiteOf(n)})
	return ok && time.Since(d.since) < within
}

// waits reports whether a warning waits for anybody.
func (o *owed) waits() bool { return o.n.Load() > 0 }

// foundByRelay is what a relay found in the answer to r, which it then left to
// the inner server to replace; nil when that is not why r is here.
func foundByRelay(r *http.Request) *heldError {
	h, _ := r.Context().Value(handoverKey{}).(*handover)
	if h == nil {
		return nil
	}
	var held *heldError
	_ = errors.As(h.err, &held)
	return held
}
