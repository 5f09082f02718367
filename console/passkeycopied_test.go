package console

import (
	"bytes"
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/go-webauthn/webauthn/webauthn"
)

// withPasskey gives the owner a passkey for localhost.
func withPasskey(t *testing.T, s *Server) *authenticator {
	t.Helper()
	a, cookie := newAuthenticator(t), signedIn(t, s, "owner")
	form := url.Values{"password": {secret}, "name": {"spare key"}}.Encode()
	got := atLocalhost(t, s, "/me/passkeys/options", cookie, asForm, form)
	o := optionsOf(t, got)
	if o.PublicKey.Attestation != "" && o.PublicKey.Attestation != "none" {
		t.Errorf("browsers are asked for the attestation %q, which tells one person's key from another's", o.PublicKey.Attestation)
	}
	if got := atLocalhost(t, s, "/me/passkeys", cookie, "application/json", a.create(t, o.PublicKey.Challenge)); got.status != 200 {
		t.Fatalf("add: %d %s", got.status, got.body)
	}
	return a
}

// show signs the owner in with the password and a.
func show(t *testing.T, s *Server, a *authenticator) answer {
	t.Helper()
	half := cookieOf(t, post(t, s, "/sign-in", "", "name", "owner", "password", secret))
	o := optionsOf(t, atLocalhost(t, s, "/sign-in/passkey/options", half, "application/json", "{}"))
	return atLocalhost(t, s, "/sign-in/passkey", half, "application/json", a.get(t, o.PublicKey.Challenge))
}

// TestCopiedPasskey: a counter that went back tells that there are two of a key; neither
// the older nor an equal one opens the console, and the audit log has it.
func TestCopiedPasskey(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	a := withPasskey(t, s)
	for _, step := range []struct {
		counter uint32
		status  int
	}{{5, 200}, {6, 200}, {6, 403}, {2, 403}, {7, 200}} {
		a.counter = step.counter
		if got := show(t, s, a); got.status != step.status {
			t.Errorf("counter %d: %d %s; want %d", step.counter, got.status, got.body, step.status)
		}
	}
	r, err := s.reader.get()
	if err != nil {
		t.Fatal(err)
	}
	list, _, err := r.AuditLog(t.Context(), "")
	copied := 0
	for _, e := range list {
		if e.What == "passkey.copied" {
			copied++
		}
	}
	if err != nil || copied != 2 {
		t.Errorf("the audit log has %d copied keys, %v; want 2", copied, err)
	}
}

// TestAttestationIsNotKept: what an authenticator says of its make is not asked for, and
// nothing of it stays in the file.
func TestAttestationIsNotKept(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	withPasskey(t, s)
	keys := s.options.Staff.Factors("owner").Passkeys
	if len(keys) != 1 {
		t.Fatalf("%d passkeys", len(keys))
	}
	var c webauthn.Credential
	if err := json.Unmarshal(keys[0].Credential, &c); err != nil {
		t.Fatal(err)
	}
	if a := c.Attestation; len(a.Object)+len(a.ClientDataJSON)+len(a.AuthenticatorData)+len(a.ClientDataHash) > 0 {
		t.Errorf("kept: %+v", a)
	}
	if !bytes.Equal(c.ID, keys[0].ID) || strings.TrimSpace(keys[0].Name) != "spare key" {
		t.Errorf("the passkey is %+v", keys[0])
	}
}
