package resolver

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/miekg/dns"

	"sekisho/certs"
	"sekisho/hostname"
	"sekisho/resolver/datagram"
)

// startSecured runs a server that answers over TLS and HTTPS as well, with
// certificates of a new authority for the addresses it is reached at.
func startSecured(t testing.TB, o Options) (*Server, *tls.Config) {
	t.Helper()
	ca, _, err := certs.Open(t.TempDir(), certs.Options{})
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(ca.Root())
	o.Listen, o.ListenDoT, o.ListenDoH = "127.0.0.1:0", "127.0.0.1:0", "127.0.0.1:0"
	o.TLS = &tls.Config{GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		host, _, _ := net.SplitHostPort(hello.Conn.LocalAddr().String())
		n, err := hostname.Parse(host)
		if err != nil {
			return nil, err
		}
		return ca.Leaf(n)
	}}
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	serve(t, s)
	return s, &tls.Config{RootCAs: roots}
}

// dialDoT connects as a client that knows the address and nothing else.
func dialDoT(t *testing.T, s *Server, config *tls.Config) *tls.Conn {
	t.Helper()
	config = config.Clone()
	config.NextProtos = []string{"dot"}
	conn, err := tls.Dial("tcp", s.DoT().String(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	return conn
}

// TestDoT pipelines a slow question and a fast one over TLS, verified by
// address: the fast one is answered first (RFC 7858, section 3.3).
func TestDoT(t *testing.T) {
	t.Parallel()
	hold := make(chan struct{})
	records := zone(t, "slow.example. 60 IN A 192.0.2.1\nfast.example. 60 IN A 192.0.2.2")
	o := newOrigin(t, func(q *dns.Msg) *dns.Msg {
		if strings.HasPrefix(strings.ToLower(q.Question[0].Name), "slow") {
			<-hold
		}
		return records(q)
	})
	s, config := startSecured(t, Options{Upstreams: []string{o.url}})
	conn := dialDoT(t, s, config)
	if got := conn.ConnectionState().NegotiatedProtocol; got != "dot" {
		t.Errorf("ALPN %q; want dot", got)
	}
	var queries []byte
	wires := map[string][]byte{}
	for _, name := range []string{"slow.example.", "fast.example."} {
		wire, err := newQuery(name, dns.TypeA, edns).Pack()
		if err != nil {
			t.Fatal(err)
		}
		wires[name], queries = wire, append(queries, framed(wire)...)
	}
	if _, err := conn.Write(queries); err != nil {
		t.Fatal(err)
	}
	if r := unpack(t, wires["fast.example."], readFrame(t, conn)); len(r.Answer) != 1 {
		t.Errorf("reply %v; want the fast one's", r)
	}
	close(hold)
	if r := unpack(t, wires["slow.example."], readFrame(t, conn)); len(r.Answer) != 1 {
		t.Errorf("reply %v; want the slow one's", r)
	}
}

// TestDoTPlain sends what is no handshake: the connection ends, and its place
// is free again.
func TestDoTPlain(t *testing.T) {
	t.Parallel()
	s, _ := startSecured(t, Options{})
	conn, err := net.Dial("tcp", s.DoT().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := conn.Write([]byte("GET / HTTP/1.1\r\n\r\n")); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(conn); err != nil && strings.Contains(err.Error(), "timeout") {
		t.Errorf("not closed: %v", err)
	}
}

// dohClient speaks HTTP/2 with s.
func dohClient(t testing.TB, config *tls.Config) *http.Client {
	t.Helper()
	tr := &http.Transport{TLSClientConfig: config, ForceAttemptHTTP2: true}
	t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr, Timeout: 10 * time.Second}
}

// TestDoH asks by GET and by POST (RFC 8484, section 4.1).
func TestDoH(t *testing.T) {
	t.Parallel()
	long := "long.example. 60 IN TXT " + strings.Repeat(strings.Repeat("x", 250)+" ", 2*shortReply/250)
	o := newOrigin(t, zone(t, "shop.example. 60 IN A 192.0.2.1\nshop.example. 30 IN A 192.0.2.2\n"+long))
	s, config := startSecured(t, Options{Upstreams: []string{o.url}, Policy: policy([]string{"blocked.example"}, nil)})
	client := dohClient(t, config)
	base := "https://" + s.DoH().String() + "/dns-query"
	for _, tc := range []struct {
		name  string
		qtype uint16
		rcode int
		life  string
	}{
		{"shop.example.", dns.TypeA, dns.RcodeSuccess, "max-age=30"},
		{"blocked.example.", dns.TypeHTTPS, dns.RcodeNameError, "max-age=10"},
		{"none.example.", dns.TypeA, dns.RcodeNameError, "max-age=900"},
		{"shop.example.", dns.TypeAXFR, dns.RcodeRefused, "max-age=0"},
		{"long.example.", dns.TypeTXT, dns.RcodeSuccess, "max-age=60"},
	} {
		q := newQuery(tc.name, tc.qtype, edns)
		q.Id = 0
		wire, err := q.Pack()
		if err != nil {
			t.Fatal(err)
		}
		get, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+"?dns="+base64.RawURLEncoding.EncodeToString(wire), nil)
		if err != nil {
			t.Fatal(err)
		}
		post, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base, bytes.NewReader(wire))
		if err != nil {
			t.Fatal(err)
		}
		post.Header.Set("Content-Type", "application/dns-message")
		for _, req := range []*http.Request{get, post} {
			resp, err := client.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(resp.Body)
			_ = resp.Body.Close()
			if err != nil || resp.StatusCode != http.StatusOK || resp.ProtoMajor != 2 {
				t.Fatalf("%s %s: %s, %s, %v", req.Method, tc.name, resp.Status, resp.Proto, err)
			}
			got := []string{resp.Header.Get("Content-Type"), resp.Header.Get("Cache-Control"), resp.Header.Get("Access-Control-Allow-Origin")}
			if want := []string{"application/dns-message", tc.life, ""}; !cmp.Equal(want, got) {
				t.Errorf("%s %s: %q; want %q", req.Method, tc.name, got, want)
			}
			if resp.ContentLength != int64(len(body)) {
				t.Errorf("%s %s: length %d; want %d", req.Method, tc.name, resp.ContentLength, len(body))
			}
			if r := unpack(t, wire, body); r.Rcode != tc.rcode {
				t.Errorf("%s %s: %v; want rcode %d", req.Method, tc.name, r, tc.rcode)
			}
		}
	}
}

// TestDoHRefuses sends requests that are none.
func TestDoHRefuses(t *testing.T) {
	t.Parallel()
	s, config := startSecured(t, Options{})
	client := dohClient(t, config)
	base := "https://" + s.DoH().String()
	for _, tc := range []struct {
		method, target, kind, body string
		want                       int
	}{
		{"GET", "/", "", "", 404},
		{"GET", "/dns-query/x?dns=AAAA", "", "", 404},
		{"GET", "/dns-query", "", "", 400},
		{"GET", "/dns-query?dns=%3D%3D", "", "", 400},
		{"GET", "/dns-query?dns=AAAB", "", "", 400},
		{"GET", "/dns-query?dns=" + strings.Repeat("A", 6000), "", "", 414},
		{"PUT", "/dns-query", dohType, "x", 405},
		{"OPTIONS", "/dns-query", "", "", 405},
		{"POST", "/dns-query", "text/plain", "x", 415},
		{"POST", "/dns-query", dohType, "", 400},
		{"GET", "/dns-query?dns=" + strings.Repeat("A", 20000), "", "", 414},
		{"GET", "/dns-query?dns=" + strings.Repeat("A", 60000), "", "", 414},
		{"POST", "/dns-query", dohType, strings.Repeat("x", datagram.MaxQuery+1), 413},
		{"POST", "/dns-query", dohType, strings.Repeat("x", 200000), 413},
		{"POST", "/dns-query", dohType, strings.Repeat("\xff", 40), 400},
		{"POST", "/dns-query", dohType, strings.Repeat("\xff", datagram.MaxQuery), 400}, // no byte too long
	} {
		req, err := http.NewRequestWithContext(t.Context(), tc.method, base+tc.target, strings.NewReader(tc.body))
		if err != nil {
			t.Fatal(err)
		}
		if tc.kind != "" {
			req.Header.Set("Content-Type", tc.kind)
		}
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != tc.want {
			t.Errorf("%s %.30s: %d; want %d", tc.method, tc.target, resp.StatusCode, tc.want)
		}
	}
}

// TestSecuredPlaces has one client open idle connections of all kinds: together
// they have the places of one client, and the last asks all the same.
func TestSecuredPlaces(t *testing.T) {
	t.Parallel()
	s, config := startSecured(t, Options{Policy: policy([]string{"blocked.example"}, nil)})
	ended := make(chan struct{}, 2*maxPerClient)
	for i := range 2 * maxPerClient {
		to := []net.Addr{s.tcp.Addr(), s.DoT(), s.DoH()}[i%3]
		conn, err := net.Dial("tcp", to.String())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		go func() {
			_, _ = conn.Read(make([]byte, 1))
			ended <- struct{}{}
		}()
	}
	// Each listener accepts by itself, so that some of them may come in behind the last
	// otherwise: all are in once as many as have no place were closed.
	bounded := func() {
		s.streams.mu.Lock()
		defer s.streams.mu.Unlock()
		if n := len(s.streams.open); n > maxPerClient {
			t.Errorf("%d connections; want at most %d", n, maxPerClient)
		}
	}
	for range maxPerClient {
		<-ended
		bounded()
	}
	conn := dialDoT(t, s, config)
	wire, err := newQuery("blocked.example.", dns.TypeA).Pack()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Write(framed(wire)); err != nil {
		t.Fatal(err)
	}
	if r := unpack(t, wire, readFrame(t, conn)); r.Rcode != dns.RcodeNameError {
		t.Errorf("reply %v; want NXDOMAIN", r)
	}
	bounded()
}

// TestDesignated tells the encrypted ways to who asks for them, and nothing
// where no certificate could prove that they are this resolver.
func TestDesignated(t *testing.T) {
	t.Parallel()
	s, _ := startSecured(t, Options{})
	r := ask(t, s, newQuery("_dns.Resolver.arpa.", dns.TypeSVCB))
	port := func(a net.Addr) string { _, p, _ := net.SplitHostPort(a.String()); return p }
	want := []string{
		fmt.Sprintf(`_dns.Resolver.arpa. 0 IN SVCB 1 dns.sekisho.internal. alpn="h2" port="%s" ipv4hint="127.0.0.1" dohpath="/dns-query{?dns}"`, port(s.DoH())),
		fmt.Sprintf(`_dns.Resolver.arpa. 0 IN SVCB 2 dns.sekisho.internal. alpn="dot" port="%s" ipv4hint="127.0.0.1"`, port(s.DoT())),
	}
	if diff := cmp.Diff(want, texts(r.Answer)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, qtype := range []uint16{dns.TypeA, dns.TypeHTTPS} {
		if r := ask(t, s, newQuery("_dns.resolver.arpa.", qtype)); r.Rcode != dns.RcodeSuccess || len(r.Answer) != 0 {
			t.Errorf("type %d: %v; want no data", qtype, r)
		}
	}
	plain := start(t, Options{})
	if r := ask(t, plain, newQuery("_dns.resolver.arpa.", dns.TypeSVCB)); r.Rcode != dns.RcodeSuccess || len(r.Answer) != 0 {
		t.Errorf("without TLS: %v; want no data", r)
	}
}
