package proxy_test

import (
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// TestGapBeforeRequest holds that what a lenient server passes over before a request,
// and methods of two words, make no other protocol of it: the sign-in behind them
// does not leave unread, in TLS without ALPN and in the clear.
func TestGapBeforeRequest(t *testing.T) {
	t.Parallel()
	l := start(t)
	l.protect()
	heard := make(chan string, 64)
	answer := func(c net.Conn) {
		b := make([]byte, 4096)
		n, _ := c.Read(b)
		heard <- string(b[:n])
	}
	secure, clear := l.RawTLS([]string{shop}, answer), l.Raw([]string{shop}, answer)
	body := "email=" + ownID + "&password=" + strings.ReplaceAll(ownPassword, "+", "%2B")
	t.Run("HP-36", func(t *testing.T) { // ends when all of them have
		for _, before := range []string{"\r\nPOST", "\nPOST", "\r\n\r\nPOST", "\rPOST", " POST", "\tPOST", "M-SEARCH", "VERSION-CONTROL"} {
			for _, d := range []struct {
				name string
				dial func() net.Conn
				to   string
			}{
				{"TLS without ALPN", func() net.Conn {
					c, err := l.offering(t, authority(shop, secure), l.trusting())
					if err != nil {
						t.Fatal(err)
					}
					return c
				}, authority(shop, secure)},
				{"in the clear", func() net.Conn { return l.connect(t, authority(shop, clear)) }, authority(shop, clear)},
			} {
				t.Run(fmt.Sprintf("%q %s", before, d.name), func(t *testing.T) {
					t.Parallel()
					c := d.dial()
					defer func() { _ = c.Close() }()
					_ = c.SetDeadline(time.Now().Add(20 * time.Second))
					_, _ = fmt.Fprintf(c, "%s / HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s",
						before, d.to, len(body), body)
					b, _ := io.ReadAll(io.LimitReader(c, 64))
					if !strings.HasPrefix(string(b), "HTTP/1.1 4") {
						t.Errorf("answer = %q; want that of sekisho", b)
					}
				})
			}
		}
	})
	for {
		select {
		case h := <-heard:
			if strings.Contains(h, "password") {
				t.Errorf("the origin heard %q", h)
			}
			continue
		default:
		}
		break
	}
}

// TestCasesNumbersLikeGaps: lengths and tags of other protocols that look like line ends
// or blanks begin no request, whole or in pieces.
func TestCasesNumbersLikeGaps(t *testing.T) {
	t.Parallel()
	l := start(t)
	echo := func(c net.Conn) { _, _ = io.Copy(c, c) }
	secure, clear := l.RawTLS([]string{shop}, echo), l.Raw([]string{shop}, echo)
	for _, said := range []string{"\x20\x00\xfb\x05\x1dexample", "\n\x00", "\r\x08\x01", "\t\x80", " \n\x04"} {
		for door, open := range map[string]func() net.Conn{
			"TLS":   func() net.Conn { return l.unnamed(t, authority(shop, secure)) },
			"clear": func() net.Conn { return l.connect(t, authority(shop, clear)) },
		} {
			for _, step := range []int{1, len(said)} {
				t.Run(fmt.Sprintf("HP-36 %q %s by %d", said, door, step), func(t *testing.T) {
					t.Parallel()
					c := open()
					for rest := said; rest != ""; rest = rest[min(step, len(rest)):] {
						_, _ = io.WriteString(c, rest[:min(step, len(rest))])
						time.Sleep(5 * time.Millisecond)
					}
					_ = c.SetReadDeadline(time.Now().Add(patience))
					back := make([]byte, len(said))
					if _, err := io.ReadFull(c, back); err != nil || string(back) != said {
						t.Errorf("back came %q, %v; want %q", back, err, said)
					}
				})
			}
		}
	}
}
