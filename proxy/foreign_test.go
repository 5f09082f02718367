package proxy_test

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"sekisho/imitation"
	"sekisho/internal/labnet"
	"sekisho/journal"
)

// offering opens a tunnel and a TLS connection in it that offers protos.
func (l *lab) offering(t *testing.T, target string, cfg *tls.Config, protos ...string) (*tls.Conn, error) {
	t.Helper()
	cfg.ServerName, _, _ = strings.Cut(target, ":")
	cfg.NextProtos = protos
	c := tls.Client(l.connect(t, target), cfg)
	return c, c.Handshake()
}

// mail is a server that speaks first, and answers lines.
func mail(c net.Conn) {
	_, _ = io.WriteString(c, "* OK ready\r\n")
	answerLines(c)
}

func answerLines(c net.Conn) {
	for sc := bufio.NewScanner(c); sc.Scan(); {
		if _, err := io.WriteString(c, "done "+sc.Text()+"\r\n"); err != nil {
			return
		}
	}
}

// line sends a line, unless it is empty, and reads one.
func line(t *testing.T, c net.Conn, br *bufio.Reader, say, want string) {
	t.Helper()
	if say != "" {
		if _, err := io.WriteString(c, say+"\r\n"); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := br.ReadString('\n'); err != nil || got != want+"\r\n" {
		t.Fatalf("heard %q, %v; want %q", got, err, want)
	}
}

// TestCasesForeign: what is not HTTP inside TLS is passed on unread, by the protocols
// that a client offers, or by who speaks first where it offers none.
func TestCasesForeign(t *testing.T) {
	t.Parallel()
	l := start(t)
	l.protect()
	imap := l.RawTLS([]string{shop, lookalike}, mail)
	queue := l.RawTLS([]string{shop}, answerLines)
	t.Run("HP-36 another protocol by ALPN", func(t *testing.T) {
		for _, proto := range []string{"mqtt", "imap", "acme-tls/1", "x-amzn-mqtt-ca"} {
			o := l.RawTLS([]string{shop}, answerLines, labnet.TLS(func(c *tls.Config) { c.NextProtos = []string{proto} }))
			c, err := l.offering(t, authority(shop, o), l.strange(), proto) // the origin's own certificate is shown
			if err != nil {
				t.Fatalf("%s: %v", proto, err)
			}
			if got := c.ConnectionState(); got.NegotiatedProtocol != proto || l.ours(got.PeerCertificates) {
				t.Errorf("%s: negotiated %q", proto, got.NegotiatedProtocol)
			}
			line(t, c, bufio.NewReader(c), "one", "done one")
		}
	})
	t.Run("HP-36 with HTTP among them", func(t *testing.T) {
		o := l.Origin([]string{shop}, labnet.Handler(), labnet.HTTP1Only())
		c, err := l.offering(t, authority(shop, o), l.trusting(), "mqtt", "http/1.1")
		if err != nil || !l.ours(c.ConnectionState().PeerCertificates) {
			t.Fatalf("not intercepted: %v", err)
		}
	})
	t.Run("HP-36 HTTP/1.0 alone", func(t *testing.T) {
		for _, o := range []*labnet.Origin{l.Origin([]string{shop}, labnet.Handler(), labnet.HTTP1Only()), l.Origin([]string{shop}, labnet.Handler())} {
			c, err := l.offering(t, authority(shop, o), l.trusting(), "http/1.0")
			if err != nil || !l.ours(c.ConnectionState().PeerCertificates) || c.ConnectionState().NegotiatedProtocol != "http/1.0" {
				t.Fatalf("not intercepted: %v", err)
			}
			if a := exchange(t, c, "GET /echo HTTP/1.0\r\nHost: "+authority(shop, o)+"\r\n\r\n"); a.StatusCode != http.StatusOK {
				t.Errorf("answer = %d; want 200", a.StatusCode)
			}
		}
	})
	t.Run("HP-36 to a held site", func(t *testing.T) {
		for _, cfg := range []*tls.Config{l.strange(), l.trusting()} {
			if _, err := l.offering(t, authority(lookalike, imap), cfg, "mqtt"); err == nil {
				t.Error("the handshake went through; want none")
			}
		}
		c, err := l.offering(t, authority(lookalike, imap), l.trusting())
		if err != nil {
			t.Fatal(err)
		}
		_ = c.SetReadDeadline(time.Now().Add(2 * time.Second))
		if n, err := c.Read(make([]byte, 1)); n != 0 || !isTimeout(err) {
			t.Errorf("the held site said something: %d, %v", n, err)
		}
		if l.Asked(lookalike) != 0 {
			t.Error("the held site was looked up")
		}
	})
	t.Run("HP-36 no ALPN, the server speaks first", func(t *testing.T) {
		c, err := l.offering(t, authority(shop, imap), l.trusting())
		if err != nil {
			t.Fatal(err)
		}
		br := bufio.NewReader(c)
		line(t, c, br, "", "* OK ready")
		line(t, c, br, "a001 LOGIN x y", "done a001 LOGIN x y")
		_ = c.Close()
		wait(t, "the origin's connections to end", func() bool { return imap.Open() == 0 })
	})
	t.Run("HP-36 no ALPN, the client speaks first, no HTTP", func(t *testing.T) {
		c, err := l.offering(t, authority(shop, queue), l.trusting())
		if err != nil {
			t.Fatal(err)
		}
		line(t, c, bufio.NewReader(c), "\x10\x0cMQTT", "done \x10\x0cMQTT")
	})
	t.Run("words", func(t *testing.T) { l.unnamedWords(t, queue) })
	l.unnamedWeb(t)
	t.Run("HP-36 no ALPN, words to a site that was refused a sign-in", func(t *testing.T) { l.refusedWords(t, queue, "NICK me") })
	t.Run("HP-36 the owner is told", func(t *testing.T) {
		o := l.RawTLS([]string{shop}, answerLines, labnet.TLS(func(c *tls.Config) { c.NextProtos = []string{"mqtt"} }))
		for range 2 { // once a day for each device
			c, err := l.offering(t, authority(shop, o), l.strange(), "mqtt")
			if err != nil {
				t.Fatal(err)
			}
			line(t, c, bufio.NewReader(c), "one", "done one")
		}
		notes := l.events(journal.Filter{Technique: "other-protocol"})
		if len(notes) != 1 || notes[0].Host != "" || notes[0].Client == "" {
			t.Errorf("notes = %+v; want one, of the client, without a host", notes)
		}
	})
}

// unnamedWords: protocols of text go on, and what could be taken for a request, even
// by a lenient server, does not.
func (l *lab) unnamedWords(t *testing.T, queue *labnet.Origin) {
	for _, tt := range []struct{ first, rest string }{
		{"NICK me", ""}, {"EHLO mail.labnet.example", ""}, {"SSH-2.0-x", ""}, {"EH", "LO x"}, {"AMQP\x00\x00\x09\x01", ""},
	} {
		for _, silence := range []time.Duration{0, time.Second} {
			t.Run(fmt.Sprintf("HP-36 no ALPN, %q after %s", tt.first+tt.rest, silence), func(t *testing.T) {
				t.Parallel()
				c, err := l.offering(t, authority(shop, queue), l.trusting())
				if err != nil {
					t.Fatal(err)
				}
				time.Sleep(silence)
				say, br := tt.first, bufio.NewReader(c)
				if tt.rest != "" {
					_, _ = io.WriteString(c, tt.first)
					time.Sleep(50 * time.Millisecond)
					say = tt.rest
				}
				line(t, c, br, say, "done "+tt.first+tt.rest)
				line(t, c, br, "second", "done second")
			})
		}
	}
	for _, first := range []string{"GET /login?password=x", "POST x", "FROB /login", "FROB x HTTP/1.1", "NICK x\nGET / HTTP/1.0"} {
		t.Run(fmt.Sprintf("HP-36 no ALPN, %q", first), func(t *testing.T) {
			t.Parallel()
			l.refusedWords(t, queue, first)
		})
	}
}

// refusedWords are taken for a bad request.
func (l *lab) refusedWords(t *testing.T, queue *labnet.Origin, first string) {
	t.Helper()
	c, err := l.offering(t, authority(shop, queue), l.trusting())
	if err != nil {
		t.Fatal(err)
	}
	if a := exchange(t, c, first+"\r\n\r\n"); a.StatusCode != http.StatusBadRequest || strings.Contains(a.body, "done") {
		t.Errorf("answer = %d %q; want 400", a.StatusCode, a.body)
	}
}

// unnamedWeb: HTTP without ALPN is HTTP, at once or after a silence, and judged.
func (l *lab) unnamedWeb(t *testing.T) {
	s := &sink{}
	closing := l.RawTLS([]string{shop}, func(c net.Conn) {
		_, _ = io.WriteString(c, "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
	})
	web := l.Origin([]string{shop}, s, labnet.HTTP1Only())
	body := "email=" + ownID + "&password=" + strings.ReplaceAll(ownPassword, "+", "%2B")
	for _, silence := range []time.Duration{0, time.Second} {
		t.Run(fmt.Sprintf("HP-36 no ALPN, HTTP after %s", silence), func(t *testing.T) {
			c, err := l.offering(t, authority(shop, web), l.trusting())
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(silence)
			if a := exchange(t, c, "GET / HTTP/1.1\r\nHost: "+authority(shop, web)+"\r\n\r\n"); a.StatusCode != http.StatusOK {
				t.Errorf("answer = %d", a.StatusCode)
			}
			had := s.bytes.Load()
			a := exchange(t, c, fmt.Sprintf("POST / HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s", authority(shop, web), len(body), body))
			if a.StatusCode != http.StatusForbidden || s.bytes.Load() != had {
				t.Errorf("the sign-in = %d, %d bytes at the origin; want it held", a.StatusCode, s.bytes.Load()-had)
			}
		})
	}
	t.Run("HP-36 no ALPN, a server that complains of silence", func(t *testing.T) {
		c, err := l.offering(t, authority(shop, closing), l.trusting())
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		if a := exchange(t, c, "GET / HTTP/1.1\r\nHost: "+authority(shop, closing)+"\r\n\r\n"); a.StatusCode == 0 || l.ours(nil) {
			t.Errorf("answer = %d", a.StatusCode)
		}
	})
}

// TestHP36ForeignToCopy is HP-36: a site at which a copy was seen gets nothing unread from
// a client that offers another protocol either.
func TestHP36ForeignToCopy(t *testing.T) {
	t.Parallel()
	const copied = "tidy-mail.example"
	l := start(t)
	imap := l.RawTLS([]string{copied}, mail)
	l.dossier.Page(name(t, copied), netip.MustParseAddr("127.0.0.1"), imitation.Result{Grade: imitation.Copy, Score: 100, Signs: []string{"title", "form"}})
	if c, err := l.offering(t, authority(copied, imap), l.strange(), "imap"); err == nil {
		line(t, c, bufio.NewReader(c), "", "* OK ready")
		t.Error("the connection was passed on unread")
	}
	if n := imap.Connections(); n != 0 {
		t.Errorf("the origin accepted %d connections; want none", n)
	}
}
