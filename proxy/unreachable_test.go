package proxy_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"sekisho/internal/labnet"
	"sekisho/interstitial"
	"sekisho/proxy"
)

// badOrigins are origins whose TLS must be refused, by the id of their case.
var badOrigins = []struct {
	id   string
	code interstitial.Code
	opts func(l *lab, host string) []labnet.OriginOption
}{
	{"CV-02 expired", interstitial.CodeTLSExpired, mutated(func(c *x509.Certificate) {
		c.NotBefore, c.NotAfter = time.Now().Add(-72*time.Hour), time.Now().Add(-time.Hour)
	})},
	{"CV-03 not yet valid", interstitial.CodeTLSNotYet, mutated(func(c *x509.Certificate) {
		c.NotBefore = time.Now().Add(48 * time.Hour)
	})},
	{"CV-04 wrong host", interstitial.CodeTLSHost, mutated(func(c *x509.Certificate) {
		c.DNSNames = []string{"other.labnet.example"}
	})},
	{"CV-05 self-signed", interstitial.CodeTLSUntrusted, func(l *lab, host string) []labnet.OriginOption {
		return []labnet.OriginOption{labnet.KeyPair(labnet.SelfSigned(l.t, []string{host}))}
	}},
	{"CV-06 untrusted root", interstitial.CodeTLSUntrusted, func(l *lab, host string) []labnet.OriginOption {
		return []labnet.OriginOption{labnet.KeyPair(labnet.NewCA(l.t, "Nobody's Root").Issue(l.t, []string{host}, nil))}
	}},
	{"CV-07 forged root", interstitial.CodeTLSUntrusted, func(l *lab, host string) []labnet.OriginOption {
		return []labnet.OriginOption{labnet.KeyPair(labnet.NewCA(l.t, "Labnet Root").Issue(l.t, []string{host}, nil))}
	}},
	{"CV-09 own authority", interstitial.CodeTLSOwnCA, func(l *lab, host string) []labnet.OriginOption {
		leaf, err := l.ca.Leaf(name(l.t, host))
		if err != nil {
			l.t.Fatal(err)
		}
		return []labnet.OriginOption{labnet.KeyPair(*leaf)}
	}},
	{"CV-16 common name only", interstitial.CodeTLSHost, mutated(func(c *x509.Certificate) {
		c.Subject = pkix.Name{CommonName: c.DNSNames[0]}
		c.DNSNames = nil
	})},
	{"CV-19 wildcard of a wildcard", interstitial.CodeTLSHost, mutated(func(c *x509.Certificate) {
		c.DNSNames = []string{"*.*.example"}
	})},
	{"CV-20 wildcard of a suffix", interstitial.CodeTLSInvalid, mutated(func(c *x509.Certificate) {
		_, parent, _ := strings.Cut(c.DNSNames[0], ".")
		c.DNSNames = []string{"*." + parent}
	})},
	{"CV-26 for clients only", interstitial.CodeTLSInvalid, mutated(func(c *x509.Certificate) {
		c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	})},
	{"CV-28 for any purpose", interstitial.CodeTLSInvalid, mutated(func(c *x509.Certificate) {
		c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageAny}
	})},
	{"CV-29 may not sign", interstitial.CodeTLSInvalid, mutated(func(c *x509.Certificate) {
		c.KeyUsage = x509.KeyUsageKeyEncipherment
	})},
	{"CV-30 authority as leaf", interstitial.CodeTLSInvalid, mutated(func(c *x509.Certificate) {
		c.IsCA = true
		c.KeyUsage |= x509.KeyUsageCertSign
	})},
	{"CV-38 unknown critical extension", interstitial.CodeTLSInvalid, mutated(func(c *x509.Certificate) {
		c.ExtraExtensions = []pkix.Extension{{Id: []int{1, 3, 6, 1, 4, 1, 99999, 1}, Critical: true, Value: []byte{5, 0}}}
	})},
	{"TP-02 TLS 1.1", interstitial.CodeTLSProtocol, func(*lab, string) []labnet.OriginOption {
		return []labnet.OriginOption{labnet.TLS(func(c *tls.Config) {
			c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
		})}
	}},
}

func mutated(f func(*x509.Certificate)) func(*lab, string) []labnet.OriginOption {
	return func(*lab, string) []labnet.OriginOption { return []labnet.OriginOption{labnet.Certificate(f)} }
}

func TestBadOrigin(t *testing.T) {
	t.Parallel()
	// A machine that runs sekisho trusts its CA, so the roots hold it as well.
	l := prepare(t)
	l.options.Roots = l.Roots()
	l.options.Roots.AddCert(l.ca.Root())
	l.serve()
	for i, tt := range badOrigins {
		t.Run(tt.id, func(t *testing.T) {
			host := fmt.Sprintf("bad%d-labnet.co.jp", i)
			o := l.Origin([]string{host}, labnet.Handler(), tt.opts(l, host)...)
			for _, c := range []*http.Client{l.client(), l.client1()} {
				a := get(t, c, https(host, o, "/echo?q=secret-of-mine"), navigation)
				wantFailure(t, a, http.StatusBadGateway, tt.code)
				if !l.ours(a.TLS.PeerCertificates) || !strings.Contains(a.body, host) || strings.Contains(a.body, "secret-of-mine") {
					t.Errorf("the page is %.300q; want one of ours about %s", a.body, host)
				}
			}
			if got := o.Requests(); got != 0 {
				t.Errorf("the origin saw %d requests; want 0", got)
			}
		})
	}
}

// wantFailure checks that a is a page about a failure.
func wantFailure(t *testing.T, a answer, status int, code interstitial.Code) {
	t.Helper()
	if got := a.Header.Get("Sekisho-Error"); a.StatusCode != status || got != string(code) {
		t.Errorf("answer = %d, Sekisho-Error %q; want %d, %q", a.StatusCode, got, status, code)
	}
	if !strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") || !strings.Contains(a.Header.Get("Cache-Control"), "no-store") {
		t.Errorf("headers = %v; want HTML with no-store", a.Header)
	}
}

// TestOddOrigin holds that unusual but sound certificates are accepted.
func TestOddOrigin(t *testing.T) {
	t.Parallel()
	l := start(t)
	for i, tt := range []struct {
		id   string
		host string
		opt  labnet.OriginOption
	}{
		{"CV-01 plain", "", labnet.Certificate(nil)},
		{"CV-17 empty subject", "", labnet.Certificate(func(c *x509.Certificate) { c.Subject = pkix.Name{} })},
		{"CV-18 wildcard", "", labnet.Certificate(func(c *x509.Certificate) { c.DNSNames = []string{"*.labnet.example"} })},
		{"CV-21 upper case", "", labnet.Certificate(func(c *x509.Certificate) { c.DNSNames[0] = strings.ToUpper(c.DNSNames[0]) })},
		{"CV-23 address", "127.0.0.1", labnet.Certificate(nil)},
		{"CV-25 A-label", "xn--wgv71a.labnet.example", labnet.Certificate(nil)},
		{"TP-10 P-384 only", "", labnet.TLS(func(c *tls.Config) { c.CurvePreferences = []tls.CurveID{tls.CurveP384} })},
		{"TP-01 TLS 1.2", "", labnet.TLS(func(c *tls.Config) { c.MaxVersion = tls.VersionTLS12 })},
	} {
		t.Run(tt.id, func(t *testing.T) {
			host := tt.host
			if host == "" {
				host = fmt.Sprintf("odd%d.labnet.example", i)
			}
			o := l.Origin([]string{host}, labnet.Handler(), tt.opt)
			a := get(t, l.client(), https(host, o, "/echo"), navigation)
			if a.StatusCode != http.StatusOK || !l.ours(a.TLS.PeerCertificates) {
				t.Errorf("answer = %d %q; want 200 through interception", a.StatusCode, a.Header.Get("Sekisho-Error"))
			}
		})
	}
}

// TestClientCertificate: CV-54, the origin asks for a client certificate that
// only the browser has.
func TestClientCertificate(t *testing.T) {
	t.Parallel()
	l := start(t)
	office := labnet.NewCA(t, "Office Root")
	pool := x509.NewCertPool()
	pool.AddCert(office.Certificate())
	card := office.Issue(t, []string{"staff"}, func(c *x509.Certificate) {
		c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	})
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		t.Run("CV-54 "+tls.VersionName(version), func(t *testing.T) {
			host := fmt.Sprintf("mtls%d.labnet.example", version)
			o := l.Origin([]string{host}, labnet.Handler(), labnet.ClientAuth(pool),
				labnet.TLS(func(c *tls.Config) { c.MaxVersion = version }))
			cfg := l.trusting()
			cfg.Certificates = []tls.Certificate{card}
			for range 2 { // also when the answer is remembered
				a := get(t, l.httpClient(cfg, true), https(host, o, "/echo"), nil)
				if a.StatusCode != http.StatusOK || !bytes.Equal(a.TLS.PeerCertificates[0].Raw, o.Leaf().Raw) {
					t.Errorf("answer = %d with %v; want 200 with the origin's certificate", a.StatusCode, a.TLS.PeerCertificates[0].Issuer)
				}
			}
		})
	}
}

// TestUnreachable covers failures before TLS.
func TestUnreachable(t *testing.T) {
	t.Parallel()
	l := start(t, func(o *proxy.Options) { o.Settings.Allow = prefixes("127.0.0.1/32") })
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closedPort := closed.Addr().(*net.TCPAddr).Port
	_ = closed.Close()
	l.Answer("closed.labnet.example", labnet.Reply{})
	l.Answer("broken.labnet.example", labnet.Reply{Rcode: labnet.ServerFailure})
	l.Answer("private.labnet.example", labnet.Reply{Addrs: []netip.Addr{netip.MustParseAddr("10.1.2.3")}})
	l.Answer("empty.labnet.example", labnet.Reply{CNAME: "gone.labnet.example"})
	junk := l.Raw([]string{"junk.labnet.example"}, func(c net.Conn) { _, _ = io.WriteString(c, "220 smtp ready\r\n"); _, _ = io.Copy(io.Discard, c) })
	reset := l.Raw([]string{"reset.labnet.example"}, labnet.Reset)
	mute := l.Raw([]string{"mute.labnet.example"}, func(net.Conn) {})
	for _, tt := range []struct {
		host    string
		port    int
		status  int
		code    interstitial.Code
		onlyTLS bool
	}{
		{"nowhere.labnet.example", 443, 502, interstitial.CodeNoSuchName, false},
		{"empty.labnet.example", 443, 502, interstitial.CodeNoSuchName, false},
		{"broken.labnet.example", 443, 502, interstitial.CodeNameFailed, false},
		{"closed.labnet.example", closedPort, 502, interstitial.CodeRefused, false},
		{"private.labnet.example", 443, 403, interstitial.CodeAddress, false},
		{"junk.labnet.example", int(junk.Port()), 502, interstitial.CodeTLSProtocol, true},
		{"reset.labnet.example", int(reset.Port()), 502, interstitial.CodeUpstreamClosed, true},
		{"mute.labnet.example", int(mute.Port()), 502, interstitial.CodeUpstreamClosed, true},
	} {
		t.Run(tt.host, func(t *testing.T) {
			if tt.status == http.StatusForbidden { // said before there is a tunnel
				a := l.connectAnswer(t, fmt.Sprintf("%s:%d", tt.host, tt.port))
				wantFailure(t, a, tt.status, tt.code)
			} else {
				a := get(t, l.client(), fmt.Sprintf("https://%s:%d/x", tt.host, tt.port), navigation)
				wantFailure(t, a, tt.status, tt.code)
			}
			if !tt.onlyTLS {
				a := get(t, l.client(), fmt.Sprintf("http://%s:%d/x", tt.host, tt.port), navigation)
				wantFailure(t, a, tt.status, tt.code)
			}
		})
	}
}
