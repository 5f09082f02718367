package proxy_test

import (
	"crypto/tls"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"sekisho/internal/labnet"
)

// TestCasesClientCertificateFeint: CV-54, an origin asks in order to be left alone.
func TestCasesClientCertificateFeint(t *testing.T) {
	t.Parallel()
	l := startCertLab(t)
	l.protect()
	bothVersions(t, "insists with the probe alone", func(t *testing.T, host string, with with) {
		o := l.Origin([]string{host}, labnet.Handler(), with(firstOnly(tls.RequireAnyClientCert)))
		for range 3 {
			l.checkCut(t, l.browser(true), host, o)
		}
		l.checkNote(t, host, "gave none")
	})
	bothVersions(t, "asks the probe alone", func(t *testing.T, host string, with with) {
		o := l.Origin([]string{host}, labnet.Handler(), with(firstOnly(tls.RequestClientCert)))
		l.checkStolen(t, host, o)
	})
	bothVersions(t, "asks everybody", func(t *testing.T, host string, with with) {
		o := l.Origin([]string{host}, labnet.Handler(), with(func(c *tls.Config) { c.ClientAuth = tls.RequestClientCert }))
		l.checkStolen(t, host, o)
	})
	bothVersions(t, "a session from elsewhere", func(t *testing.T, host string, with with) {
		// It was begun where nobody looked, without a certificate.
		var insists atomic.Bool
		o := l.Origin([]string{host}, labnet.Handler(), with(func(c *tls.Config) {
			c.GetConfigForClient = func(h *tls.ClientHelloInfo) (*tls.Config, error) {
				if !insists.Load() || len(h.SupportedProtos) == 0 { // this client; the probe offers some
					return nil, nil
				}
				asking := c.Clone()
				asking.GetConfigForClient, asking.ClientAuth = nil, tls.RequireAnyClientCert
				return asking, nil
			}
		}))
		cfg := l.browser(false)
		cfg.ServerName, cfg.ClientSessionCache = host, tls.NewLRUClientSessionCache(8)
		outside, err := tls.Dial("tcp", o.AddrPort().String(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		_ = outside.SetDeadline(time.Now().Add(patience))
		exchange(t, outside, "GET /echo HTTP/1.1\r\nHost: x\r\n\r\n") // which brings the ticket
		_ = outside.Close()
		insists.Store(true)
		before := o.Requests()
		c := tls.Client(l.connect(t, authority(host, o)), cfg)
		if _, err = fmt.Fprintf(c, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\nsecret"); err == nil {
			_, err = c.Read(make([]byte, 1))
		}
		if err == nil || o.Requests() != before {
			t.Errorf("err = %v, %d requests; want a cut and none", err, o.Requests()-before)
		}
		l.checkNote(t, host, "gave none")
	})
}

// TestCasesClientCertificateEarly: CV-54, data in the first flight (RFC 8446, section
// 4.2.10) would pass before anybody has shown anything.
func TestCasesClientCertificateEarly(t *testing.T) {
	t.Parallel()
	l := startCertLab(t)
	const host = "early.labnet.example"
	o := l.Origin([]string{host}, labnet.Handler(), labnet.ClientAuth(l.staff))
	l.checkCut(t, l.browser(false), host, o) // which was the probe
	before := o.Connections()
	c := l.connect(t, authority(host, o))
	if _, err := c.Write(earlyFlight(t, host)); err != nil {
		t.Fatal(err)
	}
	t.Run("CV-54 early data", func(t *testing.T) {
		if n, err := c.Read(make([]byte, 1)); err == nil {
			t.Errorf("%d bytes came; want the end", n)
		}
		if n := o.Connections() - before; n != 0 {
			t.Errorf("%d connections to the origin; want 0", n)
		}
	})
}

// firstOnly has an origin ask for certificates with its first hello alone: that is the
// probe's, which a page's server may tell by its offers.
func firstOnly(auth tls.ClientAuthType) func(*tls.Config) {
	return func(c *tls.Config) {
		var hellos atomic.Int64
		c.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) {
			if hellos.Add(1) > 1 {
				return nil, nil
			}
			asking := c.Clone()
			asking.ClientAuth, asking.GetConfigForClient = auth, nil
			return asking, nil
		}
	}
}

// checkStolen posts a protected sign-in to host, which must not get it.
func (l *certLab) checkStolen(t *testing.T, host string, o *labnet.Origin) {
	t.Helper()
	body := "email=" + ownID + "&password=" + strings.ReplaceAll(ownPassword, "+", "%2B")
	h := map[string]string{"Content-Type": "application/x-www-form-urlencoded"}
	a := do(t, l.httpClient(l.browser(true), true), http.MethodPost, https(host, o, "/echo"), h, strings.NewReader(body))
	l.checkHeld(t, a, nil)
	if o.Requests() != 0 {
		t.Errorf("%d requests at the origin; want 0", o.Requests())
	}
}
