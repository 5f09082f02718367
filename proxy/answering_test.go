package proxy_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"sekisho/proxy"
)

// banner is a server that speaks first, and tells what it hears of each client.
func banner(heard chan<- string) func(net.Conn) {
	return func(c net.Conn) {
		_, _ = io.WriteString(c, "220 ready\r\n")
		all, _ := io.ReadAll(c)
		heard <- string(all)
	}
}

// TestCasesBehindBanner: a client of TLS or HTTP that is slow to begin, behind a server
// that spoke first, ends before a byte of what it says went out, in the clear and
// inside TLS; what else there is passes, as it was said.
func TestCasesBehindBanner(t *testing.T) {
	t.Parallel()
	l := start(t)
	long := strings.Repeat("x", 600)
	const request = "POST /s HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\npassword=x"
	for _, tt := range []struct {
		name, say, want string
		step            int
	}{
		{"a request", request, "", 0},
		{"a request in pieces", request, "", 5},
		{"a request byte by byte", "GET /?email=a&password=b HTTP/1.1\r\n\r\n", "", 1},
		{"a line end before it", "\r\n" + request, "", 0},
		{"line ends before it, byte by byte", "\n\r\n" + request, "", 1},
		{"a blank before it", " \t" + request, "", 0},
		{"an odd method", "FROB-X /?password=b HTTP/1.1\r\n\r\n", "", 3},
		{"no version", "GET /?password=b\r\n", "", 2},
		{"a long line", "FROB /?" + long + " HTTP/1.1\r\n\r\n", "", 0},
		{"TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "", 0},
		{"mail", "EHLO httpd.labnet.example\r\nQUIT\r\n", "=", 4},
		{"news", "POST\r\n", "=", 1},
		{"a game", "connect guest http\r\n", "=", 1},
		{"a bus", `CONNECT {"name":"http://x","lang":"go"}` + "\r\nPING\r\n", "=", 0},
		{"a number like a blank", "\x20\x00\x00\x01\x85\xae", "=", 0},
		{"a number like a letter", "U\x00\x00\x01GET / HTTP/1.1\r\n", "=", 1},
		{"telnet", "\xff\xfd\x03l", "=", 1},
		{"a long line of another kind", "a1 AUTHENTICATE XOAUTH2 " + long + "\r\n", "=", 50},
		{"no line end", "QUIT", "=", 0},
		{"line ends alone", "\r\n", "=", 0},
	} {
		for _, door := range []string{"clear", "TLS"} {
			t.Run(fmt.Sprintf("HP-36 %s behind a banner, %s", tt.name, door), func(t *testing.T) {
				t.Parallel()
				l.behindBanner(t, door, tt.say, max(tt.step, 0), strings.Replace(tt.want, "=", tt.say, 1))
			})
		}
	}
}

func (l *lab) behindBanner(t *testing.T, door, say string, step int, want string) {
	heard := make(chan string, 4) // of the connection that was judged as well
	o, c := l.Raw([]string{shop}, banner(heard)), net.Conn(nil)
	if door == "TLS" {
		o = l.RawTLS([]string{shop}, banner(heard))
		c = l.unnamed(t, authority(shop, o))
	} else {
		c = l.connect(t, authority(shop, o))
	}
	br := bufio.NewReader(c)
	line(t, c, br, "", "220 ready")
	if step == 0 {
		step = len(say)
	}
	for ; say != ""; say = say[min(step, len(say)):] {
		if _, err := io.WriteString(c, say[:min(step, len(say))]); err != nil {
			break
		}
		if step > 1 {
			time.Sleep(5 * time.Millisecond)
		}
	}
	if h, ok := c.(interface{ CloseWrite() error }); ok && want != "" {
		_ = h.CloseWrite()
	} else if want != "" {
		_ = bare(c).CloseWrite()
	}
	_ = c.SetReadDeadline(time.Now().Add(patience))
	_, _ = br.ReadByte() // the end
	_ = c.Close()
	wait(t, "the origin's connections to end", func() bool { return o.Open() == 0 })
	got := ""
	for len(heard) > 0 {
		got += <-heard
	}
	if got != want {
		t.Errorf("the origin heard %q; want %q", got, want)
	}
}

// TestHP36BehindBannerUnclear: what never makes clear what it is ends, and nothing of it
// went out.
func TestHP36BehindBannerUnclear(t *testing.T) {
	t.Parallel()
	l := startBounded(t, proxy.Bounds{Head: 700 * time.Millisecond})
	heard := make(chan string, 1)
	c := l.connect(t, authority(shop, l.Raw([]string{shop}, banner(heard))))
	br := bufio.NewReader(c)
	line(t, c, br, "", "220 ready")
	_, _ = io.WriteString(c, "FROB")
	_ = c.SetReadDeadline(time.Now().Add(patience))
	if _, err := br.ReadByte(); err == nil || isTimeout(err) {
		t.Errorf("err = %v; want the end", err)
	}
	if got := <-heard; got != "" {
		t.Errorf("the origin heard %q; want nothing", got)
	}
}
