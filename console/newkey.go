package console

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"sekisho/staff"
)

// keyKeyName is what a person calls the passkey that is being made.
const keyKeyName = "passkey-name"

// maxKeyText bounds what an authenticator may have this computer keep of it; more
// than one without attestation needs.
const maxKeyText = 4 << 10

// offerNewKey answers with what a browser makes a passkey by.
func (s *Server) offerNewKey(w http.ResponseWriter, r *http.Request, who person) {
	form, ok := s.again(w, r, who, func(status int, problem string, wait int) {
		text := words{Lang: s.language(r)}
		detail, err := text.T(problem)
		if wait > 0 {
			detail, err = text.T(problem, wait)
		}
		if err != nil {
			detail = http.StatusText(status)
		}
		serveProblem(w, status, detail)
	})
	if !ok {
		return
	}
	p, err := party(r)
	if err != nil {
		serveProblem(w, http.StatusUnprocessableEntity, s.words(r, "passkey.none"))
		return
	}
	h := holderOf(who.name, s.options.Staff.Factors(who.name), siteOf(r))
	var known []protocol.CredentialDescriptor
	for _, c := range h.keys {
		known = append(known, c.Descriptor())
	}
	options, kept, err := p.BeginRegistration(h, webauthn.WithExclusions(known))
	if err != nil {
		s.fail(w, r, "begin with a passkey", err)
		return
	}
	s.sessions.of(r).Put(r.Context(), keyKeyName, form.Get("name"))
	s.offer(w, r, options, kept)
}

// addKey takes the passkey that a browser made.
func (s *Server) addKey(w http.ResponseWriter, r *http.Request, who person) {
	name := s.sessions.of(r).PopString(r.Context(), keyKeyName)
	kept, begun := s.ceremony(r)
	p, err := party(r)
	if !begun || err != nil {
		serveProblem(w, http.StatusUnprocessableEntity, s.words(r, "passkey.again"))
		return
	}
	h := &holder{name: who.name, handle: kept.UserID}
	answer, err := protocol.ParseCredentialCreationResponseBody(r.Body)
	var c *webauthn.Credential
	if err == nil {
		c, err = p.CreateCredential(h, kept, answer)
	}
	if err != nil {
		serveProblem(w, http.StatusUnprocessableEntity, s.words(r, "passkey.refused"))
		return
	}
	// None was asked for; a browser that sends one anyway shall not fill the file.
	c.Attestation = webauthn.CredentialAttestation{}
	text, err := json.Marshal(c)
	if err != nil || len(text) > maxKeyText {
		serveProblem(w, http.StatusUnprocessableEntity, s.words(r, "passkey.refused"))
		return
	}
	u, recovery, err := s.options.Staff.AddPasskey(who.name, kept.UserID, staff.Passkey{ID: c.ID, Site: siteOf(r), Name: name, Credential: text})
	switch {
	case errors.Is(err, staff.ErrInput):
		serveProblem(w, http.StatusUnprocessableEntity, s.words(r, "passkey.input"))
	case err != nil:
		s.fail(w, r, "add the passkey", err)
	default:
		s.keepSession(r, u, "passkey.add", recovery)
		serveJSON(w, next{"/me"})
	}
}
