package proxy_test

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"

	"sekisho/internal/labnet"
)

// TestClientAborts leaves at each stage of a visit, by a reset, and wants the
// origin left too and everything else unharmed. That no goroutine stays is
// checked when all tests are over.
func TestClientAborts(t *testing.T) {
	t.Parallel()
	l := start(t)
	o := l.Origin([]string{shop}, labnet.Handler(), labnet.HTTP1Only())
	tunnelled := l.Raw([]string{genuine}, holdOpen)
	target := authority(shop, o)
	secure := func() *tls.Conn { return l.tunnel(t, target, l.trusting()) }
	for _, stage := range []struct {
		name string
		open func() net.Conn
		send string
	}{
		{"after connecting", func() net.Conn { return l.dial(t) }, ""},
		{"within CONNECT", func() net.Conn { return l.dial(t) }, "CONNECT shop"},
		{"with a CONNECT", func() net.Conn { return l.dial(t) }, "CONNECT " + target + " HTTP/1.1\r\nHost: x\r\n\r\n"},
		{"after 200", func() net.Conn { return l.connect(t, target) }, ""},
		{"within the ClientHello", func() net.Conn { return l.connect(t, target) }, "\x16\x03\x01\x02\x00\x01\x00"},
		{"after the handshake", func() net.Conn { return secure() }, ""},
		{"within the head", func() net.Conn { return secure() }, "GET / HTTP/1.1\r\nHo"},
		{"within the body", func() net.Conn { return secure() }, "POST /upload HTTP/1.1\r\nHost: " + target + "\r\nContent-Length: 1000\r\n\r\nabc"},
		{"before the answer", func() net.Conn { return secure() }, "GET /slow?wait=1h HTTP/1.1\r\nHost: " + target + "\r\n\r\n"},
		{"within the answer", func() net.Conn { return secure() }, "GET /sse?n=10&every=1h HTTP/1.1\r\nHost: " + target + "\r\n\r\n"},
		{"within a WebSocket", func() net.Conn { return secure() }, upgradeHead(target)},
		{"in a tunnel", func() net.Conn { return l.connect(t, authority(genuine, tunnelled)) }, "x"},
	} {
		t.Run(stage.name, func(t *testing.T) {
			c := stage.open()
			_, _ = io.WriteString(c, stage.send)
			if stage.name == "within the answer" || stage.name == "within a WebSocket" {
				if _, err := http.ReadResponse(bufio.NewReader(c), nil); err != nil {
					t.Fatal(err)
				}
			}
			if tc, ok := c.(*tls.Conn); ok {
				c = tc.NetConn()
			}
			if o, ok := c.(*opened); ok {
				c = o.TCPConn
			}
			labnet.Reset(c)
			if a := get(t, l.client1(), https(shop, o, "/echo"), nil); a.StatusCode != http.StatusOK {
				t.Errorf("another visit = %d; want 200", a.StatusCode)
			}
		})
	}
	wait(t, "the origins' connections to end or idle", func() bool { return tunnelled.Open() == 0 && o.Busy() == 0 })
}

// TestOriginAborts has the origin leave at each stage.
func TestOriginAborts(t *testing.T) {
	t.Parallel()
	l := start(t)
	readHead := func(c net.Conn) { _, _ = http.ReadRequest(bufio.NewReader(c)) }
	for _, stage := range []struct {
		name  string
		serve func(net.Conn) // below TLS, or bare when raw
		raw   bool
		page  bool // the client gets a page with 502, else a cut body
	}{
		{"on connecting", labnet.Reset, true, true},
		{"within the handshake", func(c net.Conn) { _, _ = c.Read(make([]byte, 50)); labnet.Reset(c) }, true, true},
		{"after the handshake", func(net.Conn) {}, false, true},
		{"after the request", readHead, false, true},
		{"within the head", func(c net.Conn) { readHead(c); _, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nX-") }, false, true},
		{"after the head", func(c net.Conn) {
			readHead(c)
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")
		}, false, false},
		{"within the body", func(c net.Conn) {
			readHead(c)
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab")
		}, false, false},
		{"within an interim answer", func(c net.Conn) { readHead(c); _, _ = io.WriteString(c, "HTTP/1.1 103 Early Hints\r\n\r\n") }, false, true},
	} {
		t.Run(stage.name, func(t *testing.T) {
			var o *labnet.Origin
			if stage.raw {
				o = l.Raw([]string{shop}, stage.serve)
			} else {
				o = l.RawTLS([]string{shop}, stage.serve)
			}
			for _, c := range []*http.Client{l.client(), l.client1()} {
				resp, err := c.Get(https(shop, o, "/"))
				if err != nil {
					if stage.page {
						t.Errorf("no answer: %v", err)
					}
					continue
				}
				_, err = io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close()
				if stage.page && (resp.StatusCode != http.StatusBadGateway || resp.Header.Get("Sekisho-Error") == "") {
					t.Errorf("answer = %d %q; want 502 with a reason", resp.StatusCode, resp.Header.Get("Sekisho-Error"))
				}
				if !stage.page && err == nil {
					t.Error("a cut body looks complete")
				}
			}
			wait(t, fmt.Sprintf("the connections of %q to end", stage.name), func() bool { return o.Open() == 0 })
		})
	}
}

// TestHP42BrokenOff is HP-42: a client of HTTP/1.0, whose answer ends with its
// connection, is not told that half of one was all; of a whole one it is.
func TestHP42BrokenOff(t *testing.T) {
	t.Parallel()
	l := start(t)
	for _, tt := range []struct {
		name, said string
		broken     bool
	}{
		{"chunked, broken off", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", true},
		{"chunked, whole", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", false},
		{"until the end", "\r\nhello", false},
	} {
		said := make(chan struct{})
		serve := func(c net.Conn) {
			if _, err := http.ReadRequest(bufio.NewReader(c)); err != nil {
				return // a silent client's origin was listened to
			}
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n"+tt.said)
			select {
			case <-said: // a reset takes what was not read along
			case <-t.Context().Done():
			}
		}
		secure, clear := l.RawTLS([]string{shop}, serve), l.Raw([]string{shop}, serve)
		for _, door := range []struct {
			name, target, host string
			c                  net.Conn
		}{
			{"front", plain(shop, clear, "/"), authority(shop, clear), l.dial(t)},
			{"clear tunnel", "/", authority(shop, clear), l.connect(t, authority(shop, clear))},
			{"tunnel", "/", authority(shop, secure), l.tunnel(t, authority(shop, secure), l.trusting())},
		} {
			t.Run(tt.name+", "+door.name, func(t *testing.T) {
				_, _ = io.WriteString(door.c, "GET "+door.target+" HTTP/1.0\r\nHost: "+door.host+"\r\n\r\n")
				br := bufio.NewReader(door.c)
				for line := ""; line != "\r\n"; {
					var err error
					if line, err = br.ReadString('\n'); err != nil {
						t.Fatal(err)
					}
				}
				var got [5]byte
				if _, err := io.ReadFull(br, got[:]); err != nil {
					t.Fatal(err)
				}
				said <- struct{}{}
				if _, err := io.Copy(io.Discard, br); (err != nil) != tt.broken {
					t.Errorf("the end = %v; want broken %t", err, tt.broken)
				}
			})
		}
	}
}
