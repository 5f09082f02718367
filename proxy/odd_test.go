package proxy_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"sekisho/internal/labnet"
)

// TestNE14Coalescing is NE-14: an HTTP/2 connection opened for one site is not used
// for another, blocked or not.
func TestNE14Coalescing(t *testing.T) {
	t.Parallel()
	l := start(t)
	o := l.Origin([]string{shop, "other.labnet.example", lookalike}, labnet.Handler())
	cfg := l.trusting()
	cfg.ServerName, cfg.NextProtos = shop, []string{"h2"}
	tr := &http.Transport{
		ForceAttemptHTTP2: true,
		DialTLSContext: func(context.Context, string, string) (net.Conn, error) {
			c := tls.Client(l.connect(t, authority(shop, o)), cfg)
			return c, c.Handshake()
		},
	}
	defer tr.CloseIdleConnections()
	for host, want := range map[string]int{shop: 200, "other.labnet.example": 421, lookalike: 421, genuine: 421} {
		if a := get(t, &http.Client{Transport: tr}, https(host, o, "/echo"), navigation); a.StatusCode != want {
			t.Errorf("NE-14: %s = %d; want %d", host, a.StatusCode, want)
		}
	}
}

// TestCancelledStream: a request that the client gives up ends at the origin,
// while others on the same connection go on.
func TestCancelledStream(t *testing.T) {
	t.Parallel()
	l := start(t)
	l.each(t, labnet.Handler(), func(t *testing.T, d door) {
		ctx, cancel := context.WithCancel(t.Context())
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, d.base+"/sse?n=9&every=1h", nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := d.client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		wait(t, "the request at the origin", func() bool { return d.origin.Busy() == 1 })
		cancel()
		_ = resp.Body.Close()
		wait(t, "its end at the origin", func() bool { return d.origin.Busy() == 0 })
		if a := get(t, d.client, d.base+"/echo", nil); a.StatusCode != http.StatusOK {
			t.Errorf("the next request = %d; want 200", a.StatusCode)
		}
	})
}

// TestOtherUpgrades: no protocol but WebSocket is switched to, since what is
// said in it could not be judged (h2c smuggling).
func TestOtherUpgrades(t *testing.T) {
	t.Parallel()
	l := start(t)
	var saw atomic.Value
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		saw.Store(r.Header.Get("Upgrade") + r.Header.Get("Http2-Settings"))
		_, _ = io.WriteString(w, "plain answer")
	})
	secure, clear := l.Origin([]string{shop}, h, labnet.HTTP1Only()), l.Origin([]string{shop}, h, labnet.Plain())
	for _, tt := range []struct {
		conn net.Conn
		o    *labnet.Origin
	}{{l.tunnel(t, authority(shop, secure), l.trusting()), secure}, {l.connect(t, authority(shop, clear)), clear}} {
		for _, token := range []string{"h2c", "TLS/1.0", "websocket, h2c"} {
			saw.Store("")
			a := exchange(t, tt.conn, "GET / HTTP/1.1\r\nHost: "+authority(shop, tt.o)+"\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: "+token+"\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n")
			if a.StatusCode != http.StatusOK || saw.Load() != "" {
				t.Errorf("Upgrade: %s = %d, the origin saw %q; want 200 and no upgrade", token, a.StatusCode, saw.Load())
			}
		}
	}
}

// TestNothingAdded: an answer without Content-Type stays without one, and what
// an origin may not say stands in no answer.
func TestNothingAdded(t *testing.T) {
	t.Parallel()
	l := start(t)
	serve := func(c net.Conn) {
		for br := bufio.NewReader(c); ; {
			if _, err := http.ReadRequest(br); err != nil {
				return
			}
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 20\r\nX-Odd: a\r\nX-Odd: b\r\n\r\n<html>hello</html>\r\n")
		}
	}
	secure, clear := l.RawTLS([]string{shop}, serve), l.Raw([]string{shop}, serve)
	for _, u := range []string{https(shop, secure, "/"), plain(shop, clear, "/")} {
		a := get(t, l.client(), u, nil)
		delete(a.Header, "Date") // RFC 9110, section 6.6.1, lets a recipient add it
		if len(a.Header) != 2 || len(a.Header["X-Odd"]) != 2 {
			t.Errorf("%.5s: headers = %v; want Content-Length and two X-Odd", u, a.Header)
		}
	}
}

// TestStaleConnection: an origin that closed an idle connection costs no visitor
// a failure.
func TestStaleConnection(t *testing.T) {
	t.Parallel()
	l := start(t)
	t.Run("used before", func(t *testing.T) {
		o := l.RawTLS([]string{shop}, func(c net.Conn) { // one answer a connection, then silence
			br := bufio.NewReader(c)
			if _, err := http.ReadRequest(br); err != nil {
				return
			}
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
			_, _ = http.ReadRequest(br)
		})
		c := l.client()
		for i := range 4 {
			if a := get(t, c, https(shop, o, "/"), nil); a.body != "ok" {
				t.Errorf("request %d = %d %q; want 200", i+1, a.StatusCode, a.Header.Get("Sekisho-Error"))
			}
		}
	})
	t.Run("never used", func(t *testing.T) {
		var conns atomic.Int64
		gone := make(chan struct{})
		o := l.RawTLS([]string{shop}, func(c net.Conn) { // the first connection is given up at once
			if conns.Add(1) == 1 {
				_ = c.Close()
				close(gone)
				return
			}
			if _, err := http.ReadRequest(bufio.NewReader(c)); err == nil {
				_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
			}
		})
		// A browser opens connections ahead of need.
		c := l.tunnel(t, authority(shop, o), l.trusting())
		<-gone
		a := exchange(t, c, fmt.Sprintf("GET / HTTP/1.1\r\nHost: %s\r\n\r\n", authority(shop, o)))
		if a.body != "ok" {
			t.Errorf("answer = %d %q; want 200", a.StatusCode, a.Header.Get("Sekisho-Error"))
		}
	})
}

// TestSlowlySaid: an origin may take its time between any two bytes of an
// answer, whatever headers it has.
func TestSlowlySaid(t *testing.T) {
	t.Parallel()
	l := start(t)
	const body = "hello world"
	for _, head := range []string{
		"", "Connection: keep-alive, X-Hop\r\n", "X-Long: " + strings.Repeat("a", 20_000) + "\r\n", "Upgrade: h2\r\nConnection: Upgrade\r\n",
		"Content-Length: 11\r\n", "Transfer-Encoding: identity\r\n",
	} {
		answer := "HTTP/1.1 200 OK\r\n" + head + "Content-Length: 11\r\n\r\n" + body
		body1, body2 := len(answer)-len(body), len(answer)-6
		for name, parts := range map[string][]string{
			"all":  {"", answer[:5], answer[5:30], answer[30:body2], answer[body2:]},
			"body": {answer[:body1], answer[body1:body2], answer[body2:]},
		} {
			serve := func(c net.Conn) {
				if _, err := http.ReadRequest(bufio.NewReader(c)); err != nil {
					return
				}
				for i, part := range parts {
					if i > 0 {
						time.Sleep(70 * time.Millisecond)
					}
					_, _ = io.WriteString(c, part)
				}
			}
			t.Run(fmt.Sprintf("%s %.20q", name, head), func(t *testing.T) {
				t.Parallel()
				l.slowlySaid(t, serve, body, strings.HasPrefix(head, "Transfer"))
			})
		}
	}
}

// slowlySaid gets body from an origin that serves it, in every way. mayFail is
// for answers that may be refused as well.
func (l *lab) slowlySaid(t *testing.T, serve func(net.Conn), body string, mayFail bool) {
	t.Helper()
	secure, clear := l.RawTLS([]string{shop}, serve), l.Raw([]string{shop}, serve)
	for _, way := range []struct {
		client *http.Client
		url    string
	}{{l.client(), https(shop, secure, "/")}, {l.client1(), https(shop, secure, "/")}, {l.client1(), plain(shop, clear, "/")}} {
		a := get(t, way.client, way.url, nil)
		if a.StatusCode == http.StatusOK && a.body != body || a.StatusCode != http.StatusOK && !mayFail {
			t.Errorf("%.5s: answer = %d %q %.50q; want all of it", way.url, a.StatusCode, a.Header.Get("Sekisho-Error"), a.body)
		}
	}
}
