package proxy_test

import (
	"bytes"
	"crypto/tls"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sekisho/internal/labnet"
)

var update = flag.Bool("update", false, "write the golden files anew")

// rating is howsmyssl.com's: "Bad" for what can be broken, "Improvable" for what
// is missing.
func (h hello) rating() string {
	insecure := slices.ContainsFunc(h.suites, func(id uint16) bool {
		// Besides crypto/tls's list: NULL, anonymous, EXPORT and DES are all it
		// does not know. What it knows of CBC with SHA-1 is TP-07.
		return !knownSuite(id)
	})
	switch {
	case insecure, slices.Min(h.versions) < tls.VersionTLS12, !slices.Equal(h.compressions, []byte{0}):
		return "Bad"
	case !slices.Contains(h.extensions, extTicket), slices.Max(h.versions) < tls.VersionTLS13:
		return "Improvable"
	}
	return "Probably Okay"
}

func knownSuite(id uint16) bool {
	return slices.ContainsFunc(tls.CipherSuites(), func(s *tls.CipherSuite) bool { return s.ID == id })
}

// summary is the text that docs/interception.md shows.
func (h hello) summary() string {
	var b strings.Builder
	line := func(what string, list ...string) {
		_, _ = fmt.Fprintf(&b, "%-22s %s\n", what, strings.Join(list, ", "))
	}
	line("rating", h.rating())
	line("versions", each(h.versions, tls.VersionName)...)
	line("cipher suites", slices.Sorted(slices.Values(each(h.suites, tls.CipherSuiteName)))...) // the order depends on the processor
	line("key exchanges", each(h.curves, tls.CurveID.String)...)
	line("key shares sent", each(h.shares, tls.CurveID.String)...)
	line("signatures", each(h.schemes, tls.SignatureScheme.String)...)
	line("ALPN", h.protocols...)
	for _, e := range []struct {
		what string
		id   uint16
	}{
		{"session tickets", extTicket},
		{"OCSP stapling", extStatus},
		{"extended master secret", extMasterSecret},
		{"heartbeat", extHeartbeat},
		{"early data (0-RTT)", extEarlyData},
		{"post-handshake auth", extPostHandshake},
	} {
		line(e.what, map[bool]string{true: "yes", false: "no"}[slices.Contains(h.extensions, e.id)])
	}
	line("compression", map[bool]string{true: "none", false: "offered"}[slices.Equal(h.compressions, []byte{0})])
	return b.String()
}

func each[T any](list []T, name func(T) string) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = name(v)
	}
	return out
}

// TestCasesHello: what an origin is offered, byte for byte as it is on the wire.
func TestCasesHello(t *testing.T) {
	t.Parallel()
	l := start(t)
	o := l.Origin([]string{shop, "127.0.0.1"}, labnet.Handler())
	get(t, l.client(), https(shop, o, "/echo"), nil)
	h := parseHello(t, o.Received()[0])
	t.Run("TP-01 versions", func(t *testing.T) {
		wantEqual(t, h.versions, []uint16{tls.VersionTLS13, tls.VersionTLS12})
	})
	t.Run("TP-09 curves", func(t *testing.T) {
		wantEqual(t, h.curves, []tls.CurveID{tls.X25519MLKEM768, tls.X25519, tls.CurveP256, tls.CurveP384})
		wantEqual(t, h.shares, []tls.CurveID{tls.X25519MLKEM768, tls.X25519})
	})
	t.Run("TP-11 ALPN", func(t *testing.T) { wantEqual(t, h.protocols, []string{"h2", "http/1.1"}) })
	t.Run("TP-13 compression, heartbeat, early data, post-handshake authentication", func(t *testing.T) {
		for _, id := range []uint16{extHeartbeat, extEarlyData, extPostHandshake} {
			if slices.Contains(h.extensions, id) {
				t.Errorf("extension %d is offered", id)
			}
		}
		wantEqual(t, h.compressions, []byte{0})
	})
	t.Run("TP-15 TP-07 TP-03 TP-04 TP-05 TP-06 summary", func(t *testing.T) {
		const golden = "testdata/clienthello.txt"
		if *update {
			if err := os.WriteFile(golden, []byte(h.summary()), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		wantEqual(t, h.summary(), string(want))
		doc, err := os.ReadFile("../docs/interception.md")
		if err != nil || !strings.Contains(string(doc), string(want)) {
			t.Errorf("docs/interception.md does not show %s (%v)", golden, err)
		}
	})
	for _, tt := range []struct{ id, connect, host, want string }{
		{"TP-16 plain", shop, shop, shop},
		{"TP-16 trailing dot", shop + ".", shop, shop},
		{"TP-16 mixed case", "ShOp.LABNET.example", shop, shop},
		{"TP-16 address", "127.0.0.1", "127.0.0.1", ""},
	} {
		t.Run(tt.id, func(t *testing.T) {
			o := l.Origin([]string{shop, "127.0.0.1"}, labnet.Handler(), labnet.HTTP1Only())
			cfg := l.noName()
			if tt.want != "" {
				cfg.ServerName = tt.host
			}
			a := exchange(t, tlsClient(l.connect(t, fmt.Sprintf("%s:%d", tt.connect, o.Port())), cfg),
				"GET /echo HTTP/1.1\r\nHost: "+authority(tt.host, o)+"\r\n\r\n")
			if got := parseHello(t, o.Received()[0]).name; a.StatusCode != http.StatusOK || got != tt.want {
				t.Errorf("answer %d, server name %q; want 200, %q", a.StatusCode, got, tt.want)
			}
		})
	}
	t.Run("TP-19 genuine names keep the browser's own hello", func(t *testing.T) {
		o := l.Raw([]string{genuine}, func(c net.Conn) { holdOpen(c) })
		sent := []byte("\x16\x03\x01\x00\x05hello, unread")
		c := l.connect(t, authority(genuine, o))
		_, _ = c.Write(sent)
		wait(t, "the bytes", func() bool { return o.ReceivedBytes() >= int64(len(sent)) })
		if !bytes.Equal(o.Received()[0], sent) {
			t.Errorf("the origin got %q; want %q", o.Received(), sent)
		}
	})
}

func wantEqual[T any](t *testing.T, got, want T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestTP10Switch: GODEBUG=tlsmlkem=0 makes the hello small again, and nothing in
// the environment adds a suite.
func TestTP10Switch(t *testing.T) {
	t.Setenv("GODEBUG", "tlsmlkem=0,tlsrsakex=1,tls3des=1")
	l := start(t)
	o := l.Origin([]string{shop}, labnet.Handler())
	if a := get(t, l.client(), https(shop, o, "/echo"), nil); a.StatusCode != http.StatusOK {
		t.Fatalf("answer = %d; want 200", a.StatusCode)
	}
	h := parseHello(t, o.Received()[0])
	wantEqual(t, h.curves, []tls.CurveID{tls.X25519, tls.CurveP256, tls.CurveP384})
	if h.rating() != "Probably Okay" {
		t.Errorf("rating = %q with suites %x", h.rating(), h.suites)
	}
}
