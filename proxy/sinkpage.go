package proxy

import (
	"net/http"
	"strings"

	"sekisho/interstitial"
	"sekisho/proxy/ruling"
)

// sinkCSRF keeps other sites from sending the form of the page.
var sinkCSRF = http.NewCrossOriginProtection()

// serveHTTP answers a request that was led to the sinkhole. Its body is not read,
// whatever was entered: only the head decides. A site that is not blocked, any
// more or at all, is none of ours; browsers come back on a new connection then.
func (k *sinkhole) serveHTTP(w http.ResponseWriter, r *http.Request) {
	s, c := k.server, r.Context().Value(sinkKey{}).(*sinkConn)
	if r.ContentLength != 0 { // or net/http would read on for the next request
		w.Header().Set("Connection", "close")
	}
	v, why, held := k.visit(c, r)
	switch {
	case !allowed(s.settings.Load().Clients, c.client): // no longer, since a reload
		w.Header().Set("Connection", "close")
		s.fail(w, r, target{}, &failure{code: interstitial.CodeClient, detail: c.client.String() + " is not in access.clients"})
	case !held:
		w.Header().Set("Connection", "close")
		s.fail(w, r, target{}, &failure{code: interstitial.CodeMisdirected, detail: "no site is blocked under the name that was asked for"})
	default:
		k.answer(w, r.WithContext(withVisit(r.Context(), v)), v, why)
	}
}

// visit is what r asks for, and why that is blocked, if it is.
func (k *sinkhole) visit(c *sinkConn, r *http.Request) (v *visit, why ruling.Ruling, held bool) {
	v = &visit{client: c.client, scheme: "http"}
	if !c.host.IsZero() {
		v.scheme = "https"
	}
	t, err := parseTarget(r.Host, defaultPort(v.scheme))
	if err != nil || r.Method == http.MethodConnect || !c.host.IsZero() && t.name != c.host {
		return v, why, false
	}
	v.target = target{name: t.name, port: defaultPort(v.scheme)}
	for _, host := range r.Header["Host"] { // beside HTTP/2's own
		if again, err := parseTarget(host, t.port); err != nil || again != t {
			return v, why, false
		}
	}
	why, held = k.server.blockedName(r.Context(), t.name)
	return v, why, held
}

// answer answers r, which is held, as the proxy would, but for where the page is.
func (k *sinkhole) answer(w http.ResponseWriter, r *http.Request, v *visit, why ruling.Ruling) {
	s := k.server
	if id, ok := appealTo(r); ok {
		if _, live := s.incidents.Get(id); live && sinkCSRF.Check(r) == nil {
			r.SetPathValue("id", id)
			s.takeAppeal(w, r, pageless)
			return
		}
	}
	inc, _ := s.incidents.Of(v.where(), why)
	if inc.EventID == 0 || isNavigation(r) { // what a page is made of is one visit
		unsent := false
		s.journalise(r.Context(), v, why, &unsent, inc.ID)
	}
	if now, live := s.incidents.Get(inc.ID); live {
		inc = now
	}
	p := pageless(s.liveWarning(r, inc))
	h := w.Header()
	switch {
	case isNavigation(r):
		s.showWarning(w, r, p, http.StatusForbidden)
	case isFrame(r):
		n := interstitial.Notice{Lang: s.language(r), Severity: why.Severity, Host: v.target.name, Incident: inc.ID}
		s.write(w, r, n, http.StatusForbidden)
	default:
		h.Set(incidentHeader, inc.ID)
		p.SetProblemHeaders(h)
		w.WriteHeader(http.StatusForbidden)
		if r.Method != http.MethodHead {
			_, _ = w.Write(p.Problem())
		}
	}
}

// pageless takes out the address of the page, which only the proxy's clients can open.
func pageless(p interstitial.Warning) interstitial.Warning {
	p.Page = ""
	return p
}

// appealTo is the incident that r, as the form of its page, appeals against.
func appealTo(r *http.Request) (id string, ok bool) {
	if r.Method != http.MethodPost {
		return "", false
	}
	rest, found := strings.CutPrefix(r.URL.Path, "/i/")
	id, found2 := strings.CutSuffix(rest, "/appeal")
	return id, found && found2
}
