package proxy_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"sekisho/internal/labnet"
)

// TestCasesMirror: the client is offered what the origin speaks.
func TestCasesMirror(t *testing.T) {
	t.Parallel()
	l := start(t)
	h2 := l.Origin([]string{shop}, labnet.Handler())
	h1 := l.Origin([]string{shop}, labnet.Handler(), labnet.HTTP1Only())
	for _, tt := range []struct {
		id    string
		o     *labnet.Origin
		offer []string
		want  string
	}{
		{"CL-05 h1 origin", h1, []string{"h2", "http/1.1"}, "http/1.1"},
		{"CL-06 h2 origin", h2, []string{"h2", "http/1.1"}, "h2"},
		{"CL-06 h1 client", h2, []string{"http/1.1"}, "http/1.1"},
		{"CL-06 no ALPN", h2, nil, ""},
	} {
		t.Run(tt.id, func(t *testing.T) {
			cfg := l.trusting()
			cfg.ServerName, cfg.NextProtos = shop, tt.offer
			c := tls.Client(l.connect(t, authority(shop, tt.o)), cfg)
			if err := c.Handshake(); err != nil {
				t.Fatal(err)
			}
			if got := c.ConnectionState().NegotiatedProtocol; got != tt.want {
				t.Errorf("protocol = %q; want %q", got, tt.want)
			}
		})
	}
}

// TestCasesClientTLS: what a client may speak with us.
func TestCasesClientTLS(t *testing.T) {
	t.Parallel()
	l := start(t)
	o := l.Origin([]string{shop}, labnet.Handler())
	old := l.Origin([]string{"old.labnet.example"}, labnet.Handler(), labnet.TLS(func(c *tls.Config) {
		c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
	}))
	var legacy []uint16
	for _, s := range tls.InsecureCipherSuites() {
		legacy = append(legacy, s.ID)
	}
	for _, tt := range []struct {
		id   string
		cfg  func(*tls.Config)
		want uint16 // the version; 0 when refused
		kex  tls.CurveID
	}{
		{"CL-03 TLS 1.3", func(*tls.Config) {}, tls.VersionTLS13, 0},
		{"CL-03 TLS 1.2", func(c *tls.Config) { c.MaxVersion = tls.VersionTLS12 }, tls.VersionTLS12, 0},
		{"CL-03 TLS 1.1", func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS11 }, 0, 0},
		{"CL-03 RC4, 3DES, static RSA", func(c *tls.Config) { c.MaxVersion, c.CipherSuites = tls.VersionTLS12, legacy }, 0, 0},
		{"CL-03 CBC", func(c *tls.Config) {
			c.MaxVersion, c.CipherSuites = tls.VersionTLS12, []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, tls.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA}
		}, 0, 0},
		{"CL-03 AEAD", func(c *tls.Config) {
			c.MaxVersion, c.CipherSuites = tls.VersionTLS12, []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384}
		}, tls.VersionTLS12, 0},
		{"CL-04 X25519MLKEM768", func(c *tls.Config) { c.CurvePreferences = []tls.CurveID{tls.X25519MLKEM768} }, tls.VersionTLS13, tls.X25519MLKEM768},
		{"CL-04 X25519", func(c *tls.Config) { c.CurvePreferences = []tls.CurveID{tls.X25519} }, tls.VersionTLS13, tls.X25519},
	} {
		t.Run(tt.id, func(t *testing.T) {
			cfg := l.trusting()
			cfg.ServerName = shop
			tt.cfg(cfg)
			c := tlsClient(l.connect(t, authority(shop, o)), cfg)
			err := c.Handshake()
			cs := c.ConnectionState()
			if (err == nil) != (tt.want != 0) || err == nil && (cs.Version != tt.want || tt.kex != 0 && cs.CurveID != tt.kex) {
				t.Errorf("handshake = %v, %s, %s; want %s, %s", err, tls.VersionName(cs.Version), cs.CurveID, tls.VersionName(tt.want), tt.kex)
			}
		})
	}
	t.Run("CL-07 an origin below TLS 1.2 is an error, not a lock", func(t *testing.T) {
		a := get(t, l.client(), https("old.labnet.example", old, "/"), navigation)
		wantFailure(t, a, http.StatusBadGateway, "tls-protocol")
	})
}

// TestCasesShown: the certificate that a client is shown, and when there is one.
func TestCasesShown(t *testing.T) {
	t.Parallel()
	l := start(t)
	names := []string{shop, "127.0.0.1", "*.wild.labnet.example", "other.labnet.example"}
	o := l.Origin(names, labnet.Handler())
	l.Answer("x.wild.labnet.example", labnet.Reply{})
	l.Answer("xn--wgv71a.labnet.example", labnet.Reply{})
	idn := l.Origin([]string{"xn--wgv71a.labnet.example"}, labnet.Handler())
	shown := func(t *testing.T, connect string, sni string) tls.ConnectionState {
		cfg := l.noName()
		cfg.ServerName = sni
		c := tlsClient(l.connect(t, connect), cfg)
		if err := c.Handshake(); err != nil {
			t.Fatal(err)
		}
		return c.ConnectionState()
	}
	for _, tt := range []struct {
		id, connect, sni string
		o                *labnet.Origin
		dns              []string
		ip               int
	}{
		{"CL-10 host alone", shop, shop, o, []string{shop}, 0},
		{"CL-10 below a wildcard", "x.wild.labnet.example", "x.wild.labnet.example", o, []string{"x.wild.labnet.example"}, 0},
		{"CL-13 U-label in CONNECT, percent-encoded", "%E6%97%A5%E6%9C%AC.labnet.example", "xn--wgv71a.labnet.example", idn, []string{"xn--wgv71a.labnet.example"}, 0},
		{"CL-14 IPv4", "127.0.0.1", "", o, nil, 2},
		{"CL-15 trailing dot, upper case", strings.ToUpper(shop) + ".", shop, o, []string{shop}, 0},
	} {
		t.Run(tt.id, func(t *testing.T) {
			cs := shown(t, fmt.Sprintf("%s:%d", tt.connect, tt.o.Port()), tt.sni)
			leaf := cs.PeerCertificates[0]
			if !slices.Equal(leaf.DNSNames, tt.dns) || len(leaf.IPAddresses) != tt.ip {
				t.Errorf("names = %v %v; want %v and %d addresses", leaf.DNSNames, leaf.IPAddresses, tt.dns, tt.ip)
			}
			if key, ok := leaf.PublicKey.(*ecdsa.PublicKey); !ok || key.Equal(l.ca.Issuer().PublicKey) {
				t.Error("CL-02: the leaf has no ECDSA key, or the authority's")
			}
		})
	}
	t.Run("CL-26 chain", func(t *testing.T) {
		cs := shown(t, authority(shop, o), shop)
		if n := len(cs.PeerCertificates); n != 2 || !cs.PeerCertificates[1].Equal(l.ca.Issuer()) {
			t.Errorf("%d certificates; want leaf and issuer", n)
		}
		if string(cs.PeerCertificates[0].AuthorityKeyId) != string(l.ca.Issuer().SubjectKeyId) {
			t.Error("the leaf's authority key id is not the issuer's")
		}
	})
	t.Run("CL-08 validity", func(t *testing.T) {
		leaf := shown(t, authority(shop, o), shop).PeerCertificates[0]
		if time.Until(leaf.NotAfter) > 7*24*time.Hour || time.Since(leaf.NotBefore) < time.Hour || time.Since(leaf.NotBefore) > 25*time.Hour {
			t.Errorf("valid from %v to %v", leaf.NotBefore, leaf.NotAfter)
		}
	})
	t.Run("CL-13 U-label in CONNECT, raw", func(t *testing.T) {
		const raw, coded = "日本.labnet.example", "%E6%97%A5%E6%9C%AC.labnet.example"
		for _, tt := range []struct {
			connect, host string
			want          int
		}{
			{raw, "x", http.StatusOK},
			{coded, coded, http.StatusOK},
			{raw, raw, http.StatusBadRequest}, // by net/http: no Host may have it
		} {
			c := l.dial(t)
			_, _ = fmt.Fprintf(c, "CONNECT %s:%d HTTP/1.1\r\nHost: %s\r\n\r\n", tt.connect, idn.Port(), tt.host)
			resp, err := http.ReadResponse(bufio.NewReader(c), &http.Request{Method: http.MethodConnect})
			if err != nil || resp.StatusCode != tt.want {
				t.Fatalf("%s with the Host %s: %v, %v; want %d", tt.connect, tt.host, resp, err, tt.want)
			}
			if tt.want != http.StatusOK {
				continue
			}
			cfg := l.trusting()
			cfg.ServerName = "xn--wgv71a.labnet.example"
			if err := tlsClient(c, cfg).Handshake(); err != nil {
				t.Error(err)
			}
		}
	})
	t.Run("CL-14 zone", func(t *testing.T) {
		if a := l.send(t, "CONNECT [fe80::1%25eth0]:443 HTTP/1.1\r\nHost: x\r\n\r\n"); a.StatusCode != http.StatusBadRequest {
			t.Errorf("answer = %d; want 400", a.StatusCode)
		}
	})
	t.Run("CL-17 another name in SNI", func(t *testing.T) {
		cfg := l.trusting()
		cfg.ServerName = "other.labnet.example"
		before := o.Connections()
		err := tlsClient(l.connect(t, authority(shop, o)), cfg).Handshake()
		if err == nil || !strings.Contains(err.Error(), "unrecognized name") || o.Connections() != before {
			t.Errorf("handshake = %v, %d new connections; want the alert unrecognized_name and none", err, o.Connections()-before)
		}
	})
	t.Run("CL-27 genuine", func(t *testing.T) {
		if _, err := l.ca.Leaf(name(t, genuine)); err == nil {
			t.Error("a leaf for a genuine name was minted")
		}
	})
}

// TestCasesResumption: sessions are resumed on both sides.
func TestCasesResumption(t *testing.T) {
	t.Parallel()
	l := start(t)
	var resumed atomic.Int64
	o := l.Origin([]string{shop}, labnet.Handler(), labnet.HTTP1Only(), labnet.TLS(func(c *tls.Config) {
		c.VerifyConnection = func(cs tls.ConnectionState) error {
			if cs.DidResume {
				resumed.Add(1)
			}
			return nil
		}
	}), labnet.Server(func(s *http.Server) { s.SetKeepAlivesEnabled(false) }))
	t.Run("CL-24 TP-18 both sides", func(t *testing.T) {
		cfg := l.trusting()
		cfg.ServerName, cfg.ClientSessionCache = shop, tls.NewLRUClientSessionCache(4)
		for i := range 3 {
			c := tlsClient(l.connect(t, authority(shop, o)), cfg)
			if a := exchange(t, c, "GET /echo HTTP/1.1\r\nHost: "+authority(shop, o)+"\r\nConnection: close\r\n\r\n"); a.StatusCode != http.StatusOK {
				t.Fatalf("answer = %d; want 200", a.StatusCode)
			}
			_, _ = io.Copy(io.Discard, c) // the ticket may come late
			if got := c.ConnectionState().DidResume; got != (i > 0) {
				t.Errorf("connection %d resumed = %t", i+1, got)
			}
		}
		if resumed.Load() == 0 {
			t.Error("no connection to the origin was resumed")
		}
	})
}

// TestCasesForeignTicket: a session is resumed at the name that it was begun at,
// and nowhere else (RFC 6066, section 3), whether the client names it or not.
func TestCasesForeignTicket(t *testing.T) {
	t.Parallel()
	l := start(t)
	hosts := []string{"ta.labnet.example", "tb.labnet.example"}
	o := l.Origin(hosts, labnet.Handler(), labnet.HTTP1Only())
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		for _, named := range []bool{true, false} {
			t.Run(fmt.Sprintf("CL-24 %s, named %t", tls.VersionName(version), named), func(t *testing.T) {
				cache := &oneSession{}
				for _, step := range []struct {
					host    string
					resumed bool
				}{{hosts[0], false}, {hosts[0], true}, {hosts[1], false}, {hosts[1], true}, {hosts[0], false}} {
					cfg := l.noName()
					cfg.MaxVersion, cfg.ClientSessionCache = version, cache
					if cfg.ServerName = "192.0.2.1"; named { // of an address crypto/tls sends no SNI
						cfg.ServerName = step.host
					}
					c := tlsClient(l.connect(t, authority(step.host, o)), cfg)
					if a := exchange(t, c, "GET /echo HTTP/1.1\r\nHost: "+authority(step.host, o)+"\r\nConnection: close\r\n\r\n"); a.StatusCode != http.StatusOK {
						t.Fatalf("answer = %d; want 200", a.StatusCode)
					}
					_, _ = io.Copy(io.Discard, c) // the ticket may come late
					cs := c.ConnectionState()
					if cs.DidResume != step.resumed || cs.PeerCertificates[0].VerifyHostname(step.host) != nil {
						t.Errorf("%s: resumed = %t with a leaf for %q; want %t and its own", step.host, cs.DidResume, cs.PeerCertificates[0].DNSNames, step.resumed)
					}
				}
			})
		}
	}
}

// oneSession is a client's cache that offers the latest session everywhere.
type oneSession struct{ latest *tls.ClientSessionState }

func (o *oneSession) Get(string) (*tls.ClientSessionState, bool) { return o.latest, o.latest != nil }

func (o *oneSession) Put(_ string, s *tls.ClientSessionState) {
	if s != nil {
		o.latest = s
	}
}
