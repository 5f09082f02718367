package console

import (
	"strings"
	"testing"
)

// TestPACCloses: wherever the PAC is chosen or read, it is said what it does not close,
// and what does; and the set-up recommends that.
func TestPACCloses(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	people := cookies(t, s)
	if body := send(t, s, "GET", "/proxy.pac", "", "").body; !strings.Contains(body, "sekisho was down when it started") || strings.Contains(body, "DIRECT\";\n}") {
		t.Errorf("the configuration itself: %s", body)
	}
	for lang, says := range map[string][2]string{
		"en": {"is started while sekisho is down", "by hand (recommended)"},
		"ja": {"sekisho が止まっている間に起動したブラウザー", "手動で設定します（推奨）"},
	} {
		for _, role := range []string{"owner", "viewer"} { // who chooses, and who only reads
			if body := send(t, s, "GET", "/settings?lang="+lang, people[role], "").body; !strings.Contains(body, says[0]) || !strings.Contains(body, "ProxyPacMandatory") {
				t.Errorf("%s, %s: the settings promise too much", lang, role)
			}
		}
		body := send(t, s, "GET", "/set-up?lang="+lang, people["viewer"], "").body
		hand, pac := strings.Index(body, says[1]), strings.Index(body, "/proxy.pac</code>")
		if hand < 0 || pac < hand || !strings.Contains(body[pac:], says[0]) {
			t.Errorf("%s: the set-up recommends the PAC, or promises too much of it", lang)
		}
	}
}
