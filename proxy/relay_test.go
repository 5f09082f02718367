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

// TestRelayReuse: connections to an origin serve one client after another.
func TestRelayReuse(t *testing.T) {
	t.Parallel()
	l := start(t)
	o := l.scripted(func(c net.Conn, r *http.Request) bool {
		_, err := io.WriteString(c, sized(r))
		return err == nil
	})
	for i := range 3 {
		c := l.talk(t, o.Origin)
		for j := range 3 {
			c.ask(fmt.Sprintf("/%d/%d", i, j))
		}
		_ = c.Close()
		// The client has its answer a moment before the connection is free.
		wait(t, "a connection to the origin that is free again", func() bool { return l.proxy.Pooled() == 1 })
	}
	if n := o.Connections(); n != 1 {
		t.Errorf("the origin accepted %d connections; want 1", n)
	}
}

// TestHP15RelayTarget is HP-15: nothing is changed in a target, whether net/http
// could read it or not.
func TestHP15RelayTarget(t *testing.T) {
	t.Parallel()
	l := start(t)
	o := l.RawTLS([]string{shop}, serveSized)
	c := l.talk(t, o)
	for _, target := range []string{"//double//slash", "/a%2Fb", "/%zz", "/%", "/;p=1;q", "/a/../b", "/?%zz=%;", "/\"<>\\^`{|}"} {
		c.ask(target)
	}
}

// TestRelayPipelined: requests that come together are answered in order, even
// when they are more than is read at a time, and the answers are slow, or not
// plain.
func TestRelayPipelined(t *testing.T) {
	t.Parallel()
	l := start(t)
	filling := strings.Repeat("f", 100)
	for name, lines := range map[string][]string{"plain": {}, "not plain": {"Connection: keep-alive, X-Hop"}} {
		for _, slow := range []bool{false, true} {
			for _, n := range []int{20, 300} {
				t.Run(fmt.Sprintf("%s slow %t %d", name, slow, n), func(t *testing.T) {
					t.Parallel()
					o := l.scripted(func(c net.Conn, r *http.Request) bool {
						if slow && r.RequestURI == "/0" {
							waitAwhile()
						}
						if r.Header.Get("X-Filling") != filling {
							r.RequestURI = "damaged"
						}
						_, err := io.WriteString(c, sized(r, lines...))
						return err == nil
					})
					c := l.talk(t, o.Origin)
					var all strings.Builder
					for i := range n {
						all.WriteString(c.request("GET", fmt.Sprintf("/%d", i), "X-Filling: "+filling))
					}
					c.say(all.String())
					for i := range n {
						c.want(fmt.Sprintf("/%d", i))
					}
				})
			}
		}
	}
}

// TestRelaySplit: where the network cuts a message makes no difference.
func TestRelaySplit(t *testing.T) {
	t.Parallel()
	l := start(t)
	var cut atomic.Int64 // where the origin cuts its answers
	o := l.scripted(func(c net.Conn, r *http.Request) bool {
		answer := sized(r, "X: y")
		at := min(int(cut.Load()), len(answer))
		_, _ = io.WriteString(c, answer[:at])
		_, err := io.WriteString(c, answer[at:])
		return err == nil
	})
	c := l.talk(t, o.Origin)
	request := c.request("GET", "/", "X: y", "Connection: keep-alive")
	for i := range request {
		c.say(request[:i])
		c.say(request[i:])
		c.want("/")
	}
	for i := range request {
		c.say(request[i : i+1])
	}
	c.want("/")
	for i := range 60 {
		cut.Store(int64(i))
		c.ask("/cut")
	}
	if n := o.Connections(); n != 1 {
		t.Errorf("the origin accepted %d connections; want 1", n)
	}
}

// TestHP25HP21RelayBodiless is HP-25 and HP-21: what has no body, and what comes before
// the answer.
func TestHP25HP21RelayBodiless(t *testing.T) {
	t.Parallel()
	l := start(t)
	o := l.scripted(func(c net.Conn, r *http.Request) bool {
		answer := map[string]string{
			"/204":   "HTTP/1.1 204 No Content\r\n\r\n",
			"/304":   "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n",
			"/205":   "HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n",
			"/hints": strings.Repeat("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", 3) + sized(r),
			"/long":  "HTTP/1.1 103 Early Hints\r\nContent-Length: 5\r\nLink: </a>\r\n\r\n" + sized(r),
		}[r.URL.Path]
		if r.URL.Path == "/chunked" {
			answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
		}
		if answer == "" {
			answer = sized(r)
		}
		_, err := io.WriteString(c, answer)
		return err == nil
	})
	c := l.talk(t, o.Origin)
	for _, tt := range []struct {
		method, target string
		statuses       []int
		body           string
	}{
		{"HEAD", "/sized", []int{200}, ""},
		{"HEAD", "/chunked", []int{200}, ""},
		{"GET", "/204", []int{204}, ""},
		{"GET", "/205", []int{205}, ""},
		{"GET", "/304", []int{304}, ""},
		{"HEAD", "/304", []int{304}, ""},
		{"GET", "/hints", []int{103, 103, 103, 200}, "/hints"},
		{"HEAD", "/hints", []int{103, 103, 103, 200}, ""},
		{"GET", "/long", []int{103, 200}, "/long"},
		{"GET", "/last", []int{200}, "/last"},
	} {
		c.say(c.request(tt.method, tt.target))
		for _, want := range tt.statuses {
			resp, body, err := c.hear(tt.method)
			if err != nil || resp.StatusCode != want {
				t.Fatalf("%s %s = %s, %v; want %d", tt.method, tt.target, resp.Status, err, want)
			}
			if want < 200 && (resp.Header["Content-Length"] != nil || resp.Header.Get("Link") != "</a>") {
				t.Errorf("%s %s: %d has the fields %v; want a Link and no length", tt.method, tt.target, want, resp.Header)
			}
			if want >= 200 && body != tt.body {
				t.Errorf("%s %s: body %q; want %q", tt.method, tt.target, body, tt.body)
			}
		}
	}
	if n := o.Connections(); n != 1 {
		t.Errorf("the origin accepted %d connections; want 1", n)
	}
}

// TestHP22RelayChunked is HP-22: a chunked body passes byte for byte, with its
// extensions and trailers.
func TestHP22RelayChunked(t *testing.T) {
	t.Parallel()
	l := start(t)
	raw := "5;a=b\r\nhello\r\n0A\r\n0\r\n\r\n34567\r\n" + "9c40\r\n" + strings.Repeat("x", 40_000) + "\r\n000;last\r\nX-Sum: 1\r\nx-late:\tyes \r\n\r\n"
	o := l.scripted(func(c net.Conn, r *http.Request) bool {
		_, err := io.WriteString(c, "HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n"+raw)
		return err == nil
	})
	c := l.talk(t, o.Origin)
	for range 3 {
		c.say(c.request("GET", "/"))
		for line := ""; line != "\r\n"; {
			var err error
			if line, err = c.br.ReadString('\n'); err != nil {
				t.Fatal(err)
			}
		}
		got := make([]byte, len(raw))
		if _, err := io.ReadFull(c.br, got); err != nil || string(got) != raw {
			t.Fatalf("body = %.60q…, %v", got, err)
		}
	}
}
