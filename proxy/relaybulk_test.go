package proxy_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
)

// long is a body of n bytes, no two stretches of which are the same.
func long(n int) string {
	var b strings.Builder
	for i := 0; b.Len() < n; i++ {
		_, _ = fmt.Fprintf(&b, "%08x", i)
	}
	return b.String()[:n]
}

// chunks is s in the chunked coding, without the last chunk.
func chunks(s string) string {
	var b strings.Builder
	for len(s) > 0 {
		n := min(len(s), 10_007)
		_, _ = fmt.Fprintf(&b, "%x\r\n%s\r\n", n, s[:n])
		s = s[n:]
	}
	return b.String()
}

// TestLongBodyArrivesAtOnce: of a long body, too, the client has all that the
// origin has sent, also when the origin then pauses. The connection serves on.
func TestLongBodyArrivesAtOnce(t *testing.T) {
	t.Parallel()
	l := start(t)
	body := long(1_000_000)
	steps := []int{1, 200_000, 200_001, 640_000, len(body)}
	for _, chunked := range []bool{false, true} {
		t.Run(fmt.Sprintf("chunked %t", chunked), func(t *testing.T) {
			t.Parallel()
			arrived := make(chan struct{})
			o := l.scripted(func(c net.Conn, r *http.Request) bool {
				if r.URL.Path != "/long" {
					_, _ = io.WriteString(c, sized(r))
					return true
				}
				head, coded, last := fmt.Sprintf("Content-Length: %d", len(body)), func(s string) string { return s }, ""
				if chunked {
					head, coded, last = "Transfer-Encoding: chunked", chunks, "0\r\n\r\n"
				}
				_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\n"+head+"\r\n\r\n")
				from := 0
				for _, to := range steps {
					_, _ = io.WriteString(c, coded(body[from:to]))
					from = to
					select {
					case <-arrived:
					case <-t.Context().Done():
						return false
					}
				}
				_, _ = io.WriteString(c, last)
				return true
			})
			c := l.talk(t, o.Origin)
			for range 3 {
				c.say(c.request("GET", "/long"))
				resp, err := http.ReadResponse(c.br, nil)
				if err != nil {
					t.Fatal(err)
				}
				got := make([]byte, len(body))
				from := 0
				for _, to := range steps {
					if _, err := io.ReadFull(resp.Body, got[from:to]); err != nil || string(got[from:to]) != body[from:to] {
						t.Fatalf("bytes %d to %d: others, or %v", from, to, err)
					}
					from = to
					arrived <- struct{}{}
				}
				if n, err := io.Copy(io.Discard, resp.Body); n != 0 || err != nil {
					t.Fatalf("behind the body: %d bytes, %v", n, err)
				}
				c.ask("/short")
			}
			if n := o.Connections(); n != 1 {
				t.Errorf("%d connections to the origin; want 1", n)
			}
		})
	}
}

// TestLongBodyCut: what came of a long body before it broke off arrives, and no
// client takes it for the whole.
func TestLongBodyCut(t *testing.T) {
	t.Parallel()
	l := start(t)
	body := long(500_000)
	for _, tt := range []struct {
		name, said string
		whole      bool
	}{
		{"length", fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body)+1, body), false},
		{"chunked", "Transfer-Encoding: chunked\r\n\r\n" + chunks(body), false},
		{"until close", "\r\n" + body, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var taken atomic.Bool
			o := l.scripted(func(c net.Conn, _ *http.Request) bool {
				_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\n"+tt.said)
				wait(t, "the client to have what came", taken.Load)
				return false
			})
			c := l.talk(t, o.Origin)
			c.say(c.request("GET", "/"))
			resp, err := http.ReadResponse(c.br, nil)
			if err != nil {
				t.Fatal(err)
			}
			got := make([]byte, len(body))
			if _, err := io.ReadFull(resp.Body, got); err != nil || string(got) != body {
				t.Fatalf("what came before the end: %v, or other bytes", err)
			}
			taken.Store(true)
			if rest, err := io.ReadAll(resp.Body); len(rest) != 0 || (err == nil) != tt.whole {
				t.Errorf("the end = %d bytes, %v; want whole %t", len(rest), err, tt.whole)
			}
		})
	}
}

// TestLongBodyUnasked: bytes that an origin sends behind a long body, where they
// were read ahead, are nobody's answer.
func TestLongBodyUnasked(t *testing.T) {
	t.Parallel()
	l := start(t)
	body := long(300_000)
	sent := make(chan struct{}, 5)
	o := l.scripted(func(c net.Conn, r *http.Request) bool {
		if r.URL.Path != "/long" {
			_, _ = io.WriteString(c, sized(r))
			return true
		}
		_, _ = io.WriteString(c, fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", len(body))+body)
		_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")
		sent <- struct{}{}
		return true
	})
	for range 5 {
		c := l.talk(t, o.Origin)
		c.say(c.request("GET", "/long"))
		if _, got, err := c.hear("GET"); got != body || err != nil {
			t.Fatalf("%d bytes, %v; want the body", len(got), err)
		}
		<-sent // later they could not be told from an answer
		c.ask("/next")
	}
}
