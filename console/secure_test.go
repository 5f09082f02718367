package console

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"sekisho/certs"
	"sekisho/rules"
)

// startBeyondLoopback serves a console as one that listens for the office does, on
// loopback.
func startBeyondLoopback(t *testing.T, change ...func(*Options)) (*Server, *x509.CertPool) {
	t.Helper()
	ca, _, err := certs.Open(t.TempDir()+"/ca", certs.Options{Excluded: rules.CredentialSuffixes()})
	if err != nil {
		t.Fatal(err)
	}
	o := options(t)
	o.Leaf = ca.Leaf
	for _, f := range change {
		f(&o)
	}
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	s.secure = s.secureServer(s.plain.Handler)
	serve(t, s)
	pool := x509.NewCertPool()
	pool.AddCert(ca.Root())
	return s, pool
}

// TestTLS: one port speaks both, and a cookie of TLS is for TLS alone.
func TestTLS(t *testing.T) {
	t.Parallel()
	s, pool := startBeyondLoopback(t)
	tr := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, DisableKeepAlives: true}
	defer tr.CloseIdleConnections()
	ask := func(method, path, cookie, body string) answer {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, "https://"+s.Addr().String()+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", asForm)
		r.Header.Set("Origin", "https://"+s.Addr().String())
		r.Header.Set("Cookie", cookie)
		res, err := tr.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }()
		b, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer{res.StatusCode, res.Header, string(b)}
	}
	got := ask("POST", "/sign-in", "", formOf("owner", secret))
	set := got.header.Get("Set-Cookie")
	if got.status != 303 || !strings.HasPrefix(set, "__Host-sekisho-console=") || !strings.Contains(set, "Secure") || !strings.Contains(set, "Path=/") {
		t.Fatalf("sign-in: %d %q", got.status, set)
	}
	cookie := cookieOf(t, got)
	if got := ask("GET", "/", cookie, ""); got.status != 200 {
		t.Errorf("home: %d", got.status)
	}
	if got := send(t, s, "GET", "/", cookie, ""); got.status != 303 {
		t.Errorf("the same cookie in the clear: %d", got.status)
	}
	for _, path := range []string{"/healthz", "/proxy.pac"} {
		if got := send(t, s, "GET", path, "", ""); got.status != 200 {
			t.Errorf("%s in the clear: %d", path, got.status)
		}
	}
	// Whoever does not trust the certificate could not get it over TLS, and would go around.
	if got := ask("GET", "/set-up", cookie, ""); !strings.Contains(got.body, "<code>http://"+s.Addr().String()+"/proxy.pac</code>") {
		t.Error("the set-up does not give the PAC in the clear")
	}
}

func TestTLSNames(t *testing.T) {
	t.Parallel()
	s, pool := startBeyondLoopback(t)
	for name, ok := range map[string]bool{"": true, "localhost": true, "evil.example": false, "sellercentral.amazon.co.jp": false} {
		c := &tls.Config{RootCAs: pool, ServerName: name}
		if name == "" {
			c.ServerName = "127.0.0.1" // an address is not sent as a name
		}
		d := tls.Dialer{Config: c}
		conn, err := d.DialContext(t.Context(), "tcp", s.Addr().String())
		if (err == nil) != ok {
			t.Errorf("%q: %v", name, err)
		}
		if err == nil {
			_ = conn.Close()
		}
	}
}

// TestInTheClear: from another computer, nothing but set-up is answered without TLS.
func TestInTheClear(t *testing.T) {
	t.Parallel()
	s, _ := startBeyondLoopback(t)
	here := context.WithValue(t.Context(), http.LocalAddrContextKey, net.Addr(&net.TCPAddr{IP: net.IPv4(192, 0, 2, 7), Port: 8766}))
	for _, tt := range []struct {
		method, path string
		status       int
		location     string
	}{
		{"GET", "/healthz", 200, ""},
		{"GET", "/ca.crt", 200, ""},
		{"GET", "/", 307, "https://192.0.2.7:8766/"},
		{"GET", "/sign-in?next=/x", 307, "https://192.0.2.7:8766/sign-in?next=/x"},
		{"GET", "/api/v1/events", 307, "https://192.0.2.7:8766/api/v1/events"},
		{"POST", "/sign-in", 403, ""},
		{"POST", "/api/v1/check", 403, ""},
		{"GET", "//evil.example/", 307, "https://192.0.2.7:8766//evil.example/"},
	} {
		r := httptest.NewRequestWithContext(here, tt.method, "http://192.0.2.7:8766"+tt.path, strings.NewReader(formOf("owner", secret)))
		r.Header.Set("Content-Type", asForm)
		w := httptest.NewRecorder()
		s.plain.Handler.ServeHTTP(w, r)
		if w.Code != tt.status || w.Header().Get("Location") != tt.location || w.Header().Get("Set-Cookie") != "" {
			t.Errorf("%s %s: %d %q %q; want %d %q", tt.method, tt.path, w.Code, w.Header().Get("Location"), w.Header().Get("Set-Cookie"), tt.status, tt.location)
		}
	}
}

// TestSplitSurvives holds that whatever a connection begins with, the next one works.
func TestSplitSurvives(t *testing.T) {
	t.Parallel()
	s, _ := startBeyondLoopback(t)
	for _, raw := range []string{"", "\x16", "\x16\x03\x01\x00\x05hello", "\x00\x00\x00", "G", "GET / HTTP/1.1\r\n\r\n"} {
		conn, err := net.Dial("tcp", s.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(conn, raw); err != nil {
			t.Fatal(err)
		}
		_ = conn.(*net.TCPConn).CloseWrite()
		_, _ = bufio.NewReader(conn).ReadString('\n') // whatever it is
		_ = conn.Close()
	}
	if got := send(t, s, "GET", "/healthz", "", ""); got.status != 200 {
		t.Errorf("afterwards: %d", got.status)
	}
}

func TestWhenTLS(t *testing.T) {
	t.Parallel()
	for addr, want := range map[string]bool{"127.0.0.1:1": true, "[::1]:1": true, "[::ffff:127.0.0.1]:1": true, "0.0.0.0:1": false, "[::]:1": false, "192.168.1.2:1": false} {
		a, err := net.ResolveTCPAddr("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		if got := onLoopback(a); got != want {
			t.Errorf("onLoopback(%s) = %v; want %v", addr, got, want)
		}
	}
}
