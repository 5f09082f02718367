package proxy_test

import (
	"bufio"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"runtime"
	"testing"
	"time"

	"sekisho/internal/labnet"
)

// TestCasesDeparted: a client that sends the beginning of another request and
// leaves is seen to leave, whatever serves it, while its origin is silent.
func TestCasesDeparted(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("elsewhere the kernel does not tell, and it takes two minutes")
	}
	l := start(t)
	for _, tt := range []struct {
		id           string
		clear, front bool
		method       string
		lines, body  string
	}{
		{"the relay", false, false, "GET", "", ""},
		{"not plain", false, false, "GET", "Connection: X-A\r\n", ""},
		{"a body", false, false, "POST", "Content-Length: 2\r\n", "ab"},
		{"a chunked body", false, false, "POST", "Transfer-Encoding: chunked\r\n", "2\r\nab\r\n0\r\n\r\n"},
		{"clear, in a tunnel", true, false, "GET", "", ""},
		{"clear", true, true, "GET", "", ""},
		{"clear, a body", true, true, "POST", "Content-Length: 2\r\n", "ab"},
	} {
		for _, reset := range []bool{false, true} {
			how := map[bool]string{false: "FIN", true: "RST"}[reset]
			t.Run("HP-19 "+tt.id+", "+how, func(t *testing.T) {
				t.Parallel()
				asked := make(chan struct{}, 1)
				o, c, target := l.silent(t, tt.clear, tt.front, asked)
				request := tt.method + " " + target + " HTTP/1.1\r\nHost: " + authority(shop, o) + "\r\n" + tt.lines + "\r\n"
				if _, err := io.WriteString(c, request+tt.body); err != nil {
					t.Fatal(err)
				}
				<-asked
				waitAwhile() // in one piece with the request it would hide nothing
				_, _ = io.WriteString(c, "G")
				waitAwhile()
				below := bare(c)
				if reset {
					_ = below.SetLinger(0)
				}
				_ = below.Close()
				wait(t, "the origin's connection to end", func() bool { return o.Open() == 0 })
			})
		}
	}
}

// silent opens a way to an origin that reads a request and says nothing.
func (l *lab) silent(t *testing.T, clear, front bool, asked chan struct{}) (o *labnet.Origin, c net.Conn, target string) {
	t.Helper()
	serve := func(c net.Conn) {
		if r, err := http.ReadRequest(bufio.NewReader(c)); err == nil {
			_, _ = io.Copy(io.Discard, r.Body)
			asked <- struct{}{}
			holdOpen(c)
		}
	}
	switch {
	case front:
		o = l.Raw([]string{shop}, serve)
		return o, l.dial(t), "http://" + authority(shop, o) + "/"
	case clear:
		o = l.Raw([]string{shop}, serve)
		return o, l.connect(t, authority(shop, o)), "/"
	}
	o = l.RawTLS([]string{shop}, serve)
	return o, l.tunnel(t, authority(shop, o), l.trusting()), "/"
}

// bare is the TCP connection below a client's.
func bare(c net.Conn) *net.TCPConn {
	if t, ok := c.(*tls.Conn); ok {
		c = t.NetConn()
	}
	if o, ok := c.(*opened); ok {
		return o.TCPConn
	}
	return c.(*net.TCPConn)
}

// TestHP19HalfClosed: an end behind a further request does not take away the answer
// to the one under way, when that comes soon: it may be half a close.
func TestHP19HalfClosed(t *testing.T) {
	t.Parallel()
	l := start(t)
	slow := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(1200 * time.Millisecond) // a tick, and less than the client is waited for
		_, _ = io.WriteString(w, r.URL.Path)
	})
	o := l.Origin([]string{shop}, slow, labnet.Plain())
	c := l.dial(t).(*net.TCPConn)
	request := "GET " + plain(shop, o, "/a") + " HTTP/1.1\r\nHost: " + authority(shop, o) + "\r\n\r\n"
	for range 2 {
		if _, err := io.WriteString(c, request); err != nil {
			t.Fatal(err)
		}
		waitAwhile()
	}
	if err := c.CloseWrite(); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatalf("read the answer: %v", err)
	}
	if a := read(t, resp); a.StatusCode != http.StatusOK || a.body != "/a" {
		t.Errorf("answer = %d %q; want the origin's", a.StatusCode, a.body)
	}
}
