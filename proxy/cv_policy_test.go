package proxy_test

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"net"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"sekisho/certs"
	"sekisho/internal/labnet"
	"sekisho/interstitial"
)

// denying returns the built-in list and the key of c.
func denying(t testing.TB, c *x509.Certificate) *certs.DenyList {
	t.Helper()
	sum := sha256.Sum256(c.RawSubjectPublicKeyInfo)
	d, err := certs.BuiltinDenyList().With(hex.EncodeToString(sum[:]) + " test\n")
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestCasesDenied: keys that vouch for nothing, whatever trusts them.
func TestCasesDenied(t *testing.T) {
	t.Parallel()
	l := prepare(t)
	bad := labnet.NewCA(t, "Preinstalled Root")
	l.options.Roots.AddCert(bad.Certificate())
	l.options.PrivateRoots = []*x509.Certificate{bad.Certificate()} // the owner's word does not help
	l.options.Settings.Denied = denying(t, bad.Certificate())
	l.serve()
	t.Run("CV-08 denied root in the store", func(t *testing.T) {
		o := l.Origin([]string{"denied.labnet.example"}, labnet.Handler(), labnet.KeyPair(bad.Issue(t, []string{"denied.labnet.example"}, nil)))
		l.checkOrigin(t, "denied.labnet.example", o, interstitial.CodeTLSUntrusted)
	})
	t.Run("CV-08 denied root, cross-signed", func(t *testing.T) {
		crossed := l.CA().Below(t, "Preinstalled Root", bad.Signer(), nil)
		o := l.Origin([]string{"crossed.labnet.example"}, labnet.Handler(), labnet.KeyPair(crossed.Issue(t, []string{"crossed.labnet.example"}, nil)))
		l.checkOrigin(t, "crossed.labnet.example", o, interstitial.CodeTLSUntrusted)
	})
	// The list grows while the proxy runs, and a session that began before is
	// not resumed past it (CVE-2025-68121).
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		t.Run("CV-15 CV-53 denied since, "+tls.VersionName(version), func(t *testing.T) {
			l := start(t)
			var resumed atomic.Int64
			o := l.Origin([]string{shop}, labnet.Handler(), labnet.HTTP1Only(), labnet.TLS(func(c *tls.Config) {
				c.MaxVersion = version
				c.VerifyConnection = func(cs tls.ConnectionState) error {
					if cs.DidResume {
						resumed.Add(1)
					}
					return nil
				}
			}), labnet.Server(func(s *http.Server) { s.SetKeepAlivesEnabled(false) }))
			for range 3 {
				l.checkOrigin(t, shop, o, "")
			}
			if resumed.Load() == 0 {
				t.Fatal("no session was resumed")
			}
			settings, before := l.options.Settings, o.Requests()
			settings.Denied = denying(t, l.CA().Certificate())
			l.proxy.Reload(settings)
			wantFailure(t, get(t, l.client(), https(shop, o, "/echo"), navigation), http.StatusBadGateway, interstitial.CodeTLSUntrusted)
			if o.Requests() != before {
				t.Error("a request was sent after the root was denied")
			}
		})
	}
}

// TestCasesValidity: the longest validity of public certificates, by the day of
// issue.
func TestCasesValidity(t *testing.T) {
	t.Parallel()
	l := prepare(t)
	office := labnet.NewCA(t, "Office Root")
	l.options.Roots.AddCert(office.Certificate())
	l.options.PrivateRoots = []*x509.Certificate{office.Certificate()}
	l.serve()
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }
	for i, tt := range []struct {
		id    string
		ca    *labnet.CA
		from  time.Time
		days  int
		code  interstitial.Code
		extra time.Duration
	}{
		{"CV-46 10 years", l.CA(), day(2026, 4, 1), 3650, interstitial.CodeTLSInvalid, 0},
		{"CV-46 10 years, issued long ago", l.CA(), day(2018, 4, 1), 3650, interstitial.CodeTLSInvalid, 0},
		{"CV-46 398 days, issued before March 2026", l.CA(), day(2026, 3, 14), 398, "", 0},
		{"CV-46 399 days, issued before March 2026", l.CA(), day(2026, 3, 14), 398, interstitial.CodeTLSInvalid, time.Minute},
		{"CV-46 398 days, issued since March 2026", l.CA(), day(2026, 3, 15), 398, interstitial.CodeTLSInvalid, 0},
		{"CV-46 10 years, the owner's own root", office, day(2026, 4, 1), 3650, "", 0},
		{"CV-46 other rules hold for the owner's root", office, day(2026, 4, 1), 3650, interstitial.CodeTLSInvalid, -time.Nanosecond},
	} {
		t.Run(tt.id, func(t *testing.T) {
			host := fmt.Sprintf("v%d.labnet.example", i)
			cert := tt.ca.Issue(t, []string{host}, func(c *x509.Certificate) {
				c.NotBefore, c.NotAfter = tt.from, tt.from.Add(time.Duration(tt.days)*24*time.Hour+tt.extra)
				if tt.extra < 0 {
					c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageAny}
				}
			})
			if time.Now().After(cert.Leaf.NotAfter) {
				t.Skip("the clock is past this certificate's end")
			}
			l.checkOrigin(t, host, l.Origin([]string{host}, labnet.Handler(), labnet.KeyPair(cert)), tt.code)
		})
	}
}

// TestCasesNoCallHome: addresses of responders and revocation lists in a
// stranger's certificate are never visited (CV-14), so a certificate that only
// they call revoked is accepted (CV-12).
func TestCasesNoCallHome(t *testing.T) {
	t.Parallel()
	l := start(t)
	responder := l.Raw([]string{"ocsp.labnet.example"}, func(c net.Conn) { holdOpen(c) })
	at := plain("ocsp.labnet.example", responder, "/")
	o := l.Origin([]string{shop}, labnet.Handler(), labnet.Certificate(func(c *x509.Certificate) {
		c.OCSPServer, c.CRLDistributionPoints = []string{at}, []string{at + "crl", "http://169.254.169.254/latest"}
	}))
	t.Run("CV-12 CV-14 responder and list are not asked", func(t *testing.T) {
		l.checkOrigin(t, shop, o, "")
		if n := responder.Connections(); n != 0 || l.Asked("ocsp.labnet.example") != 0 {
			t.Errorf("the responder saw %d connections; want 0", n)
		}
	})
}

// TestCasesSwap: every connection to an origin is judged by itself.
func TestCasesSwap(t *testing.T) {
	t.Parallel()
	l := start(t)
	good, bad := l.CA().Issue(t, []string{shop}, nil), labnet.SelfSigned(t, []string{shop})
	var swapped atomic.Bool
	o := l.Origin([]string{shop}, labnet.Handler(), labnet.HTTP1Only(), labnet.TLS(func(c *tls.Config) {
		c.SessionTicketsDisabled = true
		c.GetCertificate = func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
			if swapped.Load() {
				return &bad, nil
			}
			return &good, nil
		}
	}), labnet.Server(func(s *http.Server) { s.SetKeepAlivesEnabled(false) }))
	t.Run("CV-52 another certificate on the next connection", func(t *testing.T) {
		c := l.client1()
		if a := get(t, c, https(shop, o, "/echo"), nil); a.StatusCode != http.StatusOK {
			t.Fatalf("first answer = %d", a.StatusCode)
		}
		swapped.Store(true)
		before := o.Requests()
		wantFailure(t, get(t, c, https(shop, o, "/echo"), nil), http.StatusBadGateway, interstitial.CodeTLSUntrusted)
		if o.Requests() != before {
			t.Error("the request reached the origin on a connection that was not verified")
		}
	})
}

// TestCasesOwnStore: the store minus our own root minus what is denied.
func TestCasesOwnStore(t *testing.T) {
	t.Parallel()
	l := prepare(t)
	l.options.Roots.AddCert(l.ca.Root())
	l.options.PrivateRoots = []*x509.Certificate{l.ca.Root()}
	l.serve()
	for _, id := range []string{"CA-13 own root in the store", "CV-09 own root added by the owner"} {
		t.Run(id, func(t *testing.T) {
			host := fmt.Sprintf("own%d.labnet.example", len(id))
			o := l.Origin([]string{host}, labnet.Handler(), labnet.KeyPair(ownLeaf(l, host)))
			l.checkOrigin(t, host, o, interstitial.CodeTLSOwnCA)
		})
	}
}
