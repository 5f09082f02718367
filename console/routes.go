package console

import (
	"net/http"
	"slices"
	"strings"

	"go.uber.org/zap"

	"sekisho/staff"
)

// route is one thing that can be asked for.
type route struct {
	method string // GET stands for HEAD as well
	path   string // as http.ServeMux has it, without a method
	// need is the least role; None is for everybody, signed in or not.
	need  staff.Role
	serve func(*Server, http.ResponseWriter, *http.Request, person)
}

// routes is everything that the console answers, and who may ask for it.
var routes = []route{
	{"GET", "/proxy.pac", staff.None, (*Server).servePAC},
	{"GET", "/ca.crt", staff.None, (*Server).serveCA},
	{"GET", "/healthz", staff.None, (*Server).serveHealth},

	{"GET", "/style.css", staff.None, (*Server).serveStyle},
	{"GET", "/favicon.ico", staff.None, (*Server).serveIconImage},
	{"GET", "/icon.svg", staff.None, (*Server).serveIcon},
	{"GET", "/live.js", staff.None, (*Server).serveScript},
	{"GET", "/sign-in", staff.None, (*Server).serveSignIn},
	{"POST", "/sign-in", staff.None, (*Server).signIn},
	{"GET", "/sign-in/second", staff.None, (*Server).serveSecond},
	{"POST", "/sign-in/second", staff.None, (*Server).checkSecond},
	{"POST", "/sign-in/passkey/options", staff.None, (*Server).offerKey},
	{"POST", "/sign-in/passkey", staff.None, (*Server).checkKey},
	{"GET", "/passkey.js", staff.None, (*Server).serveKeyScript},
	{"GET", "/ticks.js", staff.None, (*Server).serveTickScript},
	{"GET", "/first-owner", staff.None, (*Server).serveFirstOwner},
	{"POST", "/first-owner", staff.None, (*Server).makeFirstOwner},

	{"GET", "/{$}", staff.Viewer, (*Server).serveHome},
	{"GET", "/incidents", staff.Viewer, (*Server).serveIncidents},
	{"GET", "/incidents/{id}", staff.Viewer, (*Server).serveIncidentPage},
	{"GET", "/incidents/{id}/report", staff.Viewer, (*Server).serveReport},
	{"GET", "/incidents/{id}/report.txt", staff.Viewer, (*Server).serveReportText},
	{"GET", "/incidents/{id}/report.eml", staff.Viewer, (*Server).serveReportMail},
	{"POST", "/incidents/{id}/decision", staff.Reviewer, (*Server).decideOnPage},
	{"GET", "/events", staff.Viewer, (*Server).serveEvents},
	{"GET", streamPath, staff.Viewer, (*Server).serveStream},
	{"GET", "/events.csv", staff.Viewer, (*Server).serveCSV},
	{"GET", "/events.jsonl", staff.Viewer, (*Server).serveJSONLines},
	{"GET", "/exceptions", staff.Viewer, (*Server).serveExceptions},
	{"POST", "/exceptions/remove", staff.Reviewer, (*Server).removeException},
	{"POST", "/exceptions/change", staff.Reviewer, (*Server).changeException},
	{"GET", "/clients", staff.Viewer, (*Server).serveClients},
	{"POST", "/clients/name", staff.Owner, (*Server).nameClient},
	{"GET", "/settings", staff.Viewer, (*Server).serveSettings},
	{"POST", "/settings/pac", staff.Owner, (*Server).changePAC},
	{"GET", "/accounts", staff.Viewer, (*Server).serveAccounts},
	{"GET", "/people", staff.Viewer, (*Server).servePeople},
	{"GET", "/audit", staff.Viewer, (*Server).serveAudit},
	{"GET", "/set-up", staff.Viewer, (*Server).serveGuide},
	{"GET", ticksPath, staff.Viewer, (*Server).serveTicks},
	{"GET", "/me", staff.Viewer, (*Server).serveMe},
	{"POST", "/me/totp", staff.Viewer, (*Server).beginTOTP},
	{"POST", "/me/totp/confirm", staff.Viewer, (*Server).confirmTOTP},
	{"POST", "/me/totp/remove", staff.Viewer, (*Server).removeTOTP},
	{"POST", "/me/passkeys/options", staff.Viewer, (*Server).offerNewKey},
	{"POST", "/me/passkeys", staff.Viewer, (*Server).addKey},
	{"POST", "/me/passkeys/remove", staff.Viewer, (*Server).removeKey},
	{"POST", "/me/recovery", staff.Viewer, (*Server).renewRecovery},
	{"POST", "/sign-out", staff.Viewer, (*Server).signOut},

	{"GET", "/api/v1/openapi.json", staff.Viewer, (*Server).apiDescription},
	{"GET", "/api/v1/status", staff.Viewer, (*Server).apiStatus},
	{"GET", "/api/v1/events", staff.Viewer, (*Server).apiEvents},
	{"GET", "/api/v1/incidents", staff.Viewer, (*Server).apiIncidents},
	{"GET", "/api/v1/incidents/{id}", staff.Viewer, (*Server).apiIncident},
	{"POST", "/api/v1/incidents/{id}/decision", staff.Reviewer, (*Server).apiDecide},
	{"POST", "/api/v1/check", staff.Viewer, (*Server).apiCheck},
}

// handler returns what meets a request: headers, TLS, Host check, cross-site
// check, routes.
func (s *Server) handler() http.Handler {
	mux := http.NewServeMux()
	byPath := map[string]methods{"/": nil, "/api/": nil}
	for _, r := range routes {
		byPath[r.path] = append(byPath[r.path], r)
	}
	for path, m := range byPath {
		mux.Handle(path, s.guard(m))
	}
	var origin http.CrossOriginProtection
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		setHeaders(w.Header())
		if s.asksDNS(r) {
			s.options.DNSQuery.ServeHTTP(w, r)
			return
		}
		if !s.hosts.allows(r) {
			s.log.Debug("foreign Host header refused", zap.String("client", r.RemoteAddr))
			serveText(w, http.StatusForbidden, s.words(r, "refused.host")+"\n")
			return
		}
		if s.secure != nil && !isPrivate(r) && !isSetUp(r.URL.Path) {
			s.toTLS(w, r)
			return
		}
		if err := origin.Check(r); err != nil {
			s.log.Debug("request of another site refused", zap.String("client", r.RemoteAddr))
			s.refuse(w, r, http.StatusForbidden, "Another site asked the browser to send this.")
			return
		}
		s.keepLanguage(w, r)
		mux.ServeHTTP(w, r)
	})
}

// isSetUp reports whether a path is one that a browser needs before it trusts the
// certificate.
func isSetUp(path string) bool {
	return path == "/proxy.pac" || path == "/ca.crt" || path == "/healthz"
}

// isAPI reports whether a path is answered for programs.
func isAPI(path string) bool { return strings.HasPrefix(path, "/api/") }

// methods are the routes of one path; none for a path that leads nowhere.
type methods []route

func (m methods) of(method string) *route {
	if method == http.MethodHead {
		method = http.MethodGet
	}
	for i := range m {
		if m[i].method == method {
			return &m[i]
		}
	}
	return nil
}

// allowed is the value of the Allow header.
func (m methods) allowed() string {
	var all []string
	for _, r := range m {
		if all = append(all, r.method); r.method == http.MethodGet {
			all = append(all, http.MethodHead)
		}
	}
	return strings.Join(all, ", ")
}

// open reports whether somebody who is not signed in may know of this path.
func (m methods) open() bool {
	return slices.ContainsFunc(m, func(r route) bool { return r.need == staff.None })
}

// setHeaders sets what every answer carries: it runs nothing, is shown in no
// frame, is read by no other site and is kept by no cache. Pages loosen the first
// as far as they need; see page.go.
func setHeaders(h http.Header) {
	h.Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
}
