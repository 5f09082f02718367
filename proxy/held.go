package proxy

import (
	"context"
	"io"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"go.uber.org/zap"

	"sekisho/interstitial"
	"sekisho/journal"
	"sekisho/proxy/ruling"
	"sekisho/rules"
)

// incidentHeader names the record behind an answer of sekisho's own.
const incidentHeader = "Sekisho-Incident"

// recordTimeout bounds how long an answer waits for the disk. A full or
// broken disk must not turn into a site that is let through.
const recordTimeout = 5 * time.Second

// held reports whether requests to t are answered here instead of being sent,
// and the verdict that says so. A person's leave lifts the verdict for the
// client that has it.
func (s *Server) held(client netip.Addr, t target) (rules.Verdict, bool) {
	v := s.settings.Load().Policy.Decide(t.name)
	switch v.Action {
	case rules.Block:
		return v, !passable(v) || !s.leaves.Has(client, t.name, ruling.KindRedName)
	case rules.Warn:
		return v, !s.leaves.Has(client, t.name, ruling.KindName)
	}
	return v, false
}

// passable reports whether a person may go on past a block at all. What the
// owner listed is changed in that list, and nowhere in passing.
func passable(v rules.Verdict) bool { return v.Ground != rules.Blocklist }

// heldError ends an exchange that a ruling stopped half-way. It is recorded.
type heldError struct {
	why      ruling.Ruling
	at       ruling.Where
	id       string // of the incident
	recorded bool   // durably
}

// Error implements [error].
func (e *heldError) Error() string { return "held back: " + e.why.Technique }

// record writes down that something to v was held back, or with sent that it passed all
// the same. It returns when the event is durable, or cannot be made so now. What only
// passes is written once a visit, and for each navigation.
func (s *Server) record(ctx context.Context, v *visit, why ruling.Ruling, sent, navigation bool) *heldError {
	at := s.where(v)
	if !sent {
		s.recall(ctx, at, &why)
	}
	inc, fresh := s.incidents.Of(at, why)
	if fresh {
		s.begins(v, why, sent)
	}
	if sent && !fresh && !navigation {
		return &heldError{why, inc.At, inc.ID, true}
	}
	return &heldError{why, inc.At, inc.ID, s.journalise(ctx, v, why, &sent, inc)}
}

// rememberedFor is for how long a warning tells of a sign-in that the journal says went to
// the site. After that the password is another one, or who was to be told has been.
const rememberedFor = 30 * 24 * time.Hour

// recall adds to why what the journal says of the time before: that a sign-in of that
// client went to the site, or one of that account from anywhere, because all was only
// observed or somebody chose so. What cannot be read is not claimed not to be.
func (s *Server) recall(ctx context.Context, at ruling.Where, why *ruling.Ruling) {
	if why.Door == journal.DoorProxy || why.Entered {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTimeout)
	defer cancel()
	sent, err := s.journal.SentBefore(ctx, time.Now().Add(-rememberedFor), at.Host.String(), at.Client.String(), why.Account)
	if err != nil {
		s.log.Warn("what was sent before is not known", zap.Error(err))
	}
	why.Entered, why.Maybe = sent, why.Maybe || err != nil
}

// recordPassed is record for what passes all the same, which nobody is answered about.
func (s *Server) recordPassed(ctx context.Context, v *visit, why ruling.Ruling, navigation bool) {
	_ = s.record(ctx, v, why, true, navigation)
}

// begins counts an incident that is new, and cuts what is unread of its site. An upload
// that was cut half-way is none that was held.
func (s *Server) begins(v *visit, why ruling.Ruling, sent bool) {
	if !sent {
		s.today.stopped(why.Door)
	}
	s.cutUnread(v.target.name)
}

// journalise makes one event of an incident durable, and reports whether it is.
func (s *Server) journalise(ctx context.Context, v *visit, why ruling.Ruling, sent *bool, inc ruling.Incident) bool {
	s.drilled.note(v)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTimeout)
	defer cancel()
	e := why.Event(inc.At, sent, inc.ID)
	if v.scheme == "https" {
		s.origins.certs.fill(v.target.name.String(), &e)
	}
	stored, err := s.journal.Record(ctx, e)
	if err != nil {
		s.log.Error("event not durable", zap.String("host", e.Host), zap.Error(err))
		return false
	}
	s.incidents.Recorded(inc.ID, stored.ID)
	if why.Ground == ruling.GroundPage || why.Ground == ruling.GroundCredentials {
		s.book(v).Keep()
	}
	return true
}

// answerHeld answers a request that is held back: a person is led to the
// warning on sekisho's own origin, where the site's scripts reach nothing;
// a frame shows a notice; a script gets an error it can read, and the next
// page that its tab opens is the warning. What could not be recorded is told as
// that, and passes no more than the rest: nothing is told held of which a crash
// would leave no trace.
func (s *Server) answerHeld(w http.ResponseWriter, r *http.Request, held *heldError) {
	why, id := held.why, held.id
	s.counts.hold(why.Door)
	if !held.recorded {
		s.failUnrecorded(w, r, target{held.at.Host, held.at.Port})
		return
	}
	h := w.Header()
	h.Set(incidentHeader, id)
	h.Set("Cache-Control", "no-store")
	switch {
	case isNavigation(r):
		s.lead(w, r, id)
	case isFrame(r):
		n := interstitial.Notice{Lang: s.language(r), Severity: why.Severity, Host: held.at.Host, Incident: id, Page: warningURL(id)}
		s.write(w, r, n, http.StatusForbidden)
	default:
		p := s.warning(r, held.at, why, id)
		p.SetProblemHeaders(h)
		w.WriteHeader(http.StatusForbidden)
		if r.Method != http.MethodHead {
			_, _ = w.Write(p.Problem())
		}
	}
}

// failUnrecorded answers a request that is held back while the journal cannot be written.
func (s *Server) failUnrecorded(w http.ResponseWriter, r *http.Request, t target) {
	s.fail(w, r, t, &failure{code: interstitial.CodeUnrecorded, detail: "the journal cannot be written"})
}

// lead sends a tab to the warning of an incident. The body is for programs that do not
// follow, and has curl see an answer over HTTP/2 whose end overtakes an upload.
func (s *Server) lead(w http.ResponseWriter, r *http.Request, id string) {
	h := w.Header()
	h.Set(incidentHeader, id)
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Location", warningURL(id))
	h.Set("Content-Type", "text/plain; charset=utf-8")
	body := warningURL(id) + "\n"
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusSeeOther)
	if r.Method != http.MethodHead {
		_, _ = io.WriteString(w, body)
	}
}

func warningURL(id string) string { return "https://" + siteHost + "/i/" + id }

// warning is the page, or the problem document, for a ruling of now.
func (s *Server) warning(r *http.Request, at ruling.Where, why ruling.Ruling, id string) interstitial.Warning {
	p := why.Warning(at, s.settings.Load().SellerCentral)
	p.Lang, p.Incident, p.Page, p.Time = s.language(r), id, warningURL(id), time.Now()
	return p
}

// isNavigation reports whether r opens a page in a tab. Browsers say so, but
// not to sites without TLS (Fetch Metadata is for trustworthy origins); there
// a request for HTML that no script made is taken for one.
func isNavigation(r *http.Request) bool {
	mode, dest := r.Header.Get("Sec-Fetch-Mode"), r.Header.Get("Sec-Fetch-Dest")
	if mode != "" || dest != "" {
		return mode == "navigate" && (dest == "document" || dest == "")
	}
	if isUpgrade(r) || r.Header.Get("X-Requested-With") != "" || r.Header.Get("Origin") != "" && r.Method != http.MethodPost {
		return false
	}
	return strings.Contains(r.Header.Get("Accept"), "text/html")
}

// aheadOfTime reports whether a browser gets a page that nobody has opened yet: a prefetch
// or prerendering, as the rules of a page ask for it (see the Fetch Standard, Sec-Purpose).
func aheadOfTime(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Sec-Purpose"), "prefetch")
}

// isFrame reports whether r fills a frame inside a page.
func isFrame(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Dest") {
	case "iframe", "frame", "embed", "object", "fencedframe":
		return true
	}
	return false
}

// page is a document of package interstitial.
type page interface {
	Render() ([]byte, error)
	SetHeaders(http.Header)
}

// write sends a page of ours.
func (s *Server) write(w http.ResponseWriter, r *http.Request, p page, status int) {
	body, err := p.Render()
	if err != nil {
		s.log.Error("page not rendered", zap.Error(err))
		status = http.StatusInternalServerError
	}
	p.SetHeaders(w.Header())
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body)
	}
}
