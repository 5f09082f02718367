package proxy_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"sekisho/guard"
	"sekisho/internal/labnet"
)

// leftover sends a body of which some will not be read: whatever it is made of reads
// as requests. It returns how many final answers came, and whether the origin got one
// of these requests.
func leftover(t *testing.T, clear bool, lines []string, size int, first string) (answers int, smuggled bool) {
	l := start(t)
	var met atomic.Bool
	serve := func(c net.Conn) {
		for br := bufio.NewReader(c); ; {
			r, err := http.ReadRequest(br)
			if err != nil {
				return
			}
			met.Store(met.Load() || r.URL.Path == "/smuggled")
			_, _ = io.WriteString(c, "HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\n\r\nno")
			if r.ContentLength != 0 {
				holdOpen(c)
				return
			}
		}
	}
	var c net.Conn
	var socket *net.TCPConn
	var o *labnet.Origin
	base := ""
	if clear {
		o = l.Raw([]string{shop}, serve)
		c = l.dial(t)
		socket, base = c.(*net.TCPConn), "http://"+authority(shop, o)
	} else {
		o = l.RawTLS([]string{shop}, serve)
		talker := l.talk(t, o)
		c, socket = talker.Conn, talker.below.Conn.(*opened).TCPConn
	}
	// Wherever reading stops, a request begins there: all is in units of one size.
	const unit = 1 << 8
	fill := func(head string) string { // up to a multiple of unit
		return head + "X: " + strings.Repeat("x", unit-(len(head)+7)%unit) + "\r\n\r\n"
	}
	host := "Host: " + authority(shop, o) + "\r\n"
	request := fill("GET " + base + "/smuggled HTTP/1.1\r\n" + host)
	if size -= size % len(request); first == "" {
		lines = append(lines, fmt.Sprintf("Content-Length: %d", size))
	}
	head := fill("POST " + base + "/ HTTP/1.1\r\n" + host + strings.Join(append(lines, ""), "\r\n"))
	go func() {
		_, _ = io.WriteString(c, head+first+strings.Repeat(request, size/len(request)))
		_ = socket.CloseWrite()
	}()
	for br := bufio.NewReader(c); ; {
		resp, err := http.ReadResponse(br, nil)
		if err != nil {
			return answers, met.Load()
		}
		if resp.StatusCode >= 200 {
			answers++
		}
		_, _ = io.Copy(io.Discard, resp.Body)
	}
}

// TestCasesLeftover holds that no rest of a body is read as a request, whoever
// stops reading it: a page chooses the bytes of a body (a form of text/plain), and
// the answer to what they spell would be taken for that to the browser's next request.
func TestCasesLeftover(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		id    string
		lines []string
		size  int
		first string // of the body
	}{
		{"HP-26 HP-10 length known", nil, 4 * guard.MaxBody, ""},
		{"HP-26 HP-10 after leave", []string{"Expect: 100-continue"}, 4 * guard.MaxBody, ""},
		{"HP-26 HP-10 more than is waited for", nil, 24 * guard.MaxBody, ""},
		{"HP-26 HP-10 no chunk", []string{"Transfer-Encoding: chunked"}, guard.MaxBody, "ZZ\r\n"},
		{"HP-26 HP-10 no second chunk", []string{"Transfer-Encoding: chunked"}, guard.MaxBody, "2\r\nab\r\nZZ\r\n"},
	} {
		for _, clear := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, clear=%v", tt.id, clear), func(t *testing.T) {
				t.Parallel()
				if n, smuggled := leftover(t, clear, tt.lines, tt.size, tt.first); n != 1 || smuggled {
					t.Errorf("%d answers, smuggled = %v; want 1, none", n, smuggled)
				}
			})
		}
	}
}
