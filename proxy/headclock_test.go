package proxy_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"golang.org/x/net/http2"

	"sekisho/internal/labnet"
	"sekisho/proxy"
)

// TestCasesHP18Between: a connection on which nothing is asked outlives the time that a
// begun head has, whichever server of ours has it.
func TestCasesHP18Between(t *testing.T) {
	t.Parallel()
	const head = 300 * time.Millisecond
	l := startBounded(t, proxy.Bounds{Head: head}) // silence may last
	secure := l.Origin([]string{shop}, labnet.Handler(), labnet.HTTP1Only())
	plain := l.Origin([]string{shop}, labnet.Handler(), labnet.Plain())
	for door, open := range map[string]func() (net.Conn, string, string){
		"tunnel": func() (net.Conn, string, string) {
			return l.tunnel(t, authority(shop, secure), l.trusting()), "", authority(shop, secure)
		},
		"front": func() (net.Conn, string, string) {
			return l.dial(t), "http://" + authority(shop, plain), authority(shop, plain)
		},
		"clear tunnel": func() (net.Conn, string, string) {
			return l.connect(t, authority(shop, plain)), "", authority(shop, plain)
		},
	} {
		for _, method := range []string{"GET", "POST"} { // the relay's, and the inner server's
			t.Run("HP-18 "+door+" "+method, func(t *testing.T) {
				t.Parallel()
				c, base, host := open()
				br := bufio.NewReader(c)
				_ = c.SetReadDeadline(time.Now().Add(patience))
				for i := range 3 {
					time.Sleep(time.Duration(min(i, 1)) * 5 * head / 2)
					length := map[string]string{"POST": "Content-Length: 0\r\n"}[method]
					_, _ = fmt.Fprintf(c, "%s %s/echo HTTP/1.1\r\nHost: %s\r\n%s\r\n", method, base, host, length)
					resp, err := http.ReadResponse(br, nil)
					if err != nil {
						t.Fatalf("request %d: %v", i, err)
					}
					if a := read(t, resp); a.StatusCode != http.StatusOK {
						t.Fatalf("request %d = %d", i, a.StatusCode)
					}
				}
				_, _ = io.WriteString(c, method+" /echo HTTP/1.1\r\nHo")
				if _, err := io.Copy(io.Discard, br); isTimeout(err) {
					t.Error("half a head: the connection is still open")
				}
			})
		}
	}
	streams := l.Origin([]string{shop}, labnet.Handler())
	t.Run("HP-18 HTTP/2", func(t *testing.T) {
		t.Parallel()
		h := l.rawH2(t, authority(shop, streams))
		_ = h.conn.SetReadDeadline(time.Now().Add(patience))
		for i := range uint32(3) {
			time.Sleep(time.Duration(min(i, 1)) * 5 * head / 2)
			_ = h.open(2*i+1, true, head2(authority(shop, streams))...)
			if o := h.outcome(2*i + 1); o.status != "200" {
				t.Fatalf("request %d: %v", i, o)
			}
		}
	})
	for name, begin := range map[string]func(h *rawH2, block []byte){
		"a head without its end": func(h *rawH2, block []byte) {
			_ = h.WriteHeaders(http2.HeadersFrameParam{StreamID: 3, BlockFragment: block, EndStream: true})
		},
		"a head that drips": func(h *rawH2, block []byte) {
			_ = h.WriteHeaders(http2.HeadersFrameParam{StreamID: 3, BlockFragment: block, EndStream: true})
			for range 100 {
				time.Sleep(head / 6)
				if h.WriteContinuation(3, false, nil) != nil {
					return
				}
			}
		},
		"half a frame": func(h *rawH2, _ []byte) { _, _ = h.conn.Write([]byte{0, 0, 50, 1, 5, 0, 0, 0, 3, 0x82}) },
	} {
		t.Run("HP-18 HTTP/2, "+name, func(t *testing.T) {
			t.Parallel()
			h := l.rawH2(t, authority(shop, streams))
			_ = h.conn.SetReadDeadline(time.Now().Add(patience))
			_ = h.open(1, true, head2(authority(shop, streams))...)
			if o := h.outcome(1); o.status != "200" {
				t.Fatalf("the first request: %v", o)
			}
			go begin(h, h.encode(head2(authority(shop, streams))))
			for {
				if _, err := h.ReadFrame(); isTimeout(err) {
					t.Fatal("the connection is still open")
				} else if err != nil {
					return
				}
			}
		})
	}
}

func head2(host string) []field { return head(host, "/echo") }
