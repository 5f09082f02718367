package proxy_test

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net"
	"net/http"
	"testing"
	"time"

	"sekisho/internal/labnet"
	"sekisho/interstitial"
)

// incomplete starts an origin for host that leaves its intermediate out, which
// is to be had at the addresses given.
func (l *lab) incomplete(t *testing.T, host string, inter *labnet.CA, at ...string) *labnet.Origin {
	t.Helper()
	cert := inter.Issue(t, []string{host}, func(c *x509.Certificate) { c.IssuingCertificateURL = at })
	cert.Certificate = cert.Certificate[:1]
	return l.Origin([]string{host}, labnet.Handler(), labnet.KeyPair(cert))
}

// TestCasesIncomplete: CV-49, an intermediate that the site forgot is fetched
// from the address in its certificate, as browsers do, within bounds.
func TestCasesIncomplete(t *testing.T) {
	t.Parallel()
	l := start(t)
	inter := l.CA().Below(t, "Labnet Forgotten", nil, nil)
	der := inter.Certificate().Raw
	serve := func(body []byte) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(body) })
	}
	stray := labnet.NewCA(t, "Labnet Forgotten").Certificate().Raw
	self := l.Raw([]string{"unasked.labnet.example"}, holdOpen)
	for i, tt := range []struct {
		id    string
		serve http.Handler
		at    string // instead of a good address
		code  interstitial.Code
	}{
		{"CV-49 DER", serve(der), "", ""},
		{"CV-49 PEM", serve(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})), "", ""},
		{"CV-49 another authority's", serve(stray), "", interstitial.CodeTLSUntrusted},
		{"CV-49 junk", serve([]byte("<html>")), "", interstitial.CodeTLSUntrusted},
		{"CV-49 too large", serve(make([]byte, 1<<20)), "", interstitial.CodeTLSUntrusted},
		{"CV-49 redirect", http.RedirectHandler(plain("unasked.labnet.example", self, "/"), http.StatusFound), "", interstitial.CodeTLSUntrusted},
		{"CV-49 missing", http.NotFoundHandler(), "", interstitial.CodeTLSUntrusted},
		{"CV-49 no address", nil, "-", interstitial.CodeTLSUntrusted},
		{"CV-49 https", nil, https("unasked.labnet.example", self, "/"), interstitial.CodeTLSUntrusted},
		{"CV-49 ldap", nil, "ldap://" + authority("unasked.labnet.example", self) + "/x", interstitial.CodeTLSUntrusted},
		{"CV-49 with a password", nil, "http://u:p@" + authority("unasked.labnet.example", self) + "/", interstitial.CodeTLSUntrusted},
		{"CV-49 blocked name", nil, "http://" + lookalike + "/x", interstitial.CodeTLSUntrusted},
		{"CV-49 own site", nil, "http://sekisho.internal/ca.crt", interstitial.CodeTLSUntrusted},
		{"CV-49 the proxy itself", nil, "http://" + l.addr() + "/x", interstitial.CodeTLSUntrusted},
		{"CV-49 metadata", nil, "http://169.254.169.254/latest", interstitial.CodeTLSUntrusted},
		{"CV-49 malformed", nil, "http://[::1%eth0]/", interstitial.CodeTLSUntrusted},
	} {
		t.Run(tt.id, func(t *testing.T) {
			host, at := fmt.Sprintf("half%d.labnet.example", i), []string{tt.at}
			var authorityServer *labnet.Origin
			switch tt.at {
			case "":
				authorityServer = l.Origin([]string{"aia." + host}, tt.serve, labnet.Plain())
				at = []string{plain("aia."+host, authorityServer, "/inter.crt")}
			case "-":
				at = nil
			}
			o := l.incomplete(t, host, inter, at...)
			l.checkOrigin(t, host, o, tt.code)
			if authorityServer != nil && authorityServer.Requests() != 1 {
				t.Errorf("the authority saw %d requests; want 1 for all connections", authorityServer.Requests())
			}
		})
	}
	if self.Connections() != 0 || l.Asked(lookalike) != 0 {
		t.Errorf("what must not be asked was: %d connections, %d look-ups", self.Connections(), l.Asked(lookalike))
	}
	t.Run("CV-49 two missing", func(t *testing.T) {
		upper := l.Origin([]string{"upper.labnet.example"}, serve(der), labnet.Plain())
		second := inter.Below(t, "Labnet Deeper", nil, func(c *x509.Certificate) {
			c.IssuingCertificateURL = []string{plain("upper.labnet.example", upper, "/")}
		})
		lower := l.Origin([]string{"lower.labnet.example"}, serve(second.Certificate().Raw), labnet.Plain())
		l.checkOrigin(t, "two.labnet.example", l.incomplete(t, "two.labnet.example", second, plain("lower.labnet.example", lower, "/")), "")
	})
}

// TestCasesIncompleteSlow: an authority that does not answer keeps nobody long.
func TestCasesIncompleteSlow(t *testing.T) {
	t.Parallel()
	l := start(t)
	mute := l.Raw([]string{"mute.labnet.example"}, func(c net.Conn) { holdOpen(c) })
	inter := l.CA().Below(t, "Labnet Mute", nil, nil)
	o := l.incomplete(t, shop, inter, plain("mute.labnet.example", mute, "/"))
	t.Run("CV-49 silent authority", func(t *testing.T) {
		began := time.Now()
		l.checkOrigin(t, shop, o, interstitial.CodeTLSUntrusted)
		if mute.Connections() != 1 {
			t.Errorf("the authority saw %d connections; want 1", mute.Connections())
		}
		t.Logf("two pages after %v", time.Since(began).Round(time.Millisecond))
	})
}
