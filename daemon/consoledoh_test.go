package daemon

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"io"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"github.com/miekg/dns"

	"sekisho/config"
)

// TestConsoleDoH asks the resolver through the console of an office, by GET and by
// POST, as a client does that was led there by DDR.
func TestConsoleDoH(t *testing.T) {
	t.Parallel()
	_, v, _ := startOffice(t, func(c *config.Config) { c.Listen.Console = "0.0.0.0:0" })
	var told *dns.SVCB
	for _, rr := range v.answer("_dns.resolver.arpa", dns.TypeSVCB).Answer {
		if s, ok := rr.(*dns.SVCB); ok && strings.Contains(s.String(), "dohpath") {
			told = s
		}
	}
	port := netip.MustParseAddrPort(v.at.Console).Port()
	if told == nil || !strings.Contains(told.String(), "port=\"") {
		t.Fatalf("DDR tells nothing of DNS over HTTPS")
	}
	base := "https://" + netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), port).String() + "/dns-query"
	tr := &http.Transport{ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{
		ServerName: strings.TrimSuffix(told.Target, "."), InsecureSkipVerify: true,
		VerifyConnection: func(cs tls.ConnectionState) error {
			_, err := cs.PeerCertificates[0].Verify(x509.VerifyOptions{DNSName: "127.0.0.1", Roots: v.roots, Intermediates: poolOf(cs.PeerCertificates)})
			return err
		},
	}}
	defer tr.CloseIdleConnections()
	wire, err := new(dns.Msg).SetQuestion("x.blocked.example.", dns.TypeA).Pack()
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
	for _, r := range []*http.Request{get, post} {
		r.Host = strings.TrimSuffix(told.Target, ".")
		resp, err := tr.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		m := new(dns.Msg)
		if err != nil || m.Unpack(body) != nil || resp.ProtoMajor != 2 {
			t.Fatalf("%s: %s %s %q", r.Method, resp.Proto, resp.Status, body)
		}
		// This very handshake showed that the client trusts the CA.
		if m.Rcode != dns.RcodeSuccess || len(m.Answer) != 1 || !strings.HasPrefix(resp.Header.Get("Cache-Control"), "max-age=") {
			t.Errorf("%s: %v %q; want the page's address", r.Method, m, resp.Header)
		}
	}
	long, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+"?dns="+strings.Repeat("A", 60000), nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := tr.RoundTrip(long)
	if err != nil {
		t.Fatalf("too long a question: %.80v", err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusRequestURITooLong {
		t.Errorf("too long a question: %s; want 414", resp.Status)
	}
}

func poolOf(certs []*x509.Certificate) *x509.CertPool {
	pool := x509.NewCertPool()
	for _, c := range certs {
		pool.AddCert(c)
	}
	return pool
}
