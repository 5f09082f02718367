package console

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"time"

	"go.uber.org/zap"

	"sekisho/staff"
)

// Keys of what a session holds between the password and what has to be shown
// besides. Nobody is signed in by them.
const (
	keyPending      = "pending"       // the name
	keyPendingEpoch = "pending-epoch" // of the password that was right
	keyPendingUntil = "pending-until" // Unix seconds
	keyPendingNext  = "pending-next"  // where to go on to
	keyCeremony     = "ceremony"      // of a passkey, as JSON
)

const (
	// pendingFor is long enough to find a telephone.
	pendingFor = 10 * time.Minute
	// maxCodeWait is the wait for a name whose codes are wrong again and again. Who
	// can bring it about has the password already, so it may be long: a code of a
	// million is guessed by 100 tries a day in 27 years.
	maxCodeWait = 15 * time.Minute
)

// secondView is the page that asks for what has to be shown besides.
type secondView struct {
	page
	TOTP    bool
	Key     bool      // a passkey that works at this address
	Sites   []keySite // where passkeys work, if none does here
	Problem string
	Wait    int
}

// policy lets the page run the script for passkeys.
func (v secondView) policy() string { return scriptedPolicy(v.Key) }

// KeyScript is where the script for passkeys is.
func (secondView) KeyScript() string { return keyScriptAt() }

// beginSecond starts the wait for what has to be shown besides the password.
func (s *Server) beginSecond(w http.ResponseWriter, r *http.Request, u staff.User, next string) {
	m, ctx := s.sessions.of(r), r.Context()
	if err := errors.Join(m.RenewToken(ctx), m.Clear(ctx)); err != nil {
		sessionFailed(w, r, err)
		return
	}
	m.Put(ctx, keyPending, u.Name)
	m.Put(ctx, keyPendingEpoch, u.Epoch)
	m.Put(ctx, keyPendingUntil, time.Now().Add(pendingFor).Unix())
	m.Put(ctx, keyPendingNext, next)
	http.Redirect(w, r, "/sign-in/second", http.StatusSeeOther)
}

// pending returns who gave the right password and has still to show something, and
// where that person goes on to.
func (s *Server) pending(r *http.Request) (u staff.User, next string, ok bool) {
	m, ctx := s.sessions.of(r), r.Context()
	name := m.GetString(ctx, keyPending)
	if name == "" || time.Now().Unix() > m.GetInt64(ctx, keyPendingUntil) {
		return staff.User{}, "", false
	}
	u, ok = s.options.Staff.User(name)
	return u, m.GetString(ctx, keyPendingNext), ok && u.Epoch == m.GetString(ctx, keyPendingEpoch)
}

// serveSecond shows the page that asks for a code or a passkey.
func (s *Server) serveSecond(w http.ResponseWriter, r *http.Request, _ person) {
	u, _, ok := s.pending(r)
	if !ok {
		http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
		return
	}
	s.showSecond(w, r, http.StatusOK, u, secondView{})
}

func (s *Server) showSecond(w http.ResponseWriter, r *http.Request, status int, u staff.User, v secondView) {
	f := s.options.Staff.Factors(u.Name)
	v.page, v.TOTP = s.page(r, person{}, "second.title"), f.TOTP
	v.Switch = r.Method == http.MethodGet
	here := siteOf(r)
	for _, k := range f.Passkeys {
		v.Key = v.Key || k.Site == here
		if at := s.keySite(k.Site); !slices.Contains(v.Sites, at) {
			v.Sites = append(v.Sites, at)
		}
	}
	if v.Key {
		v.Sites = nil
	}
	s.show(w, status, "second.html", v)
}

// checkSecond takes a code.
func (s *Server) checkSecond(w http.ResponseWriter, r *http.Request, _ person) {
	form, ok := s.form(w, r)
	if !ok {
		return
	}
	u, next, ok := s.pending(r)
	if !ok {
		http.Redirect(w, r, "/sign-in?"+url.Values{"next": {next}}.Encode(), http.StatusSeeOther)
		return
	}
	client := clientOf(r)
	if wait := s.codes.Begin(client, u.Name, time.Now()); wait > 0 {
		s.showSecond(w, r, http.StatusTooManyRequests, u, secondView{Problem: "sign-in.wait", Wait: s.retryAfter(w, wait)})
		return
	}
	switch err := s.options.Staff.CheckCode(u.Name, form.Get("code")); {
	case errors.Is(err, staff.ErrCode):
		if s.codes.Stands(client, u.Name) {
			s.log.Warn("one-time codes were wrong several times in a row, after the right password", zap.Stringer("client", client))
			s.audit(r, u.Name, "sign-in.second", "from "+client.String()+", several times in a row")
		}
		problem := "second.wrong"
		if !s.options.Staff.Factors(u.Name).TOTP { // there is no app that shows another
			problem = "second.wrong.recovery"
		}
		s.showSecond(w, r, http.StatusForbidden, u, secondView{Problem: problem})
	case errors.Is(err, staff.ErrUnknown):
		http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
	case err != nil:
		s.fail(w, r, "check a one-time code", err)
	default:
		s.codes.Succeed(client, u.Name)
		s.begin(w, r, u, next)
	}
}
