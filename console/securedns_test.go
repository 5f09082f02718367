package console

import (
	"crypto/tls"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// TestDNSQuery answers the resolver's questions over TLS without a sign-in, under
// the names of this console and the one that its resolver tells, and nowhere else.
func TestDNSQuery(t *testing.T) {
	t.Parallel()
	s, pool := startBeyondLoopback(t, func(o *Options) {
		o.DNSName = "dns.sekisho.internal"
		o.DNSQuery = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "answer over "+r.Proto) })
	})
	if s.DoH() == nil || s.DoH().String() != s.Addr().String() {
		t.Errorf("answers at %v; want %s", s.DoH(), s.Addr())
	}
	for name, tt := range map[string]struct {
		scheme, method, path, host, sni string
		want                            int
	}{
		"by address":            {"https", "GET", "/dns-query?dns=AAAA", "", "", 200},
		"as most clients do":    {"https", "POST", "/dns-query", "", "", 200},
		"by the resolver's":     {"https", "POST", "/dns-query", "dns.sekisho.internal", "dns.sekisho.internal", 200},
		"another site's name":   {"https", "GET", "/dns-query?dns=AAAA", "evil.example", "", 403},
		"another path":          {"https", "GET", "/dns-query/", "", "", 303},
		"the pages by that":     {"https", "GET", "/", "dns.sekisho.internal", "dns.sekisho.internal", 403},
		"in the clear":          {"http", "GET", "/dns-query?dns=AAAA", "", "", 303},
		"in the clear, by POST": {"http", "POST", "/dns-query", "", "", 303},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tr := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: true}
			if tt.sni != "" { // as of RFC 9462, section 4.2, the address is what is verified
				tr.TLSClientConfig = &tls.Config{ServerName: tt.sni, InsecureSkipVerify: true, VerifyConnection: func(cs tls.ConnectionState) error {
					return cs.PeerCertificates[0].VerifyHostname("127.0.0.1")
				}}
			}
			defer tr.CloseIdleConnections()
			r, err := http.NewRequestWithContext(t.Context(), tt.method, tt.scheme+"://"+s.Addr().String()+tt.path, strings.NewReader(""))
			if err != nil {
				t.Fatal(err)
			}
			r.Host = tt.host
			res, err := tr.RoundTrip(r)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = res.Body.Close() }()
			b, err := io.ReadAll(res.Body)
			if err != nil || res.StatusCode != tt.want || tt.want == 200 && string(b) != "answer over HTTP/2.0" {
				t.Errorf("%d %.100q, %v; want %d", res.StatusCode, b, err, tt.want)
			}
		})
	}
}

// TestWitness tells of who completes a handshake, once a connection, and of none
// that does not believe the certificate.
func TestWitness(t *testing.T) {
	t.Parallel()
	var begun, completed atomic.Int32
	s, pool := startBeyondLoopback(t, func(o *Options) {
		o.Witness = func(*tls.ClientHelloInfo) func() {
			begun.Add(1)
			return func() { completed.Add(1) }
		}
	})
	if s.DoH() != nil {
		t.Error("answers DNS without a resolver")
	}
	if conn, err := tls.Dial("tcp", s.Addr().String(), &tls.Config{}); err == nil {
		_ = conn.Close()
		t.Fatal("a stranger believed the certificate")
	}
	for want, h2 := range []bool{false, true} {
		tr := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: h2}
		for range 2 {
			res, err := (&http.Client{Transport: tr}).Get("https://" + s.Addr().String() + "/healthz")
			if err != nil {
				t.Fatal(err)
			}
			_, _ = io.Copy(io.Discard, res.Body)
			_ = res.Body.Close()
		}
		tr.CloseIdleConnections()
		for end := time.Now().Add(20 * time.Second); completed.Load() < int32(want+1) && time.Now().Before(end); {
			time.Sleep(time.Millisecond)
		}
		if got := completed.Load(); got != int32(want+1) {
			t.Errorf("HTTP/2 %t: %d handshakes completed; want %d", h2, got, want+1)
		}
	}
	if got := begun.Load(); got != 3 {
		t.Errorf("%d handshakes; want 3", got)
	}
}
