package proxy_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"sekisho/internal/labnet"
)

// TestCasesHeadsInBodies: what stands in a body or a trailer is no field, at whichever
// door and in whatever pieces, and what stands in a head behind it is one.
func TestCasesHeadsInBodies(t *testing.T) {
	t.Parallel()
	l := start(t)
	secure := l.Origin([]string{shop}, labnet.Handler(), labnet.HTTP1Only())
	plain := l.Origin([]string{shop}, labnet.Handler(), labnet.Plain())
	const (
		lines   = "notes:\nContent-Length: 5\nTransfer-Encoding: chunked\nmore text"
		head    = "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\nhello"
		chunked = "Transfer-Encoding: chunked\r\n"
		both    = "Content-Length: 5\r\n" + chunked + "\r\n0\r\n\r\n"
	)
	chunks := func(s, trailer string) string { return fmt.Sprintf("%x\r\n%s\r\n0\r\n%s\r\n", len(s), s, trailer) }
	length := func(s string) string { return fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(s), s) }
	for name, first := range map[string]string{
		"lines in chunks": chunked + "\r\n" + chunks(lines, ""), "a head in chunks": chunked + "\r\n" + chunks(head, ""),
		"lines in a length": length(lines), "a head in a length": length(head), "a trailer": chunked + "\r\n" + chunks("x", "Content-Length: 5\r\n"),
		"a folded coding": "Transfer-Encoding:\r\n chunked\r\n\r\n" + chunks(head, ""), "line ends behind": length(lines) + "\r\n",
	} {
		for door, open := range map[string]func() (net.Conn, string, string){
			"tunnel": func() (net.Conn, string, string) {
				return l.tunnel(t, authority(shop, secure), l.trusting()), "", authority(shop, secure)
			},
			"no ALPN": func() (net.Conn, string, string) {
				return l.unnamed(t, authority(shop, secure)), "", authority(shop, secure)
			},
			"front": func() (net.Conn, string, string) {
				return l.dial(t), "http://" + authority(shop, plain), authority(shop, plain)
			},
			"clear tunnel": func() (net.Conn, string, string) {
				return l.connect(t, authority(shop, plain)), "", authority(shop, plain)
			},
		} {
			for _, step := range []int{1 << 20, 7} {
				t.Run(fmt.Sprintf("HP-01 %s, %s, by %d", name, door, step), func(t *testing.T) {
					t.Parallel()
					c, base, host := open()
					ask := "POST " + base + "/echo HTTP/1.1\r\nHost: " + host + "\r\n"
					say := ask + first + ask + chunked + "\r\n" + chunks("two", "") + ask + length("three") + ask + both
					go func() {
						for ; len(say) > 0; say = say[min(step, len(say)):] {
							if _, err := io.WriteString(c, say[:min(step, len(say))]); err != nil {
								return
							}
						}
					}()
					_ = c.SetReadDeadline(time.Now().Add(patience))
					br := bufio.NewReader(c)
					for i, want := range []int{200, 200, 200, 400} {
						resp, err := http.ReadResponse(br, nil)
						if err != nil {
							t.Fatalf("request %d: %v", i, err)
						}
						if a := read(t, resp); a.StatusCode != want || a.Close != (want == http.StatusBadRequest) {
							t.Errorf("request %d = %d, close %t; want %d", i, a.StatusCode, a.Close, want)
						}
					}
				})
			}
		}
	}
}

// unnamed is a tunnel with TLS in it that names no protocol.
func (l *lab) unnamed(t *testing.T, target string) net.Conn {
	t.Helper()
	c, err := l.offering(t, target, l.trusting())
	if err != nil {
		t.Fatal(err)
	}
	return c
}
