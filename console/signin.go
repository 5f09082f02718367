package console

import (
	"errors"
	"math"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"go.uber.org/zap"

	"sekisho/staff"
)

// maxPasswordWait is the longest wait for a name. It is short, because anybody can bring
// it about for somebody else; with it, a password can be tried some 1,500 times a day from
// any number of addresses.
const maxPasswordWait = time.Minute

// signInView is the sign-in page.
type signInView struct {
	page
	Next    string // where to go on to, a path of ours
	Name    string // as entered before
	Problem string // key of what went wrong, "" when nothing did
	Wait    int    // seconds until the next try
	Nobody  bool   // there is no user yet
}

// serveSignIn shows the sign-in page.
func (s *Server) serveSignIn(w http.ResponseWriter, r *http.Request, who person) {
	next := localPath(r.URL.Query().Get("next"))
	if who.role > staff.None {
		http.Redirect(w, r, next, http.StatusSeeOther)
		return
	}
	if r.Header.Get("Sec-Fetch-Site") == "cross-site" {
		// A link on another site led here, so the browser kept the cookie back, and
		// does so along redirects. What this page loads by itself comes with it.
		w.Header().Set("Refresh", "0;url=/sign-in?"+url.Values{"next": {next}}.Encode())
	}
	s.showSignIn(w, r, http.StatusOK, signInView{Next: next})
}

func (s *Server) showSignIn(w http.ResponseWriter, r *http.Request, status int, v signInView) {
	v.Nobody = s.options.Staff.Empty()
	v.page = s.page(r, person{}, "sign-in.title")
	s.show(w, status, "sign-in.html", v)
}

// signIn checks a name and a password, and begins a session.
func (s *Server) signIn(w http.ResponseWriter, r *http.Request, _ person) {
	form, ok := s.form(w, r)
	if !ok {
		return
	}
	v := signInView{Next: localPath(form.Get("next")), Name: form.Get("name")}
	name, err := staff.Name(v.Name)
	if err != nil {
		name = "" // nobody has it; all such share what they are counted under
	}
	client := clientOf(r)
	if wait := s.passwords.Begin(client, name, time.Now()); wait > 0 {
		v.Problem, v.Wait = "sign-in.wait", s.retryAfter(w, wait)
		s.showSignIn(w, r, http.StatusTooManyRequests, v)
		return
	}
	u, err := s.options.Staff.SignIn(r.Context(), v.Name, []byte(form.Get("password")))
	switch {
	case errors.Is(err, staff.ErrWrong):
		if s.passwords.Stands(client, name) {
			s.log.Warn("sign-in failed several times in a row", zap.Stringer("client", client))
			s.audit(r, "nobody", "sign-in.refused", "from "+client.String()+", several times in a row")
		}
		v.Problem = "sign-in.wrong"
		s.showSignIn(w, r, http.StatusForbidden, v)
		return
	case err != nil:
		v.Problem = "sign-in.busy"
		w.Header().Set("Retry-After", "3")
		s.showSignIn(w, r, http.StatusServiceUnavailable, v)
		return
	}
	s.passwords.Succeed(client, name)
	if s.options.Staff.Factors(u.Name).Any() {
		s.beginSecond(w, r, u, v.Next)
		return
	}
	s.begin(w, r, u, v.Next)
}

// begin starts a session for somebody who proved who they are, and goes on to a page.
func (s *Server) begin(w http.ResponseWriter, r *http.Request, u staff.User, next string) {
	if s.enter(w, r, u) {
		http.Redirect(w, r, next, http.StatusSeeOther)
	}
}

// enter starts a session for somebody who proved who they are. It answers itself
// when it cannot.
func (s *Server) enter(w http.ResponseWriter, r *http.Request, u staff.User) bool {
	m, ctx := s.sessions.of(r), r.Context()
	// Another id than before, and nothing of what was in the session: whoever knew
	// or planted the old one has nothing of the new.
	if err := errors.Join(m.RenewToken(ctx), m.Clear(ctx)); err != nil {
		sessionFailed(w, r, err)
		return false
	}
	m.Put(ctx, keyUser, u.Name)
	m.Put(ctx, keyEpoch, u.Epoch)
	s.audit(r, u.Name, "sign-in", "as "+u.Role.String()+" from "+clientOf(r).String())
	return true
}

// signOut ends the session.
func (s *Server) signOut(w http.ResponseWriter, r *http.Request, who person) {
	if !who.session {
		s.refuse(w, r, http.StatusBadRequest, "There is no session to end.")
		return
	}
	if err := s.sessions.of(r).Destroy(r.Context()); err != nil {
		sessionFailed(w, r, err)
		return
	}
	s.audit(r, who.name, "sign-out", "")
	// Pages that the browser keeps for its back button must not show again.
	w.Header().Set("Clear-Site-Data", `"cache", "storage"`)
	http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
}

// form reads the fields of a form. It answers itself when there is none.
func (s *Server) form(w http.ResponseWriter, r *http.Request) (url.Values, bool) {
	if err := r.ParseForm(); err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			s.refuse(w, r, http.StatusRequestEntityTooLarge, "The form is too large.")
		} else {
			s.refuse(w, r, http.StatusBadRequest, "The form cannot be read.")
		}
		return nil, false
	}
	return r.PostForm, true
}

// retryAfter says how long to wait, in whole seconds, and returns them.
func (s *Server) retryAfter(w http.ResponseWriter, wait time.Duration) int {
	seconds := int(math.Ceil(wait.Seconds()))
	w.Header().Set("Retry-After", strconv.Itoa(seconds))
	return seconds
}

// audit notes what a person did. It has been done, so a disk that does not take the
// note is for the log alone.
func (s *Server) audit(r *http.Request, who, what, detail string) {
	if err := s.options.Journal.Audit(r.Context(), who, what, detail); err != nil {
		s.log.Error("audit entry was not stored", zap.String("what", what), zap.Error(err))
	}
}

// clientOf returns the address that a request came from.
func clientOf(r *http.Request) netip.Addr {
	ap, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return ap.Addr().Unmap()
}

// localPath returns a path with a query that stays on the console whatever a
// browser makes of it, "/" when to is none.
func localPath(to string) string {
	const most = 2 << 10
	u, err := url.Parse(to)
	switch {
	case err != nil, len(to) > most, !strings.HasPrefix(to, "/"), u.Host != "", u.Scheme != "", u.User != nil,
		strings.HasPrefix(u.Path, "//"), strings.ContainsAny(to, "\\\t\r\n"), strings.ContainsAny(u.Path, "\\\t\r\n"):
		return "/"
	}
	return u.RequestURI()
}
