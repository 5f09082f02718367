package console

import (
	"encoding/base64"
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"go.uber.org/zap"

	"sekisho/staff"
)

// Keys of what a session holds while somebody changes what has to be shown.
const (
	keySecret   = "totp-secret" // of a device that has not shown a code of it yet
	keyRecovery = "recovery"    // codes to show once, a line each
)

// meView is the page of the person who asks.
type meView struct {
	page
	Factors  staff.Factors
	Site     string // that passkeys of this address are for, "" where there can be none
	Local    string // the address of the page by name, on the computer that sekisho runs on; "" where it has none
	Named    string // the same in the network
	Secret   string // to type into a device, "" when none is being set up
	Link     template.URL
	Code     *code    // the link as a picture
	Recovery []string // to write down now, nil but once
	Problem  string
	Wait     int
}

// policy lets the page run the script for passkeys.
func (v meView) policy() string { return scriptedPolicy(v.Site != "") }

// KeyScript is where the script for passkeys is.
func (meView) KeyScript() string { return keyScriptAt() }

// passwordField is what a form with a password needs.
type passwordField struct {
	In  words
	For string // which of the page's forms
}

// For is the password field of the form called name.
func (v meView) For(name string) passwordField { return passwordField{v.words, name} }

// KeyID is the id of a passkey as its form has it.
func (meView) KeyID(k staff.Passkey) string { return base64.RawURLEncoding.EncodeToString(k.ID) }

// serveMe shows what the person who asks has to show at the next sign-in.
func (s *Server) serveMe(w http.ResponseWriter, r *http.Request, who person) {
	v := meView{}
	if text := s.sessions.of(r).PopString(r.Context(), keyRecovery); text != "" {
		v.Recovery = strings.Split(text, "\n")
	}
	s.showMe(w, r, http.StatusOK, who, v)
}

func (s *Server) showMe(w http.ResponseWriter, r *http.Request, status int, who person, v meView) {
	v.page, v.Site, v.Factors = s.page(r, who, "me.title"), siteOf(r), s.options.Staff.Factors(who.name)
	if v.Local = s.local(); v.Local != "" {
		v.Local += "me"
	}
	if v.Named = s.named(); v.Named != "" {
		v.Named += "me"
	}
	v.Switch = r.Method == http.MethodGet && v.Recovery == nil
	s.show(w, status, "me.html", v)
}

// again checks the password of whoever changes what has to be shown: a browser that
// was left open must not be enough to lock its owner out. It answers itself when the
// password is wrong.
func (s *Server) again(w http.ResponseWriter, r *http.Request, who person, refuse func(status int, problem string, wait int)) (url.Values, bool) {
	form, ok := s.form(w, r)
	if !ok {
		return nil, false
	}
	client := clientOf(r)
	if wait := s.passwords.Begin(client, who.name, time.Now()); wait > 0 {
		refuse(http.StatusTooManyRequests, "sign-in.wait", s.retryAfter(w, wait))
		return nil, false
	}
	_, err := s.options.Staff.SignIn(r.Context(), who.name, []byte(form.Get("password")))
	switch {
	case errors.Is(err, staff.ErrWrong):
		refuse(http.StatusUnprocessableEntity, "me.password", 0)
	case err != nil:
		refuse(http.StatusServiceUnavailable, "sign-in.busy", 0)
	default:
		s.passwords.Succeed(client, who.name)
		return form, true
	}
	return nil, false
}

// onMe shows a problem on the page.
func (s *Server) onMe(w http.ResponseWriter, r *http.Request, who person) func(int, string, int) {
	return func(status int, problem string, wait int) {
		s.showMe(w, r, status, who, meView{Problem: problem, Wait: wait})
	}
}

// beginTOTP shows a new secret, which counts once the device has shown a code of it.
func (s *Server) beginTOTP(w http.ResponseWriter, r *http.Request, who person) {
	if _, ok := s.again(w, r, who, s.onMe(w, r, who)); !ok {
		return
	}
	secret := staff.NewSecret()
	s.sessions.of(r).Put(r.Context(), keySecret, secret)
	s.showMe(w, r, http.StatusOK, who, meView{}.withSecret(secret, who.name))
}

// withSecret shows a secret in the forms that devices take (the Key URI Format of
// Google Authenticator, which others read too).
func (v meView) withSecret(secret []byte, name string) meView {
	text := staff.SecretText(secret)
	label := url.PathEscape("sekisho:" + name)
	link := "otpauth://totp/" + label + "?" + url.Values{"secret": {text}, "issuer": {"sekisho"}}.Encode()
	v.Link = template.URL(link) // nothing of it is from elsewhere

	if c, err := newCode(link); err == nil { // else the text will do
		v.Code = c
	}
	for chunk := range slices.Chunk([]byte(text), 4) {
		v.Secret += string(chunk) + " "
	}
	v.Secret = strings.TrimSpace(v.Secret)
	return v
}

// confirmTOTP takes the first code of a new secret.
func (s *Server) confirmTOTP(w http.ResponseWriter, r *http.Request, who person) {
	form, ok := s.form(w, r)
	if !ok {
		return
	}
	m, ctx := s.sessions.of(r), r.Context()
	secret := m.GetBytes(ctx, keySecret)
	if secret == nil {
		http.Redirect(w, r, "/me", http.StatusSeeOther)
		return
	}
	u, recovery, err := s.options.Staff.SetTOTP(who.name, secret, form.Get("code"))
	switch {
	case errors.Is(err, staff.ErrCode):
		s.showMe(w, r, http.StatusUnprocessableEntity, who, meView{Problem: "me.code"}.withSecret(secret, who.name))
		return
	case err != nil:
		s.fail(w, r, "add the one-time codes", err)
		return
	}
	m.Remove(ctx, keySecret)
	s.changed(w, r, u, "totp.add", recovery)
}

// changed goes on with the page after what has to be shown was changed: the other
// sessions of the person have ended, this one goes on.
func (s *Server) changed(w http.ResponseWriter, r *http.Request, u staff.User, what string, recovery []string) {
	s.keepSession(r, u, what, recovery)
	http.Redirect(w, r, "/me", http.StatusSeeOther)
}

func (s *Server) keepSession(r *http.Request, u staff.User, what string, recovery []string) {
	m, ctx := s.sessions.of(r), r.Context()
	if err := m.RenewToken(ctx); err != nil {
		s.log.Error("a session was not renewed", zap.Error(err)) // it ends at the next request, by its epoch
		return
	}
	m.Put(ctx, keyEpoch, u.Epoch)
	if recovery != nil {
		m.Put(ctx, keyRecovery, strings.Join(recovery, "\n"))
	}
	s.audit(r, u.Name, what, "from "+clientOf(r).String())
}

// removeTOTP has the person show no codes any more.
func (s *Server) removeTOTP(w http.ResponseWriter, r *http.Request, who person) {
	if _, ok := s.again(w, r, who, s.onMe(w, r, who)); !ok {
		return
	}
	u, err := s.options.Staff.RemoveTOTP(who.name)
	s.removed(w, r, u, "totp.remove", err)
}

// removeKey takes a passkey away.
func (s *Server) removeKey(w http.ResponseWriter, r *http.Request, who person) {
	form, ok := s.again(w, r, who, s.onMe(w, r, who))
	if !ok {
		return
	}
	id, err := base64.RawURLEncoding.DecodeString(form.Get("id"))
	if err != nil {
		id = nil // nobody has it
	}
	u, err := s.options.Staff.RemovePasskey(who.name, id)
	s.removed(w, r, u, "passkey.remove", err)
}

func (s *Server) removed(w http.ResponseWriter, r *http.Request, u staff.User, what string, err error) {
	switch {
	case errors.Is(err, staff.ErrUnknown): // gone already
		http.Redirect(w, r, "/me", http.StatusSeeOther)
	case err != nil:
		s.fail(w, r, "change what is shown at the sign-in", err)
	default:
		s.changed(w, r, u, what, nil)
	}
}

// renewRecovery replaces the recovery codes.
func (s *Server) renewRecovery(w http.ResponseWriter, r *http.Request, who person) {
	if _, ok := s.again(w, r, who, s.onMe(w, r, who)); !ok {
		return
	}
	codes, err := s.options.Staff.NewRecovery(who.name)
	switch {
	case errors.Is(err, staff.ErrUnknown):
		http.Redirect(w, r, "/me", http.StatusSeeOther)
	case err != nil:
		s.fail(w, r, "make recovery codes", err)
	default:
		s.sessions.of(r).Put(r.Context(), keyRecovery, strings.Join(codes, "\n"))
		s.audit(r, who.name, "recovery.renew", "from "+clientOf(r).String())
		http.Redirect(w, r, "/me", http.StatusSeeOther)
	}
}
