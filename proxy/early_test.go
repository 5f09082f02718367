package proxy_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"sekisho/internal/labnet"
)

// TestHP35EarlyBytes is HP-35: bytes that come in one piece with CONNECT are kept,
// in a tunnel and in interception.
func TestHP35EarlyBytes(t *testing.T) {
	t.Parallel()
	l := start(t)
	raw := l.Raw([]string{genuine}, func(c net.Conn) { _, _ = io.Copy(c, c) })
	clear := l.Origin([]string{shop}, labnet.Handler(), labnet.Plain())
	head := func(target string) string { return "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n\r\n" }
	t.Run("HP-35 tunnel", func(t *testing.T) {
		c := l.dial(t)
		_, _ = io.WriteString(c, head(authority(genuine, raw))+"early")
		if err := skipHead(c); err != nil {
			t.Fatal(err)
		}
		got := make([]byte, 5)
		if _, err := io.ReadFull(c, got); err != nil || string(got) != "early" {
			t.Errorf("read %q, %v; want early", got, err)
		}
	})
	t.Run("HP-35 interception", func(t *testing.T) {
		o := l.Origin([]string{shop}, labnet.Handler())
		c := l.dial(t)
		glue := &glued{Conn: c, head: head(authority(shop, o))}
		cfg := l.trusting()
		cfg.ServerName = shop
		a := exchange(t, tlsClient(glue, cfg), "GET /echo HTTP/1.1\r\nHost: "+authority(shop, o)+"\r\n\r\n")
		if a.StatusCode != http.StatusOK {
			t.Errorf("answer = %d; want 200", a.StatusCode)
		}
	})
	t.Run("HP-35 clear", func(t *testing.T) {
		c := l.dial(t)
		_, _ = io.WriteString(c, head(authority(shop, clear))+"GET /echo HTTP/1.1\r\nHost: "+authority(shop, clear)+"\r\n\r\n")
		if err := skipHead(c); err != nil {
			t.Fatal(err)
		}
		if a := exchange(t, c, ""); a.StatusCode != http.StatusOK {
			t.Errorf("answer = %d; want 200", a.StatusCode)
		}
	})
}

// glued sends head in one write with the first bytes of the TLS client, and
// swallows the answer to it.
type glued struct {
	net.Conn
	head string
	past bool
}

func (g *glued) Write(p []byte) (int, error) {
	if g.head != "" {
		p = append([]byte(g.head), p...)
		n, err := g.Conn.Write(p)
		n -= len(g.head)
		g.head = ""
		return n, err
	}
	return g.Conn.Write(p)
}

func (g *glued) Read(p []byte) (int, error) {
	if !g.past {
		g.past = true
		if err := skipHead(g.Conn); err != nil {
			return 0, err
		}
	}
	return g.Conn.Read(p)
}

// TestHP36OtherProtocols is HP-36: what is neither TLS nor HTTP in a tunnel is never
// taken for it.
func TestHP36OtherProtocols(t *testing.T) {
	t.Parallel()
	l := start(t)
	o := l.Raw([]string{shop}, func(c net.Conn) {
		line, err := bufio.NewReader(c).ReadString('\n')
		if err == nil {
			_, _ = fmt.Fprintf(c, "you said %s", line)
		}
	})
	for _, first := range []string{"SSH-2.0-OpenSSH_9\r\n", "\x00\x01binary\n", "*1\r\n"} {
		c := l.connect(t, authority(shop, o))
		_, _ = io.WriteString(c, first)
		got, err := io.ReadAll(c)
		if want := "you said " + first[:strings.Index(first, "\n")+1]; err != nil || string(got) != want {
			t.Errorf("HP-36: %q got %q, %v; want %q", first, got, err, want)
		}
	}
	if c := l.connect(t, authority(lookalike, o)); c != nil {
		_, _ = io.WriteString(c, "SSH-2.0-OpenSSH_9\r\n")
		if got, _ := io.ReadAll(c); strings.HasPrefix(string(got), "you said") {
			t.Errorf("HP-36: a blocked name was tunnelled: %q", got)
		}
	}
}
