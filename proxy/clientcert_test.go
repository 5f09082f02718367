package proxy_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"sekisho/internal/labnet"
	"sekisho/interstitial"
	"sekisho/journal"
)

// certLab is a lab with an office whose staff have certificates.
type certLab struct {
	*lab
	staff *x509.CertPool
	card  tls.Certificate
}

func startCertLab(t *testing.T) *certLab {
	t.Helper()
	l := prepareCertLab(t)
	l.serve()
	return l
}

func prepareCertLab(t *testing.T) *certLab {
	t.Helper()
	l := &certLab{lab: prepare(t), staff: x509.NewCertPool()}
	office := labnet.NewCA(t, "Office Root")
	l.staff.AddCert(office.Certificate())
	l.card = office.Issue(t, []string{"staff"}, func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} })
	return l
}

// browser trusts what every browser does here, and has the card or not.
func (l *certLab) browser(card bool) *tls.Config {
	cfg := l.trusting()
	if card {
		cfg.Certificates = []tls.Certificate{l.card}
	}
	return cfg
}

// notes are the details of what was noted about client certificates at host.
func (l *certLab) notes(host string) (details []string) {
	for _, e := range l.events(journal.Filter{Technique: "client-certificate", Host: host}) {
		details = append(details, string(e.Action)+": "+e.Detail)
	}
	return details
}

// checkNote wants one note about host that contains want.
func (l *certLab) checkNote(t *testing.T, host, want string) {
	t.Helper()
	wait(t, "a note", func() bool { return len(l.notes(host)) > 0 })
	if n := l.notes(host); len(n) != 1 || !strings.Contains(n[0], want) {
		t.Errorf("notes = %q; want one with %q", n, want)
	}
}

// checkOwn wants an answer by the origin itself.
func checkOwn(t *testing.T, a answer, o *labnet.Origin) {
	t.Helper()
	if a.StatusCode != http.StatusOK || !bytes.Equal(a.TLS.PeerCertificates[0].Raw, o.Leaf().Raw) {
		t.Errorf("answer = %d with %v; want 200 with the origin's certificate", a.StatusCode, a.TLS.PeerCertificates[0].Issuer)
	}
}

// checkCut wants a request, with a body, to come to nothing.
func (l *certLab) checkCut(t *testing.T, cfg *tls.Config, host string, o *labnet.Origin) {
	t.Helper()
	before := o.Requests()
	resp, err := l.httpClient(cfg, true).Post(https(host, o, "/echo"), "text/plain", strings.NewReader("secret"))
	if err == nil {
		a := read(t, resp)
		t.Errorf("answer = %d by %v; want the connection to be cut", a.StatusCode, a.TLS.PeerCertificates[0].Issuer)
	}
	if n := o.Requests() - before; n != 0 {
		t.Errorf("%d requests at the origin; want 0", n)
	}
}

// with is an origin's TLS configuration with changes, for one version of TLS.
type with func(changes ...func(*tls.Config)) labnet.OriginOption

// bothVersions runs f for TLS 1.2 and 1.3.
func bothVersions(t *testing.T, name string, f func(t *testing.T, host string, with with)) {
	t.Helper()
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		t.Run("CV-54 "+name+", "+tls.VersionName(version), func(t *testing.T) {
			host := fmt.Sprintf("%s-%d.labnet.example", strings.ReplaceAll(name, " ", "-"), version&0xf)
			f(t, host, func(changes ...func(*tls.Config)) labnet.OriginOption {
				return labnet.TLS(func(c *tls.Config) {
					c.MinVersion, c.MaxVersion = version, version
					for _, change := range changes {
						change(c)
					}
				})
			})
		})
	}
}

// TestCasesClientCertificate: CV-54, the origin asks for a client certificate that
// only the browser has.
func TestCasesClientCertificate(t *testing.T) {
	t.Parallel()
	l := startCertLab(t)
	bothVersions(t, "insisted on and given", func(t *testing.T, host string, with with) {
		o := l.Origin([]string{host}, labnet.Handler(), labnet.ClientAuth(l.staff), with())
		cfg := l.browser(true)
		cfg.ClientSessionCache = tls.NewLRUClientSessionCache(8)
		resumed := false
		for i := range 3 { // also when the answer is remembered, and the session resumed
			a := get(t, l.httpClient(cfg.Clone(), i != 1), https(host, o, "/echo"), nil)
			checkOwn(t, a, o)
			resumed = resumed || a.TLS.DidResume
		}
		if !resumed {
			t.Error("no session was resumed")
		}
		l.checkNote(t, host, "allow: the site asks for a client certificate, which only the browser has")
	})
	bothVersions(t, "insisted on and not given", func(t *testing.T, host string, with with) {
		o := l.Origin([]string{host}, labnet.Handler(), labnet.ClientAuth(l.staff), with())
		for range 2 {
			l.checkCut(t, l.browser(false), host, o)
		}
		l.checkNote(t, host, "block: the site insists on a client certificate and the browser gave none")
	})
	bothVersions(t, "with a bad certificate of its own", func(t *testing.T, host string, with with) {
		o := l.Origin([]string{host}, labnet.Handler(), labnet.ClientAuth(l.staff), with(), labnet.KeyPair(labnet.SelfSigned(t, []string{host})))
		l.checkOrigin(t, host, o, interstitial.CodeTLSUntrusted)
	})
	bothVersions(t, "optional", func(t *testing.T, host string, with with) {
		o := l.Origin([]string{host}, labnet.Handler(), with(func(c *tls.Config) {
			c.ClientAuth, c.ClientCAs = tls.VerifyClientCertIfGiven, l.staff
		}))
		for i := range 4 {
			if a := get(t, l.httpClient(l.browser(true), i%2 == 0), https(host, o, "/echo"), nil); a.StatusCode != http.StatusOK || !l.ours(a.TLS.PeerCertificates) {
				t.Errorf("answer = %d with %v; want 200, intercepted", a.StatusCode, a.TLS.PeerCertificates[0].Issuer)
			}
		}
		l.checkNote(t, host, "allow: the site asks for a client certificate and goes on without one")
	})
	t.Run("CV-54 behind a HelloRetryRequest", func(t *testing.T) {
		const host = "retry.labnet.example"
		o := l.Origin([]string{host}, labnet.Handler(), labnet.ClientAuth(l.staff), labnet.TLS(func(c *tls.Config) {
			c.MinVersion, c.CurvePreferences = tls.VersionTLS13, []tls.CurveID{tls.CurveP384}
		}))
		cfg := l.browser(true)
		cfg.CurvePreferences = []tls.CurveID{tls.X25519, tls.CurveP384}
		a := get(t, l.httpClient(cfg.Clone(), true), https(host, o, "/echo"), nil)
		checkOwn(t, a, o)
		if !a.TLS.HelloRetryRequest {
			t.Error("no HelloRetryRequest came")
		}
		cfg.Certificates = nil
		l.checkCut(t, cfg, host, o)
	})
	t.Run("CV-54 lookalike", func(t *testing.T) {
		o := l.Origin([]string{lookalike}, labnet.Handler(), labnet.ClientAuth(l.staff))
		l.checkBlocked(t, get(t, l.client(), https(lookalike, o, "/"), navigation), lookalike, http.StatusSeeOther, "")
		if o.Connections() != 0 {
			t.Error("the lookalike was reached")
		}
	})
}

// TestCasesClientCertificateTrusted: CV-54, origins of the owner's: below a root of
// upstream.ca_files, or on lists.allow. Their clients answer as they like.
func TestCasesClientCertificateTrusted(t *testing.T) {
	t.Parallel()
	private := prepareCertLab(t)
	private.options.PrivateRoots = []*x509.Certificate{private.CA().Certificate()}
	private.serve()
	listed := prepareCertLab(t)
	listed.options.Settings.Policy = policy("allow", "labnet.example")
	listed.serve()
	for which, l := range map[string]*certLab{"by its root": private, "by its name": listed} {
		bothVersions(t, which+" optional", func(t *testing.T, host string, with with) {
			o := l.Origin([]string{host}, labnet.Handler(), with(func(c *tls.Config) { c.ClientAuth = tls.RequestClientCert }))
			for _, card := range []bool{true, false, true} {
				checkOwn(t, get(t, l.httpClient(l.browser(card), true), https(host, o, "/echo"), nil), o)
			}
			l.checkNote(t, host, "passed on unread")
		})
		bothVersions(t, which+" insisting", func(t *testing.T, host string, with with) {
			o := l.Origin([]string{host}, labnet.Handler(), with(), labnet.ClientAuth(l.staff))
			checkOwn(t, get(t, l.httpClient(l.browser(true), true), https(host, o, "/echo"), nil), o)
			if _, err := l.httpClient(l.browser(false), true).Get(https(host, o, "/echo")); err == nil {
				t.Error("an answer without a certificate; want the origin's refusal")
			}
			l.checkNote(t, host, "passed on unread")
		})
	}
}

// TestCasesClientCertificateLate: CV-54, an origin says that it insists only when the
// probe has stopped waiting for it.
func TestCasesClientCertificateLate(t *testing.T) {
	t.Parallel()
	l := startCertLab(t)
	late := labnet.TLS(func(c *tls.Config) {
		c.MinVersion, c.ClientAuth = tls.VersionTLS13, tls.RequestClientCert
		c.VerifyConnection = func(cs tls.ConnectionState) error {
			if len(cs.PeerCertificates) == 0 {
				time.Sleep(800 * time.Millisecond)
				return errors.New("no certificate")
			}
			return nil
		}
	})
	for _, h2 := range []bool{false, true} {
		host := map[bool]string{false: "late1.labnet.example", true: "late2.labnet.example"}[h2]
		o := l.Origin([]string{host}, labnet.Handler(), late)
		t.Run(fmt.Sprintf("CV-54 HTTP/2 %v", h2), func(t *testing.T) {
			c := l.httpClient(l.browser(true), h2)
			a := get(t, c, https(host, o, "/echo?a=%2f"), navigation)
			if a.StatusCode != http.StatusTemporaryRedirect || a.Header.Get("Location") != "/echo?a=%2f" || a.Header.Get("Cache-Control") != "no-store" {
				t.Fatalf("answer = %d %v; want 307 to itself", a.StatusCode, a.Header)
			}
			checkOwn(t, get(t, c, https(host, o, "/echo?a=%2f"), navigation), o)
			l.checkCut(t, l.browser(false), host, o)
		})
	}
	t.Run("CV-54 a POST is not repeated", func(t *testing.T) {
		o := l.Origin([]string{"late3.labnet.example"}, labnet.Handler(), late)
		a := do(t, l.httpClient(l.browser(true), true), http.MethodPost, https("late3.labnet.example", o, "/echo"), nil, strings.NewReader("x"))
		if a.StatusCode != http.StatusBadGateway || a.Header.Get("Sekisho-Error") == "" {
			t.Errorf("answer = %d %v; want 502", a.StatusCode, a.Header)
		}
		checkOwn(t, get(t, l.httpClient(l.browser(true), true), https("late3.labnet.example", o, "/echo"), nil), o)
	})
}
