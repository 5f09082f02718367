package console

import (
	"encoding/json"
	"net/http/httptest"
	"testing"

	"github.com/go-webauthn/webauthn/webauthn"

	"sekisho/staff"
)

// TestPasskeysOfOneSite: a passkey counts at the address that it was added at alone.
func TestPasskeysOfOneSite(t *testing.T) {
	t.Parallel()
	var f staff.Factors
	for _, site := range []string{"localhost", "sekisho.example"} {
		text, err := json.Marshal(webauthn.Credential{ID: []byte(site)})
		if err != nil {
			t.Fatal(err)
		}
		f.Passkeys = append(f.Passkeys, staff.Passkey{Site: site, Credential: text})
	}
	if h := holderOf("mika", f, "localhost"); len(h.keys) != 1 || string(h.keys[0].ID) != "localhost" {
		t.Errorf("at localhost there are %d", len(h.keys))
	}
	if h := holderOf("mika", f, "other.example"); len(h.keys) != 0 {
		t.Errorf("elsewhere there are %d", len(h.keys))
	}
}

// TestChallengeCountsOnce: what was answered once cannot be answered again.
func TestChallengeCountsOnce(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	r := httptest.NewRequestWithContext(t.Context(), "POST", "/", nil)
	ctx, err := s.sessions.of(r).Load(r.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	r = r.WithContext(ctx)
	s.offer(httptest.NewRecorder(), r, struct{}{}, &webauthn.SessionData{Challenge: "once"})
	if kept, ok := s.ceremony(r); !ok || kept.Challenge != "once" {
		t.Fatalf("%+v, %v", kept, ok)
	}
	if kept, ok := s.ceremony(r); ok {
		t.Errorf("again: %+v", kept)
	}
}
