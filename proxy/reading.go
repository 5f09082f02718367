package proxy

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http"

	"sekisho/dossier"
	"sekisho/hostname"
	"sekisho/imitation"
	"sekisho/interstitial"
	"sekisho/proxy/ruling"
	"sekisho/rules"
)

// maxDocument is how much of a document is held until it was judged, in
// bytes on the wire. Amazon's own sign-in has about 100 KB before coding.
const maxDocument = 512 << 10

// reading follows one answer of a site: its body goes through the scanner and
// what the scanner finds to the dossier, which may say that it must not be
// shown. It is for one goroutine.
type reading struct {
	server  *Server
	visit   *visit
	ctx     context.Context
	scan    *imitation.Scanner
	from    hostname.Name  // of the document that asked; zero when nothing tells
	around  dossier.Sender // the page that has it in a frame
	frame   bool           // it is a document for a frame
	observe bool
	opens   bool // a page in a tab
	shown   bool // as a page, or to a script that may make one of it
	begun   bool // part of it was passed on
	wary    bool // the site's name or looks speak against it
	got     int  // bytes of the body
	carried bool // what it answers had a body, which is at the site

	paused   bool // the body stopped coming
	sized    bool // the dossier was told how much there is to read
	seen     int  // signs when the dossier was last asked
	asks     bool // fields of a sign-in were found
	recorded bool // what would have become of it, where the proxy only observes
	ended    bool
	held     *heldError // what was found; recorded
	padded   bool       // the body has more filler than can be read
}

// answerHead is what a site said before its body.
type answerHead struct {
	request *http.Request
	status  int
	header  http.Header
	tls     *tls.ConnectionState // nil without TLS
}

// readAnswer returns what follows the body of an answer, or nil when nothing of it
// needs reading. It tells the dossier of a visit.
func (s *Server) readAnswer(v *visit, a answerHead) *reading {
	st := s.settings.Load()
	verdict := st.Policy.Decide(v.target.name)
	if verdict.Ground == rules.Genuine || s.leaves.Has(v.client, v.target.name, ruling.KindRed) {
		return nil
	}
	opens := isNavigation(a.request)
	if opens {
		s.arrived(v, a, verdict)
	}
	// Owners who allow a name say that they know the site. What is typed there
	// is judged all the same.
	if verdict.Ground == rules.Allowlist || bodiless(a) {
		return nil
	}
	from := documentOf(a.request, v)
	target := a.request.URL.RequestURI()
	s.book(v).Requested(from, v.client, imitation.Request(v.target.name, target, a.request.Header))
	scan := imitation.Watch(imitation.Response{
		Host: v.target.name, Target: target, Status: a.status, Header: a.header, Dest: a.request.Header.Get("Sec-Fetch-Dest"),
	})
	if scan == nil {
		return nil
	}
	if scan.Document() {
		s.counts.documents.Inc()
	} else {
		s.counts.scripts.Inc()
	}
	return &reading{
		around: pageOf(a.request, v), frame: isFrame(a.request), server: s, visit: v, ctx: a.request.Context(), scan: scan, from: from, observe: st.Observe,
		opens: opens, shown: shown(a.request), carried: a.request.ContentLength != 0 && !v.target.drill(),
		wary: verdict.Action >= rules.Warn || s.book(v).Hints(v.target.name, v.client).Suspicious,
	}
}

// shown reports whether the answer may become a document. An SVG for an image
// is none.
func shown(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Dest") {
	case "image", "style", "script", "font", "audio", "video", "track":
		return false
	}
	return true
}

// bodiless reports whether no body follows (RFC 9110, sections 6.4.1 and 15.4.5).
func bodiless(a answerHead) bool {
	return a.request.Method == http.MethodHead || a.status < 200 || a.status == http.StatusNoContent || a.status == http.StatusNotModified
}

// arrived tells the dossier that a person opened a page.
func (s *Server) arrived(v *visit, a answerHead, verdict rules.Verdict) {
	h := a.request.Header
	arrival := dossier.Arrival{
		Host: v.target.name, Client: v.client, Referer: h.Get("Referer"),
		SecFetchSite: h.Get("Sec-Fetch-Site"), SecFetchMode: h.Get("Sec-Fetch-Mode"), SecFetchDest: h.Get("Sec-Fetch-Dest"),
		Name: verdict,
	}
	if arrival.SecFetchDest == "" { // browsers do not say so to sites without TLS
		arrival.SecFetchDest = "document"
	}
	if a.status/100 == 3 { // others lead nowhere
		arrival.Location = a.header.Get("Location")
	}
	if a.tls != nil && len(a.tls.PeerCertificates) > 0 {
		arrival.CertNotBefore = a.tls.PeerCertificates[0].NotBefore
	}
	s.book(v).Visit(arrival)
	s.handed.opens(v.client, v.target.name, a.request.URL.RequestURI(), h.Get, a.header["Set-Cookie"])
}

// holds reports whether the answer is to be held until it was judged.
func (r *reading) holds() bool { return r.shown && !r.observe && r.scan.Document() }

// head judges what came before the body, and reports whether it may be passed on.
func (r *reading) head() bool { return !r.scan.Early() || r.judge(r.scan.Result()) }

// feed scans p, which comes next, and reports whether it may be shown.
func (r *reading) feed(p []byte) bool {
	if r.ended || r.padded || len(p) == 0 {
		return r.stopped() == nil
	}
	r.got += len(p)
	_, _ = r.scan.Write(p)
	r.padded = r.scan.Padded() && !r.observe
	return r.judge(r.scan.Result()) && !r.padded
}

// stopped returns why nothing more of the body is passed on; nil while more is.
func (r *reading) stopped() error {
	switch {
	case r.held != nil:
		return r.held
	case r.padded:
		return errPadded
	}
	return nil
}

// errPadded is a page with nothing to see before what is not read any more.
var errPadded error = &failure{
	code: interstitial.CodePageUnread, detail: "the site's page begins with more than 16 MiB of nothing to see", err: errors.New("blanks, comments or text that is not seen, more than a hundred times the bytes that came"),
}

// settle is feed for a body that pauses.
func (r *reading) settle() bool {
	if r.ended {
		return r.held == nil
	}
	r.paused = true
	return r.judge(r.scan.Settle())
}

// done reports whether more of the body would change nothing.
func (r *reading) done() bool { return r.ended || r.scan.Done() }

// end is feed for the end of the body.
func (r *reading) end() bool {
	if r.ended {
		return r.held == nil
	}
	r.ended = true
	if r.shown && r.scan.Document() {
		r.server.today.page()
	}
	result := r.scan.Close()
	r.seen = -1 // what is whole is judged once more
	return r.judge(result)
}

// close releases the scanner of a body that nobody read to its end. What was
// read of it counts.
func (r *reading) close() {
	if !r.ended {
		r.ended = true
		r.judge(r.scan.Close())
	}
}

// judge asks the dossier about what was found so far, when that is more than
// the last time.
func (r *reading) judge(found imitation.Result) bool {
	// How much there is to read is known once the document goes on to the browser.
	if !r.ended && !r.begun && !r.paused {
		found.Content = imitation.Unknown
	}
	more := found.Content != imitation.Unknown && !r.sized
	if r.held != nil || len(found.Signs) == r.seen && !more {
		return r.held == nil
	}
	r.seen, r.sized = len(found.Signs), r.sized || more
	var j dossier.Judgement
	book := r.server.book(r.visit)
	r.noteFields(book, found)
	if r.shown && r.scan.Document() {
		if j = book.Page(r.visit.target.name, r.visit.client, found); j.Do == dossier.Pass && r.frame {
			j = book.Framed(r.around, r.visit.target.name, r.visit.client, found)
		}
	} else if j = book.Script(r.visit.target.name, r.from, r.visit.client, found); j.Do == dossier.Pass {
		j = book.Framed(dossier.Sender{Document: r.from}, hostname.Name{}, r.visit.client, found)
	}
	if j.Do == dossier.Pass {
		return true
	}
	why := ruling.ByPage(j)
	why.Shown = r.begun || !r.holds()
	why.Sent, why.Maybe = r.carried, r.server.handed.maybe(r.visit.client, r.visit.target.name, why.FirstSeen)
	switch {
	case r.server.mayGoOn(r.visit, why.Kind()):
		return true
	case r.observe:
		if !r.recorded {
			r.recorded = true
			r.server.recordPassed(r.ctx, r.visit, why, r.opens)
		}
		return true
	}
	at := r.server.where(r.visit)
	r.server.recall(r.ctx, at, &why)
	inc, fresh := r.server.incidents.Of(at, why)
	if fresh {
		r.server.begins(r.visit, why, false)
	}
	var sent *bool
	if r.carried {
		sent = &r.carried
	}
	r.held = &heldError{why, inc.At, inc.ID, r.server.journalise(r.ctx, r.visit, why, sent, inc)}
	r.server.counts.given(r.scan.Document())
	return false
}
