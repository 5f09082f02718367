package proxy_test

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"net/http"
	"os/exec"
	"strings"
	"testing"

	"sekisho/internal/labnet"
	"sekisho/journal"
)

// TestUntrusting: a browser without sekisho's CA is not broken for long, and is
// protected by names all the same.
func TestUntrusting(t *testing.T) {
	t.Parallel()
	l := start(t)
	o := l.Origin([]string{shop, "more.labnet.example"}, labnet.Handler())
	bad := l.Origin([]string{lookalike}, labnet.Handler())
	_, err := l.httpClient(l.strange(), true).Get(https(shop, o, "/echo"))
	if err == nil {
		t.Fatal("the first connection was not intercepted")
	}
	for _, host := range []string{shop, "more.labnet.example"} {
		wait(t, "a tunnel for "+host, func() bool {
			resp, err := l.httpClient(l.strange(), true).Get(https(host, o, "/echo"))
			if err != nil {
				return false
			}
			a := read(t, resp)
			return a.StatusCode == http.StatusOK && !l.ours(a.TLS.PeerCertificates)
		})
	}
	if a, err := l.httpClient(l.strange(), true).Get(https(lookalike, bad, "/")); err == nil {
		t.Errorf("the lookalike = %d; want no connection", read(t, a).StatusCode)
	}
	if bad.Connections() != 0 || l.Asked(lookalike) != 0 {
		t.Error("the lookalike was reached")
	}
	t.Run("plain http still warns", func(t *testing.T) {
		a := get(t, l.httpClient(l.strange(), true), "http://"+lookalike+"/", navigation)
		l.checkBlocked(t, a, lookalike, http.StatusSeeOther, "")
	})
}

// TestTrustingBeside: another TLS stack on the same machine that trusts the CA
// goes on being intercepted.
func TestTrustingBeside(t *testing.T) {
	t.Parallel()
	l := start(t)
	o := l.Origin([]string{shop}, labnet.Handler())
	strange := l.strange()
	strange.CipherSuites = []uint16{0xc02b, 0xc02f} // another stack: other offers
	strange.MaxVersion = 0x0303
	_, _ = l.httpClient(strange, true).Get(https(shop, o, "/echo"))
	wait(t, "a tunnel for the stranger", func() bool {
		resp, err := l.httpClient(strange, true).Get(https(shop, o, "/echo"))
		return err == nil && !l.ours(read(t, resp).TLS.PeerCertificates)
	})
	if a := get(t, l.client(), https(shop, o, "/echo"), nil); !l.ours(a.TLS.PeerCertificates) {
		t.Error("a browser that trusts the CA is no longer intercepted")
	}
}

// TestProgramIsTold: where others on the device trust the CA, a program that does not is
// shown from its first refusal on, which has it tunnelled: to the owner, without its
// site, and on the device's own page.
func TestProgramIsTold(t *testing.T) {
	t.Parallel()
	l := start(t)
	o := l.Origin([]string{shop}, labnet.Handler())
	status := func() string {
		return string(get(t, l.client1(), "https://sekisho.internal/?lang=en", navigation).body)
	}
	const doubted = "a program on this device does not trust it"
	if s := status(); strings.Contains(s, doubted) || !strings.Contains(s, "Installed") {
		t.Errorf("the page before = %q; want the CA as installed", s)
	}
	program := l.strange()
	program.MaxVersion = tls.VersionTLS12
	l.refuseTLS(t, shop, o, program)
	all := func() []journal.Event { return l.events(journal.Filter{}) }
	wait(t, "the note", func() bool { return len(all()) > 0 })
	if e := all()[0]; len(all()) != 1 || e.Technique != "untrusting-program" || e.Host != "" || e.Client != "127.0.0.1" || e.Severity != journal.SeverityInfo {
		t.Errorf("notes = %+v; want one about the client alone", all())
	}
	if s := status(); !strings.Contains(s, doubted) {
		t.Errorf("the page then = %q; want the program on it", s)
	}
	if resp, err := l.httpClient(program, true).Get(https(shop, o, "/echo")); err != nil || l.ours(read(t, resp).TLS.PeerCertificates) {
		t.Errorf("the program is not tunnelled: %v", err)
	}
	program.RootCAs = l.trusting().RootCAs
	c := tlsClient(l.connect(t, "sekisho.internal:443"), &tls.Config{ServerName: "sekisho.internal", RootCAs: program.RootCAs, MaxVersion: tls.VersionTLS12})
	if err := c.Handshake(); err != nil {
		t.Fatal(err)
	}
	wait(t, "the second note", func() bool { return len(l.events(journal.Filter{Technique: "trusting"})) == 1 })
	if s := status(); strings.Contains(s, doubted) {
		t.Errorf("the page at last = %q; want nothing of the program", s)
	}
}

// TestManyTunnels: one client may hold 1,000 idle tunnels and still browse.
func TestManyTunnels(t *testing.T) {
	l := start(t)
	needFiles(t, 6000)
	o := l.Raw([]string{genuine}, holdOpen)
	for i := range 1000 {
		c := l.connect(t, authority(genuine, o))
		if i%100 == 0 {
			_, _ = fmt.Fprint(c, "x")
		}
	}
	page := l.Origin([]string{shop}, labnet.Handler())
	if a := get(t, l.client(), https(shop, page, "/echo"), nil); a.StatusCode != http.StatusOK {
		t.Errorf("a page beside 1,000 tunnels = %d; want 200", a.StatusCode)
	}
	wait(t, "1,000 open tunnels", func() bool { return o.Open() == 1000 }) // accepted a little later
	if n := l.logs.FilterMessageSnippet("panic").Len(); n != 0 {
		t.Errorf("%d panics in the log: %s", n, strings.TrimSpace(fmt.Sprint(l.logs.All())))
	}
}

// TestUntrustingOpenSSL: curl, git and most programs that are no browser refuse
// a certificate in the way of OpenSSL, which is another in TLS 1.3.
func TestUntrustingOpenSSL(t *testing.T) {
	t.Parallel()
	program, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("no openssl here to refuse a certificate with")
	}
	for _, tt := range [][]string{
		{shop, "-tls1_2", "-servername", shop},
		{shop, "-tls1_3", "-servername", shop},
		{"127.0.0.1", "-tls1_2", "-noservername"}, // which unknown_ca makes as good as a name
		{"127.0.0.1", "-tls1_3", "-noservername"},
	} {
		t.Run(tt[0]+tt[1], func(t *testing.T) {
			t.Parallel()
			host := tt[0]
			l := start(t)
			o := l.Origin([]string{host}, labnet.Handler())
			verified := func() bool {
				c := exec.CommandContext(t.Context(), program, append([]string{
					"s_client", "-brief", "-proxy", l.addr(), "-connect", authority(host, o), "-CAfile", l.CAFile(), "-verify_return_error",
				}, tt[1:]...)...)
				out, err := c.CombinedOutput()
				return err == nil && bytes.Contains(out, []byte("Verification: OK"))
			}
			if verified() {
				t.Fatal("the first connection was not intercepted")
			}
			wait(t, "a tunnel", verified)
			wait(t, "the note", func() bool { return len(l.events(journal.Filter{Technique: "untrusting"})) == 1 })
		})
	}
}
