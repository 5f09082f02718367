package console

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"sync/atomic"
	"time"

	"sekisho/staff"
)

// firstOwnerFor is how long the link works: long enough to read the terminal, and
// short enough that a scroll-back buffer is no key.
const firstOwnerFor = time.Hour

// firstOwner is the link with which the first owner is made: whoever started
// sekisho saw it, and nobody else did.
type firstOwner struct {
	code string
	ends time.Time
	used atomic.Bool
}

func newFirstOwner() *firstOwner {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails; it ends the process instead
	return &firstOwner{code: base64.RawURLEncoding.EncodeToString(b[:]), ends: time.Now().Add(firstOwnerFor)}
}

// takes reports whether code opens the page now.
func (f *firstOwner) takes(code string) bool {
	return f != nil && subtle.ConstantTimeCompare([]byte(code), []byte(f.code)) == 1 &&
		!f.used.Load() && time.Now().Before(f.ends)
}

// FirstOwnerLink returns the link for whoever started sekisho, "" when there is an
// owner, or the link was used or has ended. It is a secret.
func (s *Server) FirstOwnerLink() string {
	if !s.first.open() || s.options.Staff.HasOwner() {
		return ""
	}
	u := url.URL{Scheme: "http", Host: s.Addr().String(), Path: "/first-owner"}
	ap, err := netip.ParseAddrPort(u.Host)
	switch {
	case err != nil:
	case ap.Addr().IsUnspecified():
		u.Host = netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), ap.Port()).String() // the terminal is here
	case !ap.Addr().Unmap().IsLoopback():
		u.Scheme = "https"
	}
	u.RawQuery = url.Values{"code": {s.first.code}}.Encode()
	return u.String()
}

func (f *firstOwner) open() bool { return f != nil && f.takes(f.code) }

// firstOwnerView is the page of the link.
type firstOwnerView struct {
	page
	Code    string // "" when the link does not work
	Name    string
	Problem string // key of what went wrong, "" when nothing did
}

// serveFirstOwner shows the form. Looking at it does not use the link up: mail
// scanners and browsers fetch links ahead.
func (s *Server) serveFirstOwner(w http.ResponseWriter, r *http.Request, _ person) {
	code, ok := s.firstCode(w, r, r.URL.Query())
	if ok {
		s.showFirstOwner(w, r, http.StatusOK, firstOwnerView{Code: code})
	}
}

// firstCode returns the code of a request, or answers that it does not work.
func (s *Server) firstCode(w http.ResponseWriter, r *http.Request, v url.Values) (string, bool) {
	code := v.Get("code")
	if !s.first.takes(code) || s.options.Staff.HasOwner() {
		s.showFirstOwner(w, r, http.StatusGone, firstOwnerView{})
		return "", false
	}
	return code, true
}

func (s *Server) showFirstOwner(w http.ResponseWriter, r *http.Request, status int, v firstOwnerView) {
	v.page = s.page(r, person{}, "first.title")
	v.Switch = r.Method == http.MethodGet // otherwise the address lacks the code
	s.show(w, status, "first-owner.html", v)
}

// makeFirstOwner makes the first owner and signs that person in.
func (s *Server) makeFirstOwner(w http.ResponseWriter, r *http.Request, _ person) {
	form, ok := s.form(w, r)
	if !ok {
		return
	}
	code, ok := s.firstCode(w, r, form)
	if !ok {
		return
	}
	v := firstOwnerView{Code: code, Name: form.Get("name")}
	if _, err := staff.Name(v.Name); err != nil {
		v.Problem = "first.name"
	} else if form.Get("password") != form.Get("again") {
		v.Problem = "first.differ"
	}
	if v.Problem != "" {
		s.showFirstOwner(w, r, http.StatusUnprocessableEntity, v)
		return
	}
	u, err := s.options.Staff.AddFirst(v.Name, []byte(form.Get("password")))
	switch {
	case errors.Is(err, staff.ErrInput):
		v.Problem = "first.password"
		s.showFirstOwner(w, r, http.StatusUnprocessableEntity, v)
	case errors.Is(err, staff.ErrNotFirst):
		s.showFirstOwner(w, r, http.StatusGone, firstOwnerView{})
	case err != nil:
		s.fail(w, r, "make the first owner", err)
	default:
		s.first.used.Store(true)
		s.audit(r, u.Name, "first-owner", "from "+clientOf(r).String())
		s.begin(w, r, u, "/")
	}
}
