package proxy_test

import (
	"io"
	"net"
	"net/http"
	"testing"
)

// TestRelayTwice: a request whose connection dies goes out again, on another one, only if
// the connection had waited and not a word came back (RFC 9112, section 9.3.1).
func TestRelayTwice(t *testing.T) {
	t.Parallel()
	const chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	l := start(t)
	for _, tt := range []struct {
		name, said string
		want       int // how often it is asked
	}{
		{"silent", "", 2},
		{"half a head", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n", 1},
		{"hints", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", 1},
		{"a broken chunk", chunked + "x\r\n", 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := l.scripted(func(c net.Conn, r *http.Request) bool {
				if r.URL.Path == "/before" {
					_, err := io.WriteString(c, sized(r))
					return err == nil
				}
				_, _ = io.WriteString(c, tt.said)
				return false
			})
			for _, path := range []string{"/probed", "/used"} { // what the connection waited since
				c := l.talk(t, o.Origin)
				if path == "/used" {
					c.ask("/before")
				}
				c.say(c.request("GET", path))
				resp, _, err := c.hear("GET")
				for err == nil && resp.StatusCode < 200 {
					resp, _, err = c.hear("GET")
				}
				if err != nil || resp.StatusCode != http.StatusBadGateway {
					t.Fatalf("%s = %v, %v; want the page", path, resp, err)
				}
				if n := o.count(path); n != tt.want {
					t.Errorf("%s was asked %d times; want %d", path, n, tt.want)
				}
			}
		})
	}
}
