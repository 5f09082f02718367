package console

import (
	"bytes"
	"strings"
	"testing"

	"sekisho/staff"
)

// TestPasskeyElsewhere: where the passkeys of a person do not work, the page after the
// password leads to where they do, with the port; of a name that the console no longer has
// it has the name alone. Who has no app is not sent to one.
func TestPasskeyElsewhere(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	_, port, _ := strings.Cut(s.Addr().String(), ":")
	for i, site := range []string{"localhost", "old.example", "localhost"} {
		_, _, err := s.options.Staff.AddPasskey("owner", bytes.Repeat([]byte{1}, len(staff.NewHandle())), staff.Passkey{ID: []byte{byte(i)}, Site: site, Name: "x", Credential: []byte("{}")})
		if err != nil {
			t.Fatal(err)
		}
	}
	half := cookieOf(t, post(t, s, "/sign-in", "", "name", "owner", "password", secret))
	got := send(t, s, "GET", "/sign-in/second", half, "")
	link := `href="http://localhost:` + port + `/"`
	if strings.Count(got.body, link) != 1 || !strings.Contains(got.body, "<code>old.example</code>") || strings.Contains(got.body, "passkey.js") {
		t.Errorf("want %s once, and the name that is no more: %s", link, got.body)
	}
	if got := post(t, s, "/sign-in/second?lang=en", half, "code", "wrong"); got.status != 403 || !strings.Contains(got.body, "try another recovery code") {
		t.Errorf("a wrong code without an app: %d %s", got.status, got.body)
	}
}
