package proxy_test

import (
	"bufio"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"sekisho/internal/labnet"
)

// wayIn is a way to a site on which HTTP/1.1 is spoken.
type wayIn struct {
	name         string
	clear, front bool
	notify       bool // TLS says that it ends, and TCP does not
	method       string
	lines, body  string
}

// waysIn are all the ways on which an end may be half a close.
var waysIn = []wayIn{
	{name: "the relay", method: "GET"},
	{name: "the relay, close_notify", method: "GET", notify: true},
	{name: "not plain", method: "GET", lines: "Connection: X-A\r\n"},
	{name: "not plain, close_notify", method: "GET", lines: "Connection: X-A\r\n", notify: true},
	{name: "a body", method: "POST", lines: "Content-Length: 2\r\n", body: "ab"},
	{name: "a chunked body", method: "POST", lines: "Transfer-Encoding: chunked\r\n", body: "2\r\nab\r\n0\r\n\r\n"},
	{name: "clear, in a tunnel", method: "GET", clear: true},
	{name: "clear, in a tunnel, a body", method: "POST", lines: "Content-Length: 2\r\n", body: "ab", clear: true},
	{name: "clear", method: "GET", clear: true, front: true},
	{name: "clear, a body", method: "POST", lines: "Content-Length: 2\r\n", body: "ab", clear: true, front: true},
}

// open opens the way to a site that serve answers for, and returns a request for path.
func (d wayIn) open(t *testing.T, l *lab, serve func(net.Conn)) (*labnet.Origin, func() net.Conn, func(path string) string) {
	t.Helper()
	var o *labnet.Origin
	if d.clear {
		o = l.Raw([]string{shop}, serve)
	} else {
		o = l.RawTLS([]string{shop}, serve)
	}
	dial := func() net.Conn {
		switch {
		case d.front:
			return l.dial(t)
		case d.clear:
			return l.connect(t, authority(shop, o))
		}
		return l.tunnel(t, authority(shop, o), l.trusting())
	}
	request := func(path string) string {
		if d.front {
			path = "http://" + authority(shop, o) + path
		}
		return d.method + " " + path + " HTTP/1.1\r\nHost: " + authority(shop, o) + "\r\n" + d.lines + "\r\n" + d.body
	}
	return o, dial, request
}

// finish ends the client's direction.
func (d wayIn) finish(t *testing.T, c net.Conn) {
	t.Helper()
	var err error
	if d.notify {
		err = c.(*tls.Conn).CloseWrite()
	} else {
		err = bare(c).CloseWrite()
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestHP19HalfClosedBehindWhole: a client that ends its direction behind a whole
// request gets the answer, behind two both, on every way, and the end after that.
func TestHP19HalfClosedBehindWhole(t *testing.T) {
	t.Parallel()
	l := start(t)
	slowly := func(c net.Conn) {
		for br := bufio.NewReader(c); ; {
			r, err := http.ReadRequest(br)
			if err != nil {
				return
			}
			_, _ = io.Copy(io.Discard, r.Body)
			time.Sleep(700 * time.Millisecond) // longer than it takes to see the end, and than a relay waits unwatched
			_, _ = io.WriteString(c, sized(r))
		}
	}
	var answers sync.WaitGroup // all at once: it is waiting
	for _, d := range waysIn {
		_, dial, request := d.open(t, l, slowly)
		for _, paths := range [][]string{{"/a"}, {"/a", "/b"}} {
			c := dial()
			said := ""
			for _, path := range paths {
				said += request(path)
			}
			if _, err := io.WriteString(c, said); err != nil {
				t.Fatal(err)
			}
			d.finish(t, c)
			answers.Go(func() { wantAnswers(t, d.name, c, paths) })
		}
	}
	answers.Wait()
}

// wantAnswers reads the answers to paths, and the end.
func wantAnswers(t *testing.T, name string, c net.Conn, paths []string) {
	br := bufio.NewReader(c)
	for _, path := range paths {
		resp, err := http.ReadResponse(br, nil)
		if err != nil {
			t.Errorf("%s, %d requests: read the answer to %s: %v", name, len(paths), path, err)
			return
		}
		if a := read(t, resp); a.StatusCode != http.StatusOK {
			t.Errorf("%s, %d requests: answer to %s = %d %q; want the origin's", name, len(paths), path, a.StatusCode, a.body)
		}
	}
	if rest, err := io.ReadAll(br); len(rest) > 0 || err != nil {
		t.Errorf("%s: behind the answers %q, %v; want the end", name, rest, err)
	}
}

// TestHP19HalfClosedSilent: where no answer comes, or not to its end, both ends are
// let go, two hundred at a time.
func TestHP19HalfClosedSilent(t *testing.T) {
	t.Parallel()
	l := start(t)
	var ends sync.WaitGroup
	var origins []*labnet.Origin
	for _, begun := range []string{"", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nContent-Type: text/plain\r\n\r\nab"} {
		for _, d := range waysIn {
			asked := make(chan struct{}, 10)
			o, dial, request := d.open(t, l, func(c net.Conn) {
				if r, err := http.ReadRequest(bufio.NewReader(c)); err == nil {
					_, _ = io.Copy(io.Discard, r.Body)
					_, _ = io.WriteString(c, begun)
					asked <- struct{}{}
					holdOpen(c)
				}
			})
			origins = append(origins, o)
			for range cap(asked) {
				c := dial()
				if _, err := io.WriteString(c, request("/")); err != nil {
					t.Fatal(err)
				}
				d.finish(t, c)
				<-asked
				ends.Go(func() {
					_ = c.SetReadDeadline(time.Now().Add(patience))
					if _, err := io.Copy(io.Discard, c); isTimeout(err) {
						t.Errorf("%s, begun %t: the client's connection stays", d.name, begun != "")
					}
				})
			}
		}
	}
	ends.Wait()
	for _, o := range origins {
		wait(t, "the origin's connections to end", func() bool { return o.Open() == 0 })
	}
}

// TestHP19EndedWithin: an end within a request ends it, and is waited for by nobody.
func TestHP19EndedWithin(t *testing.T) {
	t.Parallel()
	l := start(t)
	for _, d := range waysIn {
		if d.body == "" {
			continue
		}
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			_, dial, request := d.open(t, l, func(c net.Conn) {
				if r, err := http.ReadRequest(bufio.NewReader(c)); err == nil {
					if _, err := io.Copy(io.Discard, r.Body); err == nil {
						t.Error("half a body looks whole")
					}
				}
			})
			c := dial()
			whole := request("/")
			if _, err := io.WriteString(c, whole[:len(whole)-1]); err != nil {
				t.Fatal(err)
			}
			d.finish(t, c)
			resp, err := http.ReadResponse(bufio.NewReader(c), nil)
			if err == nil && resp.StatusCode < 400 {
				t.Errorf("answer = %d", resp.StatusCode)
			}
		})
	}
}
