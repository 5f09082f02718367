package proxy

import (
	"errors"
	"net/http"
	"strings"

	"sekisho/dossier"
	"sekisho/hostname"
	"sekisho/journal"
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
		from := senderOf(r, v)
		d, ok := s.owed.take(v.client, v.target.name, owedFor, !from.IsZero() && dossier.SiteOf(from) == dossier.SiteOf(v.target.name))
		if !ok {
			// A page that was refused leads its tab on to another site, as kits do.
			d, ok = s.owed.take(v.client, from, ledFor, true)
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
