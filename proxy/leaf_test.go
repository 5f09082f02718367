package proxy_test

import (
	"crypto/tls"
	"io"
	"net/http"
	"slices"
	"sync/atomic"
	"testing"

	"sekisho/internal/labnet"
)

// TestMirror is CL-05 and CL-06: the client is offered the protocols that the
// origin speaks.
func TestMirror(t *testing.T) {
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
		{"h1 client", h2, []string{"http/1.1"}, "http/1.1"},
		{"no ALPN", h2, nil, ""},
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

// TestLeaf: what a client is shown (CL-03, CL-04, CL-08, CL-10, CL-14, CL-26).
func TestLeaf(t *testing.T) {
	t.Parallel()
	l := start(t)
	o := l.Origin([]string{shop, "127.0.0.1", "*.wild.labnet.example"}, labnet.Handler())
	l.Answer("x.wild.labnet.example", labnet.Reply{})
	for _, host := range []string{shop, "x.wild.labnet.example"} {
		t.Run(host, func(t *testing.T) {
			cs := l.tunnel(t, authority(host, o), l.trusting()).ConnectionState()
			leaf := cs.PeerCertificates[0]
			if !slices.Equal(leaf.DNSNames, []string{host}) || len(leaf.IPAddresses) != 0 {
				t.Errorf("CL-10: names = %v %v; want the host alone", leaf.DNSNames, leaf.IPAddresses)
			}
			if cs.Version != tls.VersionTLS13 || cs.CurveID != tls.X25519MLKEM768 {
				t.Errorf("CL-04: %s with %s; want TLS 1.3 with X25519MLKEM768", tls.VersionName(cs.Version), cs.CurveID)
			}
			if n := len(cs.PeerCertificates); n != 2 || cs.PeerCertificates[1].Equal(l.ca.Root()) {
				t.Errorf("CL-26: %d certificates; want leaf and issuer without the root", n)
			}
			if string(leaf.AuthorityKeyId) != string(l.ca.Issuer().SubjectKeyId) {
				t.Error("CL-26: the leaf's authority key id is not the issuer's")
			}
		})
	}
	t.Run("CL-14 address", func(t *testing.T) {
		cfg := l.noName()
		cs := tlsClient(l.connect(t, authority("127.0.0.1", o)), cfg)
		if err := cs.Handshake(); err != nil {
			t.Fatal(err)
		}
		leaf := cs.ConnectionState().PeerCertificates[0]
		if len(leaf.IPAddresses) != 1 || leaf.IPAddresses[0].String() != "127.0.0.1" || len(leaf.DNSNames) != 0 {
			t.Errorf("names = %v %v; want 127.0.0.1 alone", leaf.DNSNames, leaf.IPAddresses)
		}
	})
	t.Run("CL-03 TLS 1.1", func(t *testing.T) {
		cfg := l.trusting()
		cfg.ServerName, cfg.MinVersion, cfg.MaxVersion = shop, tls.VersionTLS10, tls.VersionTLS11
		if err := tlsClient(l.connect(t, authority(shop, o)), cfg).Handshake(); err == nil {
			t.Error("a handshake with TLS 1.1 went through")
		}
	})
}

// TestResumption is CL-24 and TP-18: sessions are resumed on both sides.
func TestResumption(t *testing.T) {
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
	cfg := l.trusting()
	cfg.ServerName, cfg.ClientSessionCache = shop, tls.NewLRUClientSessionCache(4)
	for i := range 3 {
		c := tlsClient(l.connect(t, authority(shop, o)), cfg)
		if a := exchange(t, c, "GET /echo HTTP/1.1\r\nHost: "+authority(shop, o)+"\r\nConnection: close\r\n\r\n"); a.StatusCode != http.StatusOK {
			t.Fatalf("answer = %d; want 200", a.StatusCode)
		}
		_, _ = io.Copy(io.Discard, c) // the ticket may come late
		if got := c.ConnectionState().DidResume; got != (i > 0) {
			t.Errorf("CL-24: connection %d resumed = %t", i+1, got)
		}
	}
	if resumed.Load() == 0 {
		t.Error("TP-18: no connection to the origin was resumed")
	}
}

// TestHelloToOrigin is TP-01, TP-09, TP-11 and TP-16: what an origin is offered.
func TestHelloToOrigin(t *testing.T) {
	t.Parallel()
	l := start(t)
	o := l.Origin([]string{shop, "127.0.0.1"}, labnet.Handler())
	get(t, l.client(), https(shop, o, "/echo"), nil)
	hello := o.Hello()
	if !slices.Equal(hello.SupportedVersions, []uint16{tls.VersionTLS13, tls.VersionTLS12}) {
		t.Errorf("TP-01: versions = %x", hello.SupportedVersions)
	}
	if hello.SupportedCurves[0] != tls.X25519MLKEM768 || !slices.Contains(hello.SupportedCurves, tls.CurveP384) {
		t.Errorf("TP-09: curves = %v; want X25519MLKEM768 first, and P-384", hello.SupportedCurves)
	}
	if !slices.Equal(hello.SupportedProtos, []string{"h2", "http/1.1"}) || hello.ServerName != shop {
		t.Errorf("TP-11, TP-16: protocols %v, name %q", hello.SupportedProtos, hello.ServerName)
	}
	for _, id := range hello.CipherSuites {
		for _, bad := range tls.InsecureCipherSuites() {
			if id == bad.ID {
				t.Errorf("TP-03, TP-05: %s is offered", bad.Name)
			}
		}
	}
	get(t, l.client(), "https://"+authority("127.0.0.1", o)+"/echo", nil)
	if got := o.Hello().ServerName; got != "" {
		t.Errorf("TP-16: server name to an address = %q; want none", got)
	}
}
