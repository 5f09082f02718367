package proxy_test

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"sekisho/certs"
	"sekisho/internal/labnet"
	"sekisho/journal"
	"sekisho/proxy"
)

// recorder keeps what a client wrote to its connection.
type recorder struct {
	net.Conn
	mu   sync.Mutex
	sent bytes.Buffer
}

func (r *recorder) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sent.Write(p)
	return r.Conn.Write(p)
}

func (r *recorder) bytes() []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	return bytes.Clone(r.sent.Bytes())
}

// passed carries one request through a tunnel to target and checks that the
// client saw o's own certificate, and o the client's own bytes.
func (l *lab) passed(t *testing.T, o *labnet.Origin, target, sni string) {
	t.Helper()
	rec := &recorder{Conn: l.connect(t, target)}
	c := tls.Client(rec, &tls.Config{RootCAs: l.Roots(), ServerName: sni, NextProtos: []string{"http/1.1"}})
	if _, err := fmt.Fprintf(c, "GET /echo HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", sni); err != nil {
		t.Fatalf("%s with SNI %s: %v", target, sni, err)
	}
	got, err := io.ReadAll(c)
	if err != nil || !bytes.HasPrefix(got, []byte("HTTP/1.1 200")) {
		t.Fatalf("%s with SNI %s: %.80q, %v; want 200", target, sni, got, err)
	}
	peer := c.ConnectionState().PeerCertificates
	if l.ours(peer) || !bytes.Equal(peer[0].Raw, o.Leaf().Raw) {
		t.Errorf("%s with SNI %s: certificate of %v; want the origin's own", target, sni, peer[0].Issuer)
	}
	want := rec.bytes()
	wait(t, "the client's very bytes at the origin", func() bool {
		return slices.ContainsFunc(o.Received(), func(got []byte) bool { return bytes.Equal(got, want) })
	})
}

func TestTunnel(t *testing.T) {
	t.Parallel()
	names := []string{genuine, "www.amazon.co.jp", "bank.labnet.example", "sub.bank.labnet.example"}
	l := start(t, func(o *proxy.Options) { o.Settings.Policy = policy("never", "bank.labnet.example") })
	o := l.Origin(names, labnet.Handler())
	for _, host := range names {
		t.Run(host, func(t *testing.T) { l.passed(t, o, authority(host, o), host) })
	}
	if events := l.events(journal.Filter{}); len(events) != 0 {
		t.Errorf("events = %+v; want none for what passes", events)
	}
}

// TestTunnelHTTP2 holds that a tunnel leaves HTTP/2 to its two ends.
func TestTunnelHTTP2(t *testing.T) {
	t.Parallel()
	l := start(t)
	o := l.Origin([]string{genuine}, labnet.Handler())
	a := get(t, l.httpClient(l.strange(), true), https(genuine, o, "/echo"), nil)
	if e := a.echo(t); e.Proto != "HTTP/2.0" || a.TLS == nil || l.ours(a.TLS.PeerCertificates) {
		t.Errorf("proto = %s, certificate %v; want HTTP/2.0 and the origin's", e.Proto, a.TLS.PeerCertificates[0].Issuer)
	}
	if a.Header.Get("Via") != "" || a.Header.Get("Sekisho-Incident") != "" {
		t.Errorf("headers = %v; want the origin's alone", a.Header)
	}
}

// TestGenuineIsNeverDecrypted tries hard to make sekisho mint for Amazon: by
// spelling, by lists, by an SNI that speaks of somebody else, by an address.
func TestGenuineIsNeverDecrypted(t *testing.T) {
	t.Parallel()
	hostile := policy(
		"block", genuine, "block", "amazon.co.jp", "block", "co.jp", "block", "jp", "block", "www.amazon.com",
		"block", "*.amazon.co.jp", "block", "SELLERCENTRAL.AMAZON.CO.JP.", "block", "com", "block", lookalike,
	)
	l := start(t, func(o *proxy.Options) { o.Settings.Policy = hostile })
	o := l.Origin([]string{genuine, "www.amazon.co.jp", "www.amazon.com", "sellercentral.amazon.com"}, labnet.Handler())

	for _, spelling := range []string{
		"sellercentral.amazon.co.jp", "SELLERCENTRAL.AMAZON.CO.JP", "SellerCentral.Amazon.co.JP",
		"sellercentral.amazon.co.jp.", "SELLERCENTRAL.amazon.co.jp.",
		"ｓｅｌｌｅｒｃｅｎｔｒａｌ.amazon.co.jp", "sellercentral。amazon。co。jp", "sellercentral．amazon．co．jp",
		"sellercentral.amaz\u00adon.co.jp", "sellercentral.%61mazon.co.jp",
	} {
		for _, port := range []string{"%d", "0%d"} {
			target := fmt.Sprintf("%s:"+port, spelling, o.Port())
			t.Run("spelling "+target, func(t *testing.T) { l.mustNotMint(t, o, target, genuine) })
		}
	}
	for _, host := range []string{"www.amazon.co.jp", "www.amazon.com", "sellercentral.amazon.com"} {
		t.Run("host "+host, func(t *testing.T) { l.passed(t, o, authority(host, o), host) })
	}
	for _, sni := range []string{lookalike, shop, "", "localhost", "xn--amazn-mye.example", strings.Repeat("a", 63) + ".example"} {
		t.Run("poisoned SNI "+sni, func(t *testing.T) { l.mustNotMint(t, o, authority(genuine, o), sni) })
	}
	for _, target := range []string{fmt.Sprintf("127.0.0.1:%d", o.Port()), authority(shop, o), authority(lookalike, o)} {
		l.Answer(shop, labnet.Reply{})
		l.Answer(lookalike, labnet.Reply{})
		t.Run("SNI under "+target, func(t *testing.T) { l.mustNotMint(t, o, target, genuine) })
	}
	for _, host := range []string{genuine, "www.amazon.com", "amazon.co.jp", "sellercentral.amazon.de"} {
		if leaf, err := l.ca.Leaf(name(t, host)); !errors.Is(err, certs.ErrExcluded) {
			t.Errorf("Leaf(%s) = %v, %v; want ErrExcluded", host, leaf != nil, err)
		}
	}
}

// mustNotMint opens a tunnel to target with sni. It may be refused or lead to
// the origin, but never to a certificate of sekisho's that covers a genuine name.
func (l *lab) mustNotMint(t *testing.T, o *labnet.Origin, target, sni string) {
	t.Helper()
	c := l.dial(t)
	if _, err := fmt.Fprintf(c, "CONNECT %s HTTP/1.1\r\nHost: %s\r\n\r\n", target, target); err != nil {
		t.Fatal(err)
	}
	head := make([]byte, len("HTTP/1.1 200"))
	if _, err := io.ReadFull(c, head); err != nil {
		t.Fatalf("CONNECT %s: %v", target, err)
	}
	if !bytes.HasSuffix(head, []byte("200")) {
		return // refused: nothing is decrypted
	}
	if err := skipHead(c); err != nil {
		t.Fatal(err)
	}
	var saw *tls.ConnectionState
	tc := tls.Client(c, &tls.Config{
		ServerName: sni, InsecureSkipVerify: true,
		VerifyConnection: func(cs tls.ConnectionState) error { saw = &cs; return nil },
	})
	if err := tc.Handshake(); err != nil || saw == nil {
		return // cut: nothing is decrypted
	}
	if !l.ours(saw.PeerCertificates) {
		if !bytes.Equal(saw.PeerCertificates[0].Raw, o.Leaf().Raw) {
			t.Errorf("%s with SNI %q: unknown certificate %v", target, sni, saw.PeerCertificates[0].Subject)
		}
		return
	}
	for _, host := range o.Leaf().DNSNames {
		if saw.PeerCertificates[0].VerifyHostname(host) == nil {
			t.Fatalf("%s with SNI %q: sekisho minted for %s", target, sni, host)
		}
	}
	if strings.Contains(target, "mazon.co") {
		t.Errorf("%s with SNI %q: intercepted as %v", target, sni, saw.PeerCertificates[0].DNSNames)
	}
}

// skipHead reads the rest of a response head byte by byte, so that nothing of
// what follows is lost.
func skipHead(r io.Reader) error {
	var last []byte
	for b := make([]byte, 1); ; {
		if _, err := io.ReadFull(r, b); err != nil {
			return err
		}
		last = append(last, b[0])
		if bytes.HasSuffix(last, []byte("\r\n\r\n")) {
			return nil
		}
	}
}

// TestTunnelEnds holds that each side's end reaches the other, and that bytes
// sent before one side's half-close arrive.
func TestTunnelEnds(t *testing.T) {
	t.Parallel()
	l := start(t)
	t.Run("origin closes", func(t *testing.T) {
		o := l.Raw([]string{genuine}, func(c net.Conn) { _, _ = io.WriteString(c, "bye") })
		if got, err := io.ReadAll(l.connect(t, authority(genuine, o))); string(got) != "bye" || err != nil {
			t.Errorf("read %q, %v; want bye", got, err)
		}
	})
	t.Run("client half-closes", func(t *testing.T) {
		o := l.Raw([]string{genuine}, func(c net.Conn) {
			b, _ := io.ReadAll(c)
			_, _ = c.Write(append(b, " heard"...))
		})
		c := l.connect(t, authority(genuine, o))
		_, _ = io.WriteString(c, "all")
		if err := c.(*opened).CloseWrite(); err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(c); string(got) != "all heard" || err != nil {
			t.Errorf("read %q, %v; want %q", got, err, "all heard")
		}
	})
	t.Run("client closes", func(t *testing.T) {
		o := l.Raw([]string{genuine}, func(c net.Conn) { _, _ = io.Copy(io.Discard, c) })
		c := l.connect(t, authority(genuine, o))
		wait(t, "the origin's connection", func() bool { return o.Open() == 1 })
		_ = c.Close()
		wait(t, "the origin's connection to end", func() bool { return o.Open() == 0 })
	})
}

// TestPolicyReload holds that the next request is judged by the new settings.
func TestPolicyReload(t *testing.T) {
	t.Parallel()
	l := start(t)
	o := l.Origin([]string{shop}, labnet.Handler())
	c := l.client()
	if a := get(t, c, https(shop, o, "/echo"), navigation); a.StatusCode != http.StatusOK {
		t.Fatalf("before = %d; want 200", a.StatusCode)
	}
	s := l.options.Settings
	s.Policy = policy("block", shop)
	l.proxy.Reload(s)
	if a := get(t, c, https(shop, o, "/echo"), navigation); a.StatusCode != http.StatusSeeOther {
		t.Errorf("after, on the same connection = %d; want 303", a.StatusCode)
	}
	if a := get(t, l.client(), https(shop, o, "/echo"), fetch); a.StatusCode != http.StatusForbidden {
		t.Errorf("after, on a new connection = %d; want 403", a.StatusCode)
	}
	if got := o.Requests(); got != 1 {
		t.Errorf("the origin saw %d requests; want 1", got)
	}
}

// TestPolicyReloadUnread holds that what is passed on unread to a site ends once that is
// blocked, in the clear and inside TLS; what is never decrypted stays.
func TestPolicyReloadUnread(t *testing.T) {
	t.Parallel()
	l := start(t)
	all := l.unreads(t)
	s := l.options.Settings
	s.Policy = policy("block", shop)
	l.proxy.Reload(s)
	for _, u := range all[1:] {
		if n, err := u.client.Read(make([]byte, 1)); n != 0 || err == nil || isTimeout(err) {
			t.Errorf("%s: the client reads %d, %v; want the end", u.name, n, err)
		}
	}
	hello := make([]byte, len("hello"))
	if _, err := io.WriteString(all[0].origin, "hello"); err != nil {
		t.Error(err)
	}
	if _, err := io.ReadFull(all[0].client, hello); err != nil {
		t.Errorf("%s: %v", all[0].name, err)
	}
}
