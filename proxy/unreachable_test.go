package proxy_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"sekisho/hostname"
	"sekisho/internal/labnet"
	"sekisho/interstitial"
	"sekisho/proxy"
)

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

// TestUnreachable covers failures before TLS.
func TestUnreachable(t *testing.T) {
	t.Parallel()
	l := start(t, func(o *proxy.Options) {
		o.Settings.Allow = prefixes("127.0.0.1/32")
		lookup := o.Lookup
		o.Lookup = func(ctx context.Context, n hostname.Name) ([]netip.Addr, error) {
			if n.String() == "inward.labnet.example" {
				return nil, &proxy.WithheldError{Alias: name(t, "printer.corp.example")}
			}
			return lookup(ctx, n)
		}
	})
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
		{"inward.labnet.example", 443, 403, interstitial.CodeAddress, false},
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
