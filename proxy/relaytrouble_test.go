package proxy_test

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// TestRelayStale: an idle connection that the origin closes is no failure. The
// request is sent again, once.
func TestRelayStale(t *testing.T) {
	t.Parallel()
	for _, idle := range []int{1, 4} {
		t.Run(fmt.Sprintf("%d idle", idle), func(t *testing.T) {
			t.Parallel()
			l := start(t)
			var all sync.WaitGroup
			all.Add(idle)
			var used sync.Map // connections that have served /first
			o := l.scripted(func(c net.Conn, r *http.Request) bool {
				if r.URL.Path == "/first" {
					all.Done()
					all.Wait() // so each is on a connection of its own
					used.Store(c, true)
				} else if _, stale := used.Load(c); stale {
					return false
				}
				_, err := io.WriteString(c, sized(r))
				return err == nil
			})
			clients := make([]*talker, idle)
			for i := range clients {
				clients[i] = l.talk(t, o.Origin)
				clients[i].say(clients[i].request("GET", "/first"))
			}
			for _, c := range clients {
				c.want("/first")
			}
			clients[0].ask("/second")
			if n := o.count("/second"); n > 2 {
				t.Errorf("the origin was asked %d times; want twice at most", n)
			}
		})
	}
}

// errNoCloseNotify is an end that crypto/tls takes for a proper one.
var errNoCloseNotify = errors.New("the connection ended without a close_notify")

// TestRelayOriginDies: an origin that goes before its answer is a page, one
// that goes within it is a cut connection, and only a complete body looks so.
func TestRelayOriginDies(t *testing.T) {
	t.Parallel()
	l := start(t)
	const ok, chunked = "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	page := func(resp *http.Response, _ string, err error) bool {
		return err == nil && resp.StatusCode == http.StatusBadGateway && resp.Header.Get("Sekisho-Error") != ""
	}
	cut := func(_ *http.Response, _ string, err error) bool { return err != nil }
	whole := func(resp *http.Response, body string, err error) bool {
		return err == nil && resp.StatusCode == http.StatusOK && body == "hello"
	}
	either := func(resp *http.Response, body string, err error) bool {
		return cut(resp, body, err) || whole(resp, body, err)
	}
	for _, tt := range []struct {
		name, said string
		rude, calm func(*http.Response, string, error) bool // outcome without and with a close_notify
	}{
		{"silent", "", page, page},
		{"half a status line", "HTTP/1.1 2", page, page},
		{"half a head", ok + "Content-Length: 5\r\n", page, page},
		{"after hints", "HTTP/1.1 103 Early Hints\r\n\r\n", page, page},
		{"no body", ok + "Content-Length: 5\r\n\r\n", cut, cut},
		{"half a body", ok + "Content-Length: 5\r\n\r\nhel", cut, cut},
		{"whole body", ok + "Content-Length: 5\r\n\r\nhello", whole, whole},
		{"large half", ok + "Content-Length: 100000\r\n\r\n" + strings.Repeat("x", 50_000), cut, cut},
		{"no chunk", chunked, cut, cut},
		{"half a size", chunked + "5", cut, cut},
		{"half a chunk", chunked + "5\r\nhel", cut, cut},
		{"chunk without end", chunked + "5\r\nhello\r\n", cut, cut},
		{"last chunk without end", chunked + "5\r\nhello\r\n0\r\n", cut, cut},
		{"half a trailer", chunked + "5\r\nhello\r\n0\r\nX: y\r\n", cut, cut},
		{"broken chunk", chunked + "5\r\nhello\r\nx\r\n", page, page},
		{"bare LF chunk", chunked + "5\nhello\r\n0\r\n\r\n", page, page},
		{"whole chunks", chunked + "5\r\nhello\r\n0\r\n\r\n", whole, whole},
		{"until close", ok + "\r\nhello", cut, whole},
		{"until close, HTTP/1.0", "HTTP/1.0 200 OK\r\n\r\nhello", cut, whole},
		// net/http takes any end for an end here, as it does elsewhere.
		{"until close, not plain", ok + "Connection: close, X-Hop\r\n\r\nhello", either, whole},
		{"half a body, not plain", ok + "Connection: X-Hop\r\nContent-Length: 5\r\n\r\nhel", cut, cut},
		{"half a chunk, not plain", ok + "Connection: X-Hop\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel", cut, cut},
	} {
		for name, want := range map[string]func(*http.Response, string, error) bool{"rude": tt.rude, "calm": tt.calm} {
			t.Run(tt.name+" "+name, func(t *testing.T) {
				t.Parallel()
				o := l.scripted(func(c net.Conn, r *http.Request) bool {
					if r.URL.Path == "/before" {
						_, err := io.WriteString(c, sized(r))
						return err == nil
					}
					_, _ = io.WriteString(c, tt.said)
					if name == "rude" {
						_ = c.(*tls.Conn).NetConn().Close()
					}
					return false
				})
				for _, before := range []bool{false, true} { // the connection was used before
					c := l.talk(t, o.Origin)
					if before {
						c.ask("/before")
					}
					c.say(c.request("GET", "/dies"))
					resp, body, err := c.hear("GET")
					for err == nil && resp.StatusCode == http.StatusEarlyHints {
						resp, body, err = c.hear("GET")
					}
					if err == nil && resp.Close && resp.ContentLength < 0 && len(resp.TransferEncoding) == 0 && c.below.ended.Load() {
						err = errNoCloseNotify
					}
					if !want(resp, body, err) {
						t.Errorf("used before %t: answer = %s %q, %.20q, %v", before, resp.Status, resp.Header.Get("Sekisho-Error"), body, err)
					}
				}
			})
		}
	}
}
