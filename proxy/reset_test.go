package proxy_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"testing"
)

// TestHP25Reset is HP-25: 205 has no content, whatever its origin sends, and the next
// answer is the next.
func TestHP25Reset(t *testing.T) {
	t.Parallel()
	l := start(t)
	serve := func(c net.Conn) {
		for br := bufio.NewReader(c); ; {
			r, err := http.ReadRequest(br)
			if err != nil {
				return
			}
			answer := "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
			if r.URL.Path == "/reset" {
				answer = "HTTP/1.1 205 Reset Content\r\nContent-Length: 7\r\n\r\nphantom"
			}
			_, _ = io.WriteString(c, answer)
		}
	}
	secure, clear := l.RawTLS([]string{shop}, serve), l.Raw([]string{shop}, serve)
	for base, c := range map[string]*http.Client{https(shop, secure, ""): l.client1(), plain(shop, clear, ""): l.client1()} {
		for range 2 {
			if a := get(t, c, base+"/reset", nil); a.StatusCode != http.StatusResetContent || a.body != "" || a.ContentLength != 0 {
				t.Errorf("%s: %d %q, length %d; want 205 without content", base, a.StatusCode, a.body, a.ContentLength)
			}
			if a := get(t, c, base+"/", nil); a.body != "ok" {
				t.Errorf("%s: %d %q; want the next answer", base, a.StatusCode, a.body)
			}
		}
	}
}
