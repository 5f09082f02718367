package proxy_test

import (
	"net/netip"
	"strings"
	"testing"

	"sekisho/imitation"
	"sekisho/internal/labnet"
)

// TestCV54Away is CV-54: a site at which a copy was seen is not spliced for asking.
func TestCV54Away(t *testing.T) {
	t.Parallel()
	const host = "asking-copy.labnet.example"
	l := startCertLab(t)
	o := l.Origin([]string{host}, labnet.Handler(), labnet.ClientAuth(l.staff))
	l.dossier.Page(name(t, host), netip.MustParseAddr("127.0.0.1"), imitation.Result{Grade: imitation.Copy, Score: 100, Signs: []string{"title", "form"}})
	a := do(t, l.httpClient(l.browser(true), true), "POST", https(host, o, "/echo"), nil, strings.NewReader("secret"))
	if a.Header.Get("Sekisho-Incident") == "" || !l.ours(a.TLS.PeerCertificates) {
		t.Errorf("answer = %d with %v; want an incident, under a leaf of ours", a.StatusCode, a.Header)
	}
	if n := o.Requests(); n != 0 {
		t.Errorf("%d requests at the origin; want 0", n)
	}
}
