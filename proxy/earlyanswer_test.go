package proxy_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"sekisho/guard"
)

// TestCasesEarlyAnswer: an origin may answer before it has the body, to a client
// that has stopped in the middle of it: behind what is held to be judged, which
// no origin sees before it is all there.
func TestCasesEarlyAnswer(t *testing.T) {
	t.Parallel()
	l := start(t)
	for _, tt := range []struct {
		id    string
		lines []string
	}{
		{"HP-26 length known", []string{"Content-Length: 8000000"}},
		{"HP-26 after leave", []string{"Content-Length: 8000000", "Expect: 100-continue"}},
	} {
		for _, end := range []string{"", "Connection: close\r\n"} {
			for _, status := range []string{"401 Unauthorized", "302 Found"} {
				t.Run(fmt.Sprintf("%s, %s %.10s", tt.id, status, end), func(t *testing.T) {
					t.Parallel()
					o := l.RawTLS([]string{shop}, func(c net.Conn) {
						if _, err := http.ReadRequest(bufio.NewReader(c)); err != nil {
							return
						}
						_, _ = io.WriteString(c, "HTTP/1.1 "+status+"\r\nContent-Length: 2\r\n"+end+"\r\nno")
						holdOpen(c)
					})
					c := l.talk(t, o)
					c.say(c.request("POST", "/", tt.lines...) + strings.Repeat("a", guard.MaxBody+300_000))
					resp, body, err := c.hear("POST")
					for err == nil && resp.StatusCode == http.StatusContinue {
						resp, body, err = c.hear("POST")
					}
					if err != nil || resp.Status != status || body != "no" {
						t.Errorf("answer = %s %q, %v; want %s", resp.Status, body, err, status)
					}
				})
			}
		}
	}
}

// TestHP26Rest is HP-26 where the little that is missing of a body, which net/http's server
// would read before it goes on, never comes: the connection ends behind the answer.
func TestHP26Rest(t *testing.T) {
	t.Parallel()
	l := start(t)
	answer := func(c net.Conn) {
		if _, err := http.ReadRequest(bufio.NewReader(c)); err == nil {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno")
			holdOpen(c)
		}
	}
	secure, clear := l.RawTLS([]string{shop}, answer), l.Raw([]string{shop}, answer)
	const missing = 40_000
	head := func(target, host string) string {
		return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n\r\n", target, host, guard.MaxBody+10_000+missing)
	}
	for name, open := range map[string]func() (net.Conn, string){
		"HP-26 inside TLS": func() (net.Conn, string) {
			return l.talk(t, secure), head("/", authority(shop, secure))
		},
		"HP-26 in the clear": func() (net.Conn, string) {
			return l.dial(t), head("http://"+authority(shop, clear)+"/", authority(shop, clear))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, head := open()
			_ = c.SetDeadline(time.Now().Add(patience))
			_, _ = io.WriteString(c, head+strings.Repeat("a", guard.MaxBody+10_000))
			all, err := io.ReadAll(c)
			if !strings.HasPrefix(string(all), "HTTP/1.1 200") || isTimeout(err) {
				t.Errorf("read %.60q, %v; want the answer and the end", all, err)
			}
		})
	}
}
