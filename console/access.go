package console

import (
	"net/http"
	"net/url"
	"strings"

	"sekisho/staff"
)

// person is who asks: somebody who signed in, a program with a token, or nobody.
type person struct {
	name    string // for the audit log; "" is nobody
	role    staff.Role
	session bool // came with a cookie, which browsers send by themselves
}

// guard answers for one path: it finds out who asks, and lets nobody pass whose
// role is below what the route needs.
func (s *Server) guard(m methods) http.Handler {
	answer := func(w http.ResponseWriter, r *http.Request) {
		who, known := s.identify(r)
		if !known || who.role == staff.None && !m.open() {
			s.needSignIn(w, r)
			return
		}
		route := m.of(r.Method)
		switch {
		case len(m) == 0:
			s.refuse(w, r, http.StatusNotFound, "There is nothing here.")
		case route == nil:
			w.Header().Set("Allow", m.allowed())
			s.refuse(w, r, http.StatusMethodNotAllowed, "This cannot be done here.")
		case who.role == staff.None && route.need > staff.None:
			s.needSignIn(w, r)
		case who.role < route.need:
			s.refuse(w, r, http.StatusForbidden, "This needs the role "+route.need.String()+".")
		case who.session && !saysWhence(r):
			s.refuse(w, r, http.StatusForbidden, "The browser does not say from where this was sent.")
		case route.need > staff.None && !isQuery(r.URL.RawQuery):
			s.refuse(w, r, http.StatusBadRequest, "The query after ? cannot be read: % and ; are written %25 and %3B.")
		default:
			r.Body = http.MaxBytesReader(w, r.Body, maxBody)
			route.serve(s, w, r, who)
		}
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if isSetUp(r.URL.Path) || r.Header.Get("Authorization") != "" {
			answer(w, r) // no session is looked at, and none kept alive
			return
		}
		if isTail(r.URL.Path) { // which is no use of the session
			if loaded, err := s.loadSession(r); err == nil {
				answer(w, loaded)
			} else {
				sessionFailed(w, r, err)
			}
			return
		}
		s.sessions.of(r).LoadAndSave(http.HandlerFunc(answer)).ServeHTTP(w, r)
	})
}

// isQuery reports whether every part of a query can be read. [net/url.URL.Query] leaves
// out what cannot: a filter would be lost, and everything listed and exported as if it
// were filtered.
func isQuery(raw string) bool {
	_, err := url.ParseQuery(raw)
	return err == nil
}

// isTail reports whether a path is answered for as long as its page is open. The page
// asks again by itself, with nobody there, and must not keep a session alive by that.
func isTail(path string) bool { return path == streamPath || path == ticksPath }

// saysWhence reports whether a request that changes something was sent by a page of
// ours for certain. [http.CrossOriginProtection] lets pass what says nothing, as a
// program would send; no browser sends a cookie that way.
func saysWhence(r *http.Request) bool {
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		return true
	}
	return r.Header.Get("Origin") != "" || r.Header.Get("Sec-Fetch-Site") != ""
}

// identify returns who asks. It is false for credentials that are wrong, which are
// not the same as none.
func (s *Server) identify(r *http.Request) (person, bool) {
	if isSetUp(r.URL.Path) {
		return person{}, true
	}
	if header := r.Header.Get("Authorization"); header != "" {
		scheme, secret, _ := strings.Cut(header, " ")
		if !isAPI(r.URL.Path) || !strings.EqualFold(scheme, "Bearer") {
			return person{}, false
		}
		t, ok := s.options.Staff.Bearer(strings.TrimSpace(secret))
		return person{name: asToken + t.Name, role: t.Role}, ok
	}
	m := s.sessions.of(r)
	name := m.GetString(r.Context(), keyUser)
	if name == "" {
		return person{}, true
	}
	u, ok := s.options.Staff.User(name)
	if !ok || u.Epoch != m.GetString(r.Context(), keyEpoch) {
		_ = m.Destroy(r.Context()) // the store has no errors
		return person{}, true
	}
	return person{name: u.Name, role: u.Role, session: true}, true
}

// needSignIn sends a browser to the sign-in page, and tells a program what to send.
func (s *Server) needSignIn(w http.ResponseWriter, r *http.Request) {
	if isAPI(r.URL.Path) {
		w.Header().Set("WWW-Authenticate", `Bearer realm="sekisho"`)
		serveProblem(w, http.StatusUnauthorized, "The API needs a token: Authorization: Bearer TOKEN. \"sekisho token add\" makes one.")
		return
	}
	to := "/sign-in"
	if r.Method == http.MethodGet && r.URL.Path != "/" {
		to += "?" + url.Values{"next": {r.URL.RequestURI()}}.Encode()
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}
