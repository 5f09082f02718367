package proxy_test

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// TestRelayUnsolicited: what an origin says without being asked is for nobody,
// and shifts no answers.
func TestRelayUnsolicited(t *testing.T) {
	t.Parallel()
	const stray = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nstray"
	l := start(t)
	t.Run("on an idle connection", func(t *testing.T) {
		t.Parallel()
		idle, said := make(chan struct{}), make(chan struct{})
		var conns atomic.Int64
		o := l.scripted(func(c net.Conn, r *http.Request) bool {
			if _, err := io.WriteString(c, sized(r)); err != nil {
				return false
			}
			if r.URL.Path == "/first" && conns.Add(1) == 1 {
				<-idle
				_, _ = io.WriteString(c, stray)
				close(said)
			}
			return true
		})
		first, second := l.talk(t, o.Origin), l.talk(t, o.Origin)
		first.ask("/first")
		close(idle)
		<-said
		for i := range 4 {
			second.ask(fmt.Sprintf("/second/%d", i))
			first.ask(fmt.Sprintf("/third/%d", i))
		}
	})
	t.Run("before any request", func(t *testing.T) {
		t.Parallel()
		said := make(chan struct{})
		var conns atomic.Int64
		o := l.RawTLS([]string{shop}, func(c net.Conn) {
			if conns.Add(1) == 1 { // the probe's
				_, _ = io.WriteString(c, stray)
				close(said)
			}
			serveSized(c)
		})
		c := l.talk(t, o)
		<-said
		for i := range 4 {
			c.ask(fmt.Sprintf("/%d", i))
		}
	})
	t.Run("in one packet with the answer", func(t *testing.T) {
		t.Parallel()
		cert := l.CA().Issue(t, []string{shop}, nil)
		o := l.Raw([]string{shop}, func(c net.Conn) {
			g := &gathered{Conn: c}
			tc := tls.Server(g, &tls.Config{Certificates: []tls.Certificate{cert}, NextProtos: []string{"http/1.1"}})
			for br := bufio.NewReader(tc); ; {
				r, err := http.ReadRequest(br)
				if err != nil {
					return
				}
				g.held = new(bytes.Buffer)
				_, _ = io.WriteString(tc, sized(r)) // a record each
				if r.URL.Path == "/first" {
					_, _ = io.WriteString(tc, stray)
				}
				_, _ = c.Write(g.held.Bytes())
				g.held = nil
			}
		})
		c := l.talk(t, o)
		c.ask("/first")
		for i := range 4 {
			c.ask(fmt.Sprintf("/%d", i))
			l.talk(t, o).ask(fmt.Sprintf("/another/%d", i))
		}
	})
	for name, answer := range map[string]string{
		"a length": "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "chunks": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
		"no content": "HTTP/1.1 204 No Content\r\n\r\n", "not modified": "HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n",
		"no plain head": "HTTP/1.1 200 OK\r\nConnection: X-Hop\r\nContent-Length: 2\r\n\r\nok",
	} {
		t.Run("behind "+name, func(t *testing.T) {
			t.Parallel()
			o := l.scripted(func(c net.Conn, r *http.Request) bool {
				out := sized(r)
				if r.URL.Path == "/split" {
					out = answer + stray
				}
				_, err := io.WriteString(c, out)
				return err == nil
			})
			c := l.talk(t, o.Origin)
			c.ask("/before")
			c.say(c.request("GET", "/split"))
			if resp, body, err := c.hear("GET"); err != nil || body != "ok" && body != "" {
				t.Fatalf("answer = %s %q, %v", resp.Status, body, err)
			}
			c.ask("/after")
			l.talk(t, o.Origin).ask("/another")
			if n := o.Connections(); n < 2 {
				t.Error("the connection was used again")
			}
		})
	}
}

// gathered keeps what is written in held, when there is one.
type gathered struct {
	net.Conn
	held *bytes.Buffer
}

func (g *gathered) Write(p []byte) (int, error) {
	if g.held != nil {
		return g.held.Write(p)
	}
	return g.Conn.Write(p)
}

// TestRelayOwnAnswers: many clients on few origin connections; each gets its
// own answers, whatever those look like.
func TestRelayOwnAnswers(t *testing.T) {
	t.Parallel()
	l := start(t)
	var n atomic.Int64
	o := l.scripted(func(c net.Conn, r *http.Request) bool {
		body := r.RequestURI + strings.Repeat("-", int(n.Add(1)*7919%30_000))
		out, goesOn := "", true
		if len(body)%31 == 0 {
			waitAwhile()
		}
		switch len(body) % 6 {
		case 0:
			out = fmt.Sprintf("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", len(body), body)
		case 1:
			out = fmt.Sprintf("HTTP/1.1 200 OK\r\nConnection: X-Hop\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
		case 2:
			out, goesOn = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"+body, false
		case 3:
			out = fmt.Sprintf("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
		default:
			out = fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
		}
		_, err := io.WriteString(c, out)
		return err == nil && goesOn
	})
	var clients sync.WaitGroup
	for i := range 12 {
		clients.Go(func() {
			c := l.client1()
			for j := range 25 {
				target := fmt.Sprintf("/%d/%d", i, j)
				resp, err := c.Get(https(shop, o.Origin, target))
				if err != nil {
					t.Errorf("%s: %v", target, err)
					return
				}
				if j%5 == 4 { // leaves within the answer, most times
					_ = resp.Body.Close()
					continue
				}
				body, err := io.ReadAll(resp.Body)
				_ = resp.Body.Close()
				if got := strings.TrimRight(string(body), "-"); err != nil || got != target {
					t.Errorf("%s got the answer to %.20q, %v", target, got, err)
				}
			}
		})
	}
	clients.Wait()
}

// TestRelayReload: the rules of now decide, on open connections too.
func TestRelayReload(t *testing.T) {
	t.Parallel()
	l := start(t)
	asked, release, endless := make(chan struct{}), make(chan struct{}), make(chan struct{})
	o := l.scripted(func(c net.Conn, r *http.Request) bool {
		var lines []string
		if r.URL.Path == "/endless" {
			close(endless)
			holdOpen(c)
			return false
		}
		if r.URL.Path == "/slow" {
			close(asked)
			<-release
			lines = []string{"Connection: X-Hop"}
		}
		_, err := io.WriteString(c, sized(r, lines...))
		return err == nil
	})
	open, blocking := l.options.Settings, l.options.Settings
	blocking.Policy = policy("block", shop)
	held := func(c *talker) {
		t.Helper()
		resp, _, err := c.hear("GET")
		if err != nil || resp.Header.Get("Sekisho-Incident") == "" || resp.StatusCode != http.StatusForbidden {
			t.Fatalf("answer of a blocked site = %s, %v; want 403 with an incident", resp.Status, err)
		}
	}
	c := l.talk(t, o.Origin)
	c.ask("/before")
	l.proxy.Reload(blocking)
	c.say(c.request("GET", "/blocked"))
	held(c)
	if n := o.count("/blocked"); n != 0 {
		t.Errorf("the origin was asked %d times for a blocked page", n)
	}
	l.proxy.Reload(open)
	c.ask("/again")

	// An answer that was held back at the last moment is nobody's later.
	late := l.talk(t, o.Origin)
	late.say(late.request("GET", "/slow"))
	<-asked
	l.proxy.Reload(blocking)
	close(release)
	held(late)
	l.proxy.Reload(open)
	late.ask("/later")
	_, _ = c.Close(), late.Close()

	// One that does not end is cut.
	long := l.talk(t, o.Origin)
	long.say(long.request("GET", "/endless"))
	<-endless
	l.proxy.Reload(blocking)
	if resp, _, err := long.hear("GET"); err == nil || isTimeout(err) {
		t.Errorf("the answer of a site that is blocked meanwhile = %v, %v; want it cut", resp, err)
	}
	_ = long.Close()
	wait(t, "the origin's connections to end", func() bool {
		l.proxy.Reload(open) // closes what is idle by now
		return o.Open() == 0
	})
}
