package proxy

import (
	"crypto/subtle"
	"net/http"
	"strings"
	"time"

	"go.uber.org/zap"

	"sekisho/certs"
	"sekisho/interstitial"
	"sekisho/journal"
)

// maxForm bounds the body of a decision.
const maxForm = 4 << 10

// newSite is the handler of https://sekisho.internal/. It is an origin of its
// own, so a page that is held back can neither read it nor act on it; what
// changes something must also come from a page of that origin.
func newSite(s *Server) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.serveStatus)
	mux.HandleFunc("GET /i/{id}", s.serveWarning)
	mux.HandleFunc("POST /i/{id}/proceed", s.serveProceed)
	mux.HandleFunc("GET /ca.crt", s.serveCA)
	mux.HandleFunc("/", s.serveGone)
	csrf := http.NewCrossOriginProtection()
	csrf.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, r, target{}, &failure{code: interstitial.CodeClient, detail: "the request comes from another site"})
	}))
	return csrf.Handler(mux)
}

// serveOwnSite answers for sekisho's own origin, over TLS only.
func (s *Server) serveOwnSite(w http.ResponseWriter, r *http.Request, v *visit) {
	if v.scheme != "https" {
		w.Header().Set("Cache-Control", "no-store")
		http.Redirect(w, r, "https://"+siteHost+"/", http.StatusTemporaryRedirect)
		return
	}
	s.site.ServeHTTP(w, r)
}

// pageLanguage is what the language links of a page ask for, else what the
// browser prefers.
func (s *Server) pageLanguage(r *http.Request) interstitial.Lang {
	if l, ok := interstitial.ParseLang(r.URL.Query().Get("lang")); ok {
		return l
	}
	return s.language(r)
}

// serveStatus tells this browser whether it is protected, and by what. It is
// read over TLS with a leaf of ours, so the CA is trusted here, unless the
// visitor clicked through a warning of the browser.
func (s *Server) serveStatus(w http.ResponseWriter, r *http.Request) {
	v := visitOf(r.Context())
	st := s.settings.Load()
	mode := "enforce"
	if st.Observe {
		mode = "observe"
	}
	p := interstitial.Status{
		Lang:          s.pageLanguage(r),
		Client:        v.client.String(),
		CATrusted:     s.trust.trusting(v.client),
		Mode:          mode,
		Version:       s.version,
		CAFingerprint: certs.Fingerprint(s.ca.Root()),
		SellerCentral: st.SellerCentral,
	}
	if s.resolver != nil {
		p.Resolver = s.resolver.String()
	}
	s.write(w, r, p, http.StatusOK)
}

// serveWarning shows why a site was held back.
func (s *Server) serveWarning(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	v := visitOf(r.Context())
	inc, live := s.incidents.get(id)
	var p interstitial.Warning
	switch {
	case live:
		p = s.liveWarning(r, inc, v)
	default:
		events, err := s.journal.Incident(r.Context(), id)
		if err != nil {
			s.log.Warn("incident not read", zap.Error(err))
		}
		if len(events) == 0 {
			s.serveGone(w, r)
			return
		}
		p = s.pastWarning(events[len(events)-1])
	}
	p.Lang = s.pageLanguage(r)
	w.Header().Set(incidentHeader, id)
	s.write(w, r, p, http.StatusOK)
}

// liveWarning is the page for an incident that may still be decided on. The
// way on is shown to the device that met it alone.
func (s *Server) liveWarning(r *http.Request, inc incident, v *visit) interstitial.Warning {
	p := s.warning(r, &visit{client: inc.client, target: inc.target, scheme: inc.scheme}, inc.verdict, inc.id)
	p.Time, p.EventID = inc.began, inc.eventID
	if inc.client == v.client && mayRelease(inc.verdict) {
		p.Proceed = &interstitial.Proceed{Action: "/i/" + inc.id + "/proceed", Token: inc.token, For: leaveFor}
	}
	return p
}

// pastWarning is the page for an incident from the journal.
func (s *Server) pastWarning(e journal.Event) interstitial.Warning {
	t, _ := parseTarget(e.Host, defaultPort("https"))
	return interstitial.Warning{
		Severity: e.Severity, Host: t.name, Target: e.Target, SellerCentral: s.settings.Load().SellerCentral,
		Ground: e.Ground, Technique: e.Technique, Detail: e.Detail, Sent: e.Sent,
		Incident: e.Incident, EventID: e.ID, Time: e.Time, Client: e.Client,
	}
}

// serveProceed is a person's decision to go on to a site whose name resembles
// Amazon's. Where they wanted to go on it is not known, since paths are not
// kept, so they start at its front page.
func (s *Server) serveProceed(w http.ResponseWriter, r *http.Request) {
	v := visitOf(r.Context())
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	inc, ok := s.incidents.get(r.PathValue("id"))
	token := r.PostFormValue("token")
	if !ok || inc.client != v.client || !mayRelease(inc.verdict) ||
		subtle.ConstantTimeCompare([]byte(token), []byte(inc.token)) != 1 {
		s.fail(w, r, target{}, &failure{code: interstitial.CodeClient, detail: "this decision cannot be made from here, or no longer"})
		return
	}
	if _, err := s.journal.Record(r.Context(), journal.Event{
		Door: journal.DoorPage, Client: v.client.String(), Host: inc.target.name.String(),
		Action: journal.ActionRelease, Severity: severityOf(inc.verdict),
		Ground: string(inc.verdict.Ground), Technique: inc.verdict.Technique, Target: inc.verdict.Target,
		Score: inc.verdict.Score, Detail: inc.verdict.Detail, Incident: inc.id,
	}); err != nil {
		s.log.Error("release not durable", zap.String("host", inc.target.name.String()), zap.Error(err))
	}
	s.leaves.grant(v.client, inc.target.name)
	h := w.Header()
	h.Set(incidentHeader, inc.id)
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Location", inc.scheme+"://"+inc.target.authority(inc.scheme)+"/")
	w.WriteHeader(http.StatusSeeOther)
}

// serveCA hands out the root, which is public.
func (s *Server) serveCA(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "application/x-x509-ca-cert")
	h.Set("Content-Disposition", `attachment; filename="sekisho-ca.crt"`)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	http.ServeContent(w, r, "", time.Time{}, strings.NewReader(string(s.ca.RootPEM())))
}

// serveGone answers for what is not there.
func (s *Server) serveGone(w http.ResponseWriter, r *http.Request) {
	p := interstitial.Gone{Lang: s.pageLanguage(r), SellerCentral: s.settings.Load().SellerCentral}
	s.write(w, r, p, http.StatusNotFound)
}
