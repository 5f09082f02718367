package proxy_test

import (
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"sekisho/internal/labnet"
	"sekisho/interstitial"
)

// originCase is an origin by the id of its case in docs/interception.md. opts
// may be nil.
type originCase struct {
	id   string
	code interstitial.Code // "" when the origin is to be accepted
	opts func(l *lab, host string) []labnet.OriginOption
}

// mutated is a certificate that differs from a good one by f.
func mutated(f func(*x509.Certificate)) func(*lab, string) []labnet.OriginOption {
	return func(*lab, string) []labnet.OriginOption { return []labnet.OriginOption{labnet.Certificate(f)} }
}

// keyPair is a certificate that make brings along.
func keyPair(make func(l *lab, host string) tls.Certificate) func(*lab, string) []labnet.OriginOption {
	return func(l *lab, host string) []labnet.OriginOption {
		return []labnet.OriginOption{labnet.KeyPair(make(l, host))}
	}
}

// named is a certificate for other names than the host's.
func named(names ...string) func(*lab, string) []labnet.OriginOption {
	return mutated(func(c *x509.Certificate) { c.DNSNames = names })
}

// wildcard is a certificate for pattern alone, in which $ stands for the host
// without its first label.
func wildcard(pattern string) func(*lab, string) []labnet.OriginOption {
	return mutated(func(c *x509.Certificate) {
		_, parent, _ := strings.Cut(c.DNSNames[0], ".")
		c.DNSNames = []string{strings.ReplaceAll(pattern, "$", parent)}
	})
}

// TestCasesLeaf: what a site's own certificate may look like.
func TestCasesLeaf(t *testing.T) {
	t.Parallel()
	runCases(t, []originCase{
		{"CV-01 plain", "", nil},
		{"CV-02 expired", interstitial.CodeTLSExpired, mutated(func(c *x509.Certificate) {
			c.NotBefore, c.NotAfter = time.Now().Add(-72*time.Hour), time.Now().Add(-time.Hour)
		})},
		{"CV-03 not yet valid", interstitial.CodeTLSNotYet, mutated(func(c *x509.Certificate) {
			c.NotBefore = time.Now().Add(48 * time.Hour)
		})},
		{"CV-04 wrong host", interstitial.CodeTLSHost, named("other.labnet.example")},
		{"CV-05 self-signed", interstitial.CodeTLSUntrusted, keyPair(func(l *lab, host string) tls.Certificate {
			return labnet.SelfSigned(l.t, []string{host})
		})},
		{"CV-16 common name only", interstitial.CodeTLSHost, mutated(func(c *x509.Certificate) {
			c.Subject = pkix.Name{CommonName: c.DNSNames[0]}
			c.DNSNames = nil
		})},
		{"CV-17 empty subject", "", mutated(func(c *x509.Certificate) { c.Subject = pkix.Name{} })},
		{"CV-18 wildcard of one label", "", wildcard("*.$")},
		{"CV-19 wildcard for the apex", interstitial.CodeTLSHost, mutated(func(c *x509.Certificate) {
			c.DNSNames[0] = "*." + c.DNSNames[0]
		})},
		{"CV-19 wildcard for two labels", interstitial.CodeTLSHost, named("*.example")},
		{"CV-19 partial wildcard", interstitial.CodeTLSHost, wildcard("c*.$")},
		{"CV-19 wildcard in the middle", interstitial.CodeTLSHost, mutated(func(c *x509.Certificate) {
			first, _, _ := strings.Cut(c.DNSNames[0], ".")
			c.DNSNames = []string{first + ".*.example"}
		})},
		{"CV-19 double wildcard", interstitial.CodeTLSHost, named("*.*.example")},
		{"CV-19 bare wildcard", interstitial.CodeTLSHost, named("*")},
		{"CV-21 upper case", "", mutated(func(c *x509.Certificate) { c.DNSNames[0] = strings.ToUpper(c.DNSNames[0]) })},
		{"CV-24 NUL in the name", interstitial.CodeTLSHost, mutated(func(c *x509.Certificate) {
			c.DNSNames[0] += "\x00.evil.example"
		})},
		{"CV-24 NUL in another name", interstitial.CodeTLSInvalid, mutated(func(c *x509.Certificate) {
			c.DNSNames = append(c.DNSNames, "shop.example\x00.evil.example")
		})},
		{"CV-24 line feed in another name", interstitial.CodeTLSInvalid, mutated(func(c *x509.Certificate) {
			c.DNSNames = append(c.DNSNames, "shop.example\nevil.example")
		})},
		{"CV-24 DEL in another name", interstitial.CodeTLSInvalid, mutated(func(c *x509.Certificate) { // an IA5String, as crypto/x509 wants
			c.DNSNames = append(c.DNSNames, "shop.example\x7fevil.example")
		})},
		{"CV-26 for clients only", interstitial.CodeTLSInvalid, usage(x509.ExtKeyUsageClientAuth)},
		{"CV-26 for code only", interstitial.CodeTLSInvalid, usage(x509.ExtKeyUsageCodeSigning)},
		{"CV-28 for any purpose", interstitial.CodeTLSInvalid, usage(x509.ExtKeyUsageAny)},
		{"CV-28 for servers and any purpose", interstitial.CodeTLSInvalid, usage(x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageAny)},
		{"CV-29 may not sign", interstitial.CodeTLSInvalid, mutated(func(c *x509.Certificate) {
			c.KeyUsage = x509.KeyUsageKeyEncipherment
		})},
		{"CV-30 authority as leaf", interstitial.CodeTLSInvalid, mutated(func(c *x509.Certificate) {
			c.IsCA = true
			c.KeyUsage |= x509.KeyUsageCertSign
		})},
		{"CV-38 unknown critical extension", interstitial.CodeTLSInvalid, mutated(unknownCritical)},
		{"CV-50 no SCT", "", nil},
		{"CV-50 invalid SCT list", "", mutated(func(c *x509.Certificate) {
			c.ExtraExtensions = []pkix.Extension{{Id: []int{1, 3, 6, 1, 4, 1, 11129, 2, 4, 2}, Value: []byte{4, 2, 0, 9}}}
		})},
	})
}

func usage(u ...x509.ExtKeyUsage) func(*lab, string) []labnet.OriginOption {
	return mutated(func(c *x509.Certificate) { c.ExtKeyUsage = u })
}

func unknownCritical(c *x509.Certificate) {
	c.ExtraExtensions = []pkix.Extension{{Id: []int{1, 3, 6, 1, 4, 1, 99999, 1}, Critical: true, Value: []byte{5, 0}}}
}

// runCases shows each origin to a browser behind one proxy, over HTTP/2 and
// HTTP/1.1. A refused one yields our page, on our leaf, about that host; not a
// request reaches it.
func runCases(t *testing.T, cases []originCase) {
	// A machine that runs sekisho trusts its CA, so the roots hold it as well.
	l := prepare(t)
	l.options.Roots.AddCert(l.ca.Root())
	l.serve()
	for i, tt := range cases {
		t.Run(tt.id, func(t *testing.T) {
			host := fmt.Sprintf("c%d.labnet%s.example", i, strings.ToLower(tt.id[:2]))
			var opts []labnet.OriginOption
			if tt.opts != nil {
				opts = tt.opts(l, host)
			}
			l.checkOrigin(t, host, l.Origin([]string{host}, labnet.Handler(), opts...), tt.code)
		})
	}
}

// checkOrigin sees that o is accepted when code is "", and refused with code
// otherwise.
func (l *lab) checkOrigin(t *testing.T, host string, o *labnet.Origin, code interstitial.Code) {
	t.Helper()
	for _, c := range []*http.Client{l.client(), l.client1()} {
		a := get(t, c, https(host, o, "/echo?q=secret-of-mine"), navigation)
		if !l.ours(a.TLS.PeerCertificates) {
			t.Errorf("the connection was not intercepted")
		}
		if code == "" {
			if a.StatusCode != http.StatusOK {
				t.Errorf("answer = %d %q; want 200", a.StatusCode, a.Header.Get("Sekisho-Error"))
			}
			continue
		}
		wantFailure(t, a, http.StatusBadGateway, code)
		if !strings.Contains(a.body, host) || strings.Contains(a.body, "secret-of-mine") {
			t.Errorf("the page is %.300q; want one about %s", a.body, host)
		}
	}
	if code != "" && o.Requests() != 0 {
		t.Errorf("the origin saw %d requests; want 0", o.Requests())
	}
}

// TestCasesNames: hosts whose spelling matters.
func TestCasesNames(t *testing.T) {
	t.Parallel()
	l := start(t)
	bySuffix := l.Origin([]string{"shop-labnet.co.jp"}, labnet.Handler(), wildcard("*.$")(l, "")...)
	l.Answer("xn--wgv71a.labnet.example", labnet.Reply{})
	for _, tt := range []struct {
		id, host string
		o        *labnet.Origin
		code     interstitial.Code
	}{
		{"CV-20 wildcard of a suffix", "shop-labnet.co.jp", bySuffix, interstitial.CodeTLSInvalid},
		{"CV-20 wildcard of a private suffix", "me.workers.dev", l.Origin([]string{"me.workers.dev"}, labnet.Handler(), wildcard("*.$")(l, "")...), ""},
		{"CV-20 wildcard of a top-level domain", "labnet.example", l.Origin([]string{"labnet.example"}, labnet.Handler(), wildcard("*.$")(l, "")...), interstitial.CodeTLSInvalid},
		{"CV-22 address as a DNS name", "127.0.0.1", l.Origin([]string{"x"}, labnet.Handler(), named("127.0.0.1")(l, "")...), interstitial.CodeTLSHost},
		{"CV-23 address", "127.0.0.1", l.Origin([]string{"127.0.0.1"}, labnet.Handler()), ""},
		{"CV-25 A-label", "xn--wgv71a.labnet.example", l.Origin([]string{"xn--wgv71a.labnet.example"}, labnet.Handler()), ""},
	} {
		t.Run(tt.id, func(t *testing.T) { l.checkOrigin(t, tt.host, tt.o, tt.code) })
	}
	t.Run("CV-21 trailing dot and upper case", func(t *testing.T) {
		o := l.Origin([]string{shop}, labnet.Handler())
		c := l.connect(t, strings.ToUpper(shop)+".:"+fmt.Sprint(o.Port()))
		cfg := l.trusting()
		cfg.ServerName = shop
		tc := tlsClient(c, cfg)
		a := exchange(t, tc, "GET /echo HTTP/1.1\r\nHost: "+authority(shop, o)+"\r\n\r\n")
		if names := tc.ConnectionState().PeerCertificates[0].DNSNames; a.StatusCode != http.StatusOK || !slices.Equal(names, []string{shop}) {
			t.Errorf("answer = %d on a leaf for %v; want 200 on one for %s", a.StatusCode, names, shop)
		}
	})
}

// TestCV03PageSpeaksOfTheClock: a certificate that is not valid yet is most often a
// clock that is behind.
func TestCV03PageSpeaksOfTheClock(t *testing.T) {
	t.Parallel()
	l := start(t)
	o := l.Origin([]string{shop}, labnet.Handler(), mutated(func(c *x509.Certificate) { c.NotBefore = time.Now().Add(time.Hour) })(l, shop)...)
	if a := get(t, l.client(), https(shop, o, "/"), navigation); !strings.Contains(a.body, "clock") {
		t.Errorf("the page is %.300q; want a word about the clock", a.body)
	}
}
