package proxy_test

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sekisho/certs"
	"sekisho/internal/labnet"
)

// TestBelieversLost: who refuses the authority is out of the file long before it is
// written for other reasons, so that a crash does not have that client led to the
// sinkhole again.
func TestBelieversLost(t *testing.T) {
	t.Parallel()
	l := startSinkhole(t, func(l *lab) {
		l.options.BelieversFile = filepath.Join(l.dir, "believers.json")
		text := `{"root":"` + certs.Fingerprint(l.ca.Root()) + `","proved":{"127.0.0.1":"` + time.Now().Add(-time.Hour).UTC().Format(time.RFC3339) + `"}}`
		if err := os.WriteFile(l.options.BelieversFile, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	})
	_, secure := l.proxy.Sinkhole()
	conn, err := net.Dial("tcp", secure.String())
	if err != nil {
		t.Fatal(err)
	}
	if err := tls.Client(conn, &tls.Config{ServerName: lookalike}).Handshake(); err == nil {
		t.Fatal("a client without the authority takes its leaf")
	}
	wait(t, "the client to be out of the file", func() bool {
		text, err := os.ReadFile(l.options.BelieversFile)
		_, proved, _ := strings.Cut(string(text), `"proved":{`)
		proved, _, closed := strings.Cut(proved, "}")
		return err == nil && closed && !strings.Contains(proved, "127.0.0.1") && strings.Contains(string(text), `"doubts":[{"client":"127.0.0.1"`)
	})
}

// TestCL24ResumedProvesNothing is CL-24: a resumed session shows no certificate, and so
// nobody's trust in one, as after a refusal at the sinkhole.
func TestCL24ResumedProvesNothing(t *testing.T) {
	t.Parallel()
	l := startSinkhole(t)
	o := l.Origin([]string{shop}, labnet.Handler(), labnet.HTTP1Only())
	_, sink := l.proxy.Sinkhole()
	me := netip.MustParseAddr("127.0.0.1")
	cfg := l.trusting()
	cfg.ServerName, cfg.MaxVersion, cfg.ClientSessionCache = shop, tls.VersionTLS12, tls.NewLRUClientSessionCache(4)
	visit := func() bool {
		c := tlsClient(l.connect(t, authority(shop, o)), cfg)
		if a := exchange(t, c, "GET /echo HTTP/1.1\r\nHost: "+authority(shop, o)+"\r\nConnection: close\r\n\r\n"); a.StatusCode != http.StatusOK {
			t.Fatalf("answer = %d; want 200", a.StatusCode)
		}
		_ = c.Close()
		return c.ConnectionState().DidResume
	}
	visit()
	wait(t, "the client to be trusted", func() bool { return l.proxy.Trusts(me) })
	c, err := net.Dial("tcp", sink.String())
	if err != nil {
		t.Fatal(err)
	}
	refusing := cfg.Clone()
	refusing.ServerName, refusing.RootCAs = lookalike, x509.NewCertPool()
	if tls.Client(c, refusing).Handshake() == nil {
		t.Fatal("a client without roots took the leaf")
	}
	_ = c.Close()
	wait(t, "the refusal to be noted", func() bool { return !l.proxy.Trusts(me) })
	if !visit() {
		t.Fatal("the session was not resumed")
	}
	if l.proxy.Trusts(me) {
		t.Error("a resumed session counts as trust")
	}
}
