package proxy

import (
	"net/http"
	"strings"
	"time"

	"sekisho/certs"
	"sekisho/interstitial"
)

// newSite is the handler of https://sekisho.internal/. It is an origin of its
// own, so a page that is held back can neither read it nor act on it; what
// changes something must also come from a page of that origin.
func newSite(s *Server) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.serveStatus)
	mux.HandleFunc("GET /i/{id}", s.serveWarning)
	mux.HandleFunc("POST /i/{id}/proceed", s.serveProceed)
	mux.HandleFunc("POST /i/{id}/appeal", s.serveAppeal)
	mux.HandleFunc("GET /drill", s.serveDrill)
	mux.HandleFunc("GET /ca.crt", s.serveCA)
	mux.HandleFunc("/", s.serveGone)
	csrf := http.NewCrossOriginProtection()
	csrf.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, r, target{}, &failure{code: interstitial.CodeDecision, detail: "the request comes from another site"})
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
		CATrusted:     s.trust.Trusting(v.client),
		Doubted:       s.trust.Doubted(v.client),
		Mode:          mode,
		Version:       s.version,
		CAFingerprint: certs.Fingerprint(s.ca.Root()),
		SellerCentral: st.SellerCentral,
		Today:         s.today.read(),
	}
	if s.resolver != nil {
		p.Resolver = s.resolver.String()
	}
	s.write(w, r, p, http.StatusOK)
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
