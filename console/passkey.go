package console

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"sync"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"sekisho/staff"
)

//go:embed passkey.js
var keyScript []byte

var keyScriptVersion = sync.OnceValue(func() string { return version(keyScript) })

func keyScriptAt() string { return "/passkey.js?v=" + keyScriptVersion() }

// serveKeyScript answers with the script for passkeys.
func (s *Server) serveKeyScript(w http.ResponseWriter, r *http.Request, _ person) {
	serveKept(w, r, "text/javascript; charset=utf-8", keyScriptVersion(), keyScript)
}

// scriptedPolicy is the policy of a page with, or without, the script for passkeys.
func scriptedPolicy(on bool) string {
	if on {
		return livePolicy
	}
	return pagePolicy
}

// siteOf returns the name that passkeys made at r's address are for (the RP ID of
// Web Authentication, section 4), "" at a bare address, where there are none.
func siteOf(r *http.Request) string {
	host := hostOnly(r.Host)
	if _, err := netip.ParseAddr(host); err == nil {
		return ""
	}
	return host
}

// local is the address of the console by a name on the computer that it runs on, ending
// with a slash; "" where it does not listen there.
func (s *Server) local() string {
	at, err := netip.ParseAddrPort(s.Addr().String())
	if err != nil || !at.Addr().IsLoopback() && !at.Addr().IsUnspecified() {
		return ""
	}
	return fmt.Sprintf("http://localhost:%d/", at.Port())
}

// named is the same in the network; "" where the console has no name there.
func (s *Server) named() string {
	if s.hosts.name == "" || s.hosts.own[s.hosts.name] {
		return ""
	}
	_, port, _ := net.SplitHostPort(s.Addr().String())
	return "https://" + net.JoinHostPort(s.hosts.name, port) + "/"
}

// keySite is a name that passkeys are for.
type keySite struct {
	Name  string
	Link  string // the console under that name, "" where it answers to it no longer
	Local bool   // whether the link leads there on the computer that sekisho runs on alone
}

func (s *Server) keySite(name string) keySite {
	switch name {
	case "localhost":
		return keySite{name, s.local(), true}
	case s.hosts.name:
		return keySite{name, s.named(), false}
	}
	return keySite{Name: name}
}

// party returns what makes and checks passkeys for r's address.
func party(r *http.Request) (*webauthn.WebAuthn, error) {
	site := siteOf(r)
	if site == "" {
		return nil, errors.New("passkeys need an address with a name")
	}
	scheme := "http://"
	if r.TLS != nil {
		scheme = "https://"
	}
	return webauthn.New(&webauthn.Config{
		RPID: site, RPDisplayName: "sekisho", RPOrigins: []string{scheme + r.Host},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementDiscouraged, UserVerification: protocol.VerificationPreferred,
		},
	})
}

// holder is a person as webauthn has them, with the passkeys of one site.
type holder struct {
	name   string
	handle []byte
	keys   []webauthn.Credential
}

func (h *holder) WebAuthnID() []byte                         { return h.handle }
func (h *holder) WebAuthnName() string                       { return h.name }
func (h *holder) WebAuthnDisplayName() string                { return h.name }
func (h *holder) WebAuthnCredentials() []webauthn.Credential { return h.keys }

func holderOf(name string, f staff.Factors, site string) *holder {
	h := &holder{name: name, handle: f.Handle}
	if h.handle == nil {
		h.handle = staff.NewHandle()
	}
	for _, k := range f.Passkeys {
		var c webauthn.Credential
		if k.Site == site && json.Unmarshal(k.Credential, &c) == nil {
			h.keys = append(h.keys, c)
		}
	}
	return h
}

// offer answers with what a browser needs for a ceremony, and keeps what its end is
// checked by in the session.
func (s *Server) offer(w http.ResponseWriter, r *http.Request, options any, kept *webauthn.SessionData) {
	text, err := json.Marshal(kept)
	if err != nil {
		s.fail(w, r, "begin with a passkey", err)
		return
	}
	s.sessions.of(r).Put(r.Context(), keyCeremony, text)
	serveJSON(w, options)
}

// ceremony returns what [Server.offer] kept, once.
func (s *Server) ceremony(r *http.Request) (kept webauthn.SessionData, ok bool) {
	text := s.sessions.of(r).PopBytes(r.Context(), keyCeremony)
	return kept, text != nil && json.Unmarshal(text, &kept) == nil
}

// next tells the script where to go on to.
type next struct {
	Next string `json:"next"`
}

// offerKey answers with a challenge for the passkeys of whoever gave the password.
func (s *Server) offerKey(w http.ResponseWriter, r *http.Request, _ person) {
	u, _, ok := s.pending(r)
	p, err := party(r)
	if !ok || err != nil {
		serveProblem(w, http.StatusForbidden, s.words(r, "passkey.again"))
		return
	}
	h := holderOf(u.Name, s.options.Staff.Factors(u.Name), siteOf(r))
	options, kept, err := p.BeginLogin(h)
	if err != nil { // there is none for this site
		serveProblem(w, http.StatusForbidden, s.words(r, "passkey.none"))
		return
	}
	s.offer(w, r, options, kept)
}

// checkKey takes the answer to the challenge.
func (s *Server) checkKey(w http.ResponseWriter, r *http.Request, _ person) {
	u, to, ok := s.pending(r)
	kept, begun := s.ceremony(r)
	p, err := party(r)
	if !ok || !begun || err != nil {
		serveProblem(w, http.StatusForbidden, s.words(r, "passkey.again"))
		return
	}
	answer, err := protocol.ParseCredentialRequestResponseBody(r.Body)
	var c *webauthn.Credential
	if err == nil {
		c, err = p.ValidateLogin(holderOf(u.Name, s.options.Staff.Factors(u.Name), siteOf(r)), kept, answer)
	}
	if err == nil && c.Authenticator.CloneWarning {
		s.audit(r, u.Name, "passkey.copied", "from "+clientOf(r).String())
		err = errors.New("the passkey's counter went back")
	}
	var text []byte
	if err == nil {
		text, err = json.Marshal(c)
	}
	if err == nil {
		err = s.options.Staff.UsePasskey(u.Name, c.ID, text)
	}
	if err != nil {
		s.log.Warn("a passkey was refused, after the right password")
		serveProblem(w, http.StatusForbidden, s.words(r, "passkey.refused"))
		return
	}
	if s.enter(w, r, u) {
		serveJSON(w, next{to})
	}
}
