package console

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"syscall"
	"testing"
)

func TestRoutes(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	tests := []struct {
		method, path string
		status       int
		contentType  string
		contains     string
	}{
		{"GET", "/proxy.pac", 200, "application/x-ns-proxy-autoconfig", `return "PROXY 127.0.0.1:8765";`},
		{"HEAD", "/proxy.pac", 200, "application/x-ns-proxy-autoconfig", ""},
		{"GET", "/ca.crt", 200, "application/x-x509-ca-cert", rootPEM},
		{"HEAD", "/ca.crt", 200, "application/x-x509-ca-cert", ""},
		{"GET", "/healthz", 200, "text/plain; charset=utf-8", "ok\nproxy: ok\ndns: off\n"},
		{"POST", "/healthz", 405, "text/plain; charset=utf-8", ""},
		{"DELETE", "/ca.crt", 405, "text/plain; charset=utf-8", ""},
		{"GET", "/sign-in", 200, "text/html; charset=utf-8", `<form method="post" action="/sign-in">`},
		{"DELETE", "/sign-in", 405, "text/plain; charset=utf-8", ""},
		{"GET", "/style.css", 200, "text/css; charset=utf-8", "--paper"},
		{"GET", "/first-owner", 410, "text/html; charset=utf-8", "sekisho user add"},
		{"GET", "/", 303, "text/html; charset=utf-8", "/sign-in"},
		{"GET", "/nothing", 303, "text/html; charset=utf-8", "/sign-in"},
		{"POST", "/login", 303, "", ""},
		{"DELETE", "/", 303, "", ""},
		{"DELETE", "/api/v1/events", 401, "application/problem+json", `"status":401`},
		{"GET", "/api/v1/openapi.json", 401, "application/problem+json", `"status":401`},
		{"GET", "/api/v1/events", 401, "application/problem+json", `"status":401`},
		{"POST", "/api/v1/check", 401, "application/problem+json", `"status":401`},
	}
	for _, tt := range tests {
		t.Run(tt.method+" "+tt.path, func(t *testing.T) {
			t.Parallel()
			got := ask(t, s, tt.method, tt.path, nil)
			if got.status != tt.status || got.header.Get("Content-Type") != tt.contentType || !strings.Contains(got.body, tt.contains) {
				t.Errorf("%d %s\n%s\nwant %d %s … %s", got.status, got.header.Get("Content-Type"), got.body, tt.status, tt.contentType, tt.contains)
			}
			for name, want := range map[string]string{
				"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Cache-Control": "no-store",
				"Referrer-Policy": "no-referrer", "Cross-Origin-Resource-Policy": "same-origin",
			} {
				if name == "Referrer-Policy" && tt.status != 303 && strings.HasPrefix(tt.contentType, "text/html") {
					want = "same-origin" // see show
				}
				if got.header.Get(name) != want {
					t.Errorf("%s = %q; want %q", name, got.header.Get(name), want)
				}
			}
			if !strings.Contains(got.header.Get("Content-Security-Policy"), "default-src 'none'") {
				t.Errorf("Content-Security-Policy = %q", got.header.Get("Content-Security-Policy"))
			}
		})
	}
	if h := ask(t, s, "GET", "/api/", nil).header.Get("WWW-Authenticate"); !strings.HasPrefix(h, "Bearer") {
		t.Errorf("WWW-Authenticate = %q; want Bearer", h)
	}
}

func TestAC15HostHeader(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	port := s.Addr().(*net.TCPAddr).Port
	for host, want := range map[string]int{
		s.Addr().String():                    200,
		"127.0.0.1":                          200,
		fmt.Sprintf("localhost:%d", port):    200,
		"LOCALHOST.":                         200,
		fmt.Sprintf("[::1]:%d", port):        200,
		"[::1]":                              200,
		"evil.example":                       403,
		fmt.Sprintf("evil.example:%d", port): 403,
		"127.0.0.1.evil.example":             403,
		"localhost.evil.example":             403,
		"192.0.2.1":                          403,
		"127.0.0.2":                          403,
		"sekisho.internal":                   403,
	} {
		got := ask(t, s, "GET", "/healthz", func(r *http.Request) { r.Host = host })
		if got.status != want {
			t.Errorf("Host %q: %d; want %d", host, got.status, want)
		}
	}
}

// TestMalformedRequests holds that whatever arrives gets a status of its own and
// the server lives on.
func TestMalformedRequests(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	for _, raw := range []string{
		"GET / HTTP/1.1\r\n\r\n", // no Host
		"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: [::1\r\n\r\n",
		"CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n",
		"GET http://example.com/healthz HTTP/1.1\r\nHost: example.com\r\n\r\n",
		"\x16\x03\x01\x02\x00\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + strings.Repeat("x", 64<<10) + "\r\n\r\n",
	} {
		conn, err := net.Dial("tcp", s.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(conn, raw); err != nil && !errors.Is(err, syscall.EPIPE) && !errors.Is(err, syscall.ECONNRESET) {
			t.Error(err)
		}
		res, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Errorf("%.40q: %v", raw, err)
		} else if res.StatusCode < 400 || res.StatusCode > 499 {
			t.Errorf("%.40q: %s; want 4xx", raw, res.Status)
		}
		_ = conn.Close()
	}
	if got := ask(t, s, "GET", "/healthz", nil); got.status != 200 {
		t.Errorf("health afterwards: %d", got.status)
	}
}

func TestHealthJSON(t *testing.T) {
	t.Parallel()
	s := start(t, func(o *Options) {
		o.Health = func() []Part {
			return []Part{{Name: "proxy", State: "ok"}, {Name: "journal", State: "2 events could not be written"}}
		}
	})
	got := ask(t, s, "GET", "/healthz", func(r *http.Request) { r.Header.Set("Accept", "application/json") })
	var h health
	if err := json.Unmarshal([]byte(got.body), &h); err != nil {
		t.Fatal(err)
	}
	if got.status != 503 || h.Status != "failing" || h.Parts["proxy"] != "ok" || len(h.Parts) != 2 {
		t.Errorf("%d %+v; want 503, failing, two parts", got.status, h)
	}
}

func TestProxyAddressForTheClient(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ proxy, here, want string }{
		"same computer":           {"127.0.0.1:8765", "127.0.0.1:8766", "127.0.0.1:8765"},
		"every interface":         {"0.0.0.0:8765", "192.168.1.2:8766", "192.168.1.2:8765"},
		"every interface, v6":     {"[::]:8765", "[2001:db8::2]:8766", "[2001:db8::2]:8765"},
		"mapped":                  {"[::]:8765", "[::ffff:192.168.1.2]:8766", "192.168.1.2:8765"},
		"its own address":         {"192.168.1.3:8765", "192.168.1.2:8766", "192.168.1.3:8765"},
		"loopback for a stranger": {"127.0.0.1:8765", "192.168.1.2:8766", ""},
	}
	for name, tt := range tests {
		r := (&http.Request{}).WithContext(context.WithValue(context.Background(), http.LocalAddrContextKey,
			net.Addr(net.TCPAddrFromAddrPort(netip.MustParseAddrPort(tt.here)))))
		got, err := proxyFor(net.TCPAddrFromAddrPort(netip.MustParseAddrPort(tt.proxy)), r)
		if tt.want == "" {
			if err == nil {
				t.Errorf("%s: got %s; want an error", name, got)
			}
			continue
		}
		if err != nil || got.String() != tt.want {
			t.Errorf("%s: got %s, %v; want %s", name, got, err, tt.want)
		}
	}
	s := start(t, func(o *Options) { o.Proxy = func() net.Addr { return nil } })
	if got := ask(t, s, "GET", "/proxy.pac", nil); got.status != 404 || !strings.Contains(got.body, "listen.proxy") {
		t.Errorf("proxy off: %d %s", got.status, got.body)
	}
}

func TestServeAfterTheEnd(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	o := options(t)
	other, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	if err := other.Serve(ended); err != nil {
		t.Errorf("Serve with an ended context: %v", err)
	}
	if _, err := net.Dial("tcp", other.Addr().String()); err == nil {
		t.Error("the listener is still open")
	}
	taken := o
	taken.Listen = s.Addr().String()
	if _, err := New(taken); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("New on a taken address: %v", err)
	}
}
