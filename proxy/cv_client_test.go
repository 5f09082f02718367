package proxy_test

import (
	"crypto/tls"
	"net/http"
	"strings"
	"testing"

	"sekisho/internal/labnet"
	"sekisho/journal"
)

// refuseTLS opens a tunnel and refuses sekisho's certificate in it, as a program
// without the CA does, or one that pins the site's own.
func (l *lab) refuseTLS(t *testing.T, host string, o *labnet.Origin, cfg *tls.Config) {
	t.Helper()
	cfg = cfg.Clone()
	cfg.ServerName = host
	if err := tlsClient(l.connect(t, authority(host, o)), cfg).Handshake(); err == nil {
		t.Fatal("the program was connected to the site itself; want our certificate")
	}
}

// TestCasesPinned: CV-51, a program that refuses our certificate for one site is
// named to the owner, once a day, and never let past by itself.
func TestCasesPinned(t *testing.T) {
	t.Parallel()
	l := start(t)
	o := l.Origin([]string{shop, "pinned.labnet.example"}, labnet.Handler())
	if a := get(t, l.client1(), https(shop, o, "/echo"), nil); !l.ours(a.TLS.PeerCertificates) {
		t.Fatal("not intercepted")
	}
	t.Run("CV-51 suggestion", func(t *testing.T) {
		for range 5 {
			l.refuseTLS(t, "pinned.labnet.example", o, l.strange())
		}
		pinned := func() []journal.Event { return l.events(journal.Filter{Technique: "pinned"}) }
		wait(t, "the note", func() bool { return len(pinned()) > 0 })
		e := pinned()[0]
		if n := len(pinned()); n != 1 || e.Host != "pinned.labnet.example" || e.Severity != journal.SeverityInfo ||
			e.Action != journal.ActionAllow || !strings.Contains(e.Detail, "intercept.never") {
			t.Errorf("%d notes, the first %+v; want one about the host that names intercept.never", n, e)
		}
		if n := len(l.events(journal.Filter{Technique: "untrusting"})); n != 0 {
			t.Errorf("%d notes about a client that does not trust the CA; want 0", n)
		}
	})
	t.Run("CV-51 the owner's list lets it past", func(t *testing.T) {
		settings := l.options.Settings
		settings.Policy = policy("never", "pinned.labnet.example")
		l.proxy.Reload(settings)
		a := get(t, l.httpClient(l.strange(), true), https("pinned.labnet.example", o, "/echo"), nil)
		if a.StatusCode != http.StatusOK || l.ours(a.TLS.PeerCertificates) {
			t.Errorf("answer = %d; want the site's own", a.StatusCode)
		}
	})
}

// TestStrangerIsTold: the owner learns of clients without the CA, and that one
// has it now; neither note names the site.
func TestStrangerIsTold(t *testing.T) {
	t.Parallel()
	l := start(t)
	o := l.Origin([]string{shop}, labnet.Handler())
	l.refuseTLS(t, shop, o, l.strange())
	wait(t, "the note", func() bool { return len(l.events(journal.Filter{Technique: "untrusting"})) == 1 })
	wait(t, "a tunnel", func() bool {
		resp, err := l.httpClient(l.strange(), false).Get(https(shop, o, "/echo"))
		return err == nil && !l.ours(read(t, resp).TLS.PeerCertificates)
	})
	// The status page is answered from here, whoever is a stranger.
	c := tlsClient(l.connect(t, "sekisho.internal:443"), &tls.Config{ServerName: "sekisho.internal", RootCAs: l.trusting().RootCAs})
	if err := c.Handshake(); err != nil {
		t.Fatal(err)
	}
	wait(t, "the second note", func() bool { return len(l.events(journal.Filter{Technique: "trusting"})) == 1 })
	for _, e := range l.events(journal.Filter{}) {
		if e.Host != "" || e.Client != "127.0.0.1" {
			t.Errorf("note %q is about host %q, client %q; want the client alone", e.Technique, e.Host, e.Client)
		}
	}
}
