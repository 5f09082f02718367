package proxy_test

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"sekisho/imitation"
	"sekisho/internal/labnet"
	"sekisho/proxy"
)

// TestCasesGapBeforeRequest holds that what a lenient server passes over before a
// request, and odd methods and blanks, make no other protocol of it: the sign-in behind
// them does not leave unread, in TLS without ALPN and in the clear, whole or in pieces.
func TestCasesGapBeforeRequest(t *testing.T) {
	t.Parallel()
	l := start(t)
	l.protect()
	heard := make(chan string, 256)
	answer := func(c net.Conn) {
		b := make([]byte, 4096)
		n, _ := c.Read(b)
		heard <- string(b[:n])
	}
	secure, clear := l.RawTLS([]string{shop}, answer), l.Raw([]string{shop}, answer)
	body := "email=" + ownID + "&password=" + strings.ReplaceAll(ownPassword, "+", "%2B")
	t.Run("HP-36", func(t *testing.T) { // ends when all of them have
		for _, line := range []string{
			"\r\nPOST /", "\nPOST /", "\r\n\r\nPOST /", "\rPOST /", " POST /", "\tPOST /", "M-SEARCH /", "VERSION-CONTROL /",
			"post /", "pOST /", "P0ST /", "A_B /", "1POST /", "!POST /", "ABCDEFGHIJKLMNOPQRSTUVWXYZ /", "POST\t/", "POST\v/", "FROB\x85/", "POST\xa0/",
			"\vPOST /", "\x0cpost /", "\x1cPOST /", "\x85POST /", "\xa0POST /", "\x00POST /", "\xef\xbb\xbfPOST /", "POST\r\nx: /",
		} {
			for door, open := range map[string]func(t *testing.T) (net.Conn, string){
				"TLS": func(t *testing.T) (net.Conn, string) {
					return l.unnamed(t, authority(shop, secure)), authority(shop, secure)
				},
				"clear": func(t *testing.T) (net.Conn, string) {
					return l.connect(t, authority(shop, clear)), authority(shop, clear)
				},
			} {
				for _, torn := range []int{0, len(line)} {
					t.Run(fmt.Sprintf("%q %s, %d torn", line, door, torn), func(t *testing.T) {
						t.Parallel()
						c, to := open(t)
						defer func() { _ = c.Close() }()
						_ = c.SetDeadline(time.Now().Add(patience))
						say := fmt.Sprintf("%s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s",
							line, to, len(body), body)
						for i := range torn {
							_, _ = io.WriteString(c, say[i:i+1])
							time.Sleep(2 * time.Millisecond)
						}
						_, _ = io.WriteString(c, say[torn:])
						b, _ := io.ReadAll(io.LimitReader(c, 64))
						if !strings.HasPrefix(string(b), "HTTP/1.1 4") {
							t.Errorf("answer = %q; want that of sekisho", b)
						}
					})
				}
			}
		}
	})
	for len(heard) > 0 {
		if h := <-heard; h != "" {
			t.Errorf("the origin heard %q", h)
		}
	}
}

// TestCasesUnreadHeld: to a site that is held, or was found to be a copy, nothing goes
// unread at any door; to one under suspicion no words do.
func TestCasesUnreadHeld(t *testing.T) {
	t.Parallel()
	const copied, suspect = "tidy-mail.example", "neat-post.example"
	l := start(t)
	hear := make(chan string, 64)
	serve := func(c net.Conn) { // closes when it has heard something, which the client sees
		b := make([]byte, 4096)
		n, _ := c.Read(b)
		hear <- string(b[:n])
	}
	names := []string{copied, suspect, lookalike, shop}
	secure, clear, first, firstTLS := l.RawTLS(names, serve), l.Raw(names, serve), l.Raw(names, banner(hear)), l.RawTLS(names, banner(hear))
	me := netip.MustParseAddr("127.0.0.1")
	l.dossier.Page(name(t, copied), me, imitation.Result{Grade: imitation.Copy, Score: 100, Signs: []string{"title", "form"}})
	l.dossier.Page(name(t, suspect), me, imitation.Result{Grade: imitation.Suspect, Score: 40, Signs: []string{"title"}})
	for _, tt := range []struct {
		door, host, say string
		passes          bool
	}{
		{"clear", shop, "NICK me\r\n", true},
		{"clear", shop, "\x10\x0cMQTT", true},
		{"clear", shop, "QUIT", true}, // its end is that of the line
		{"TLS", shop, "QUIT", true},
		{"clear", copied, "NICK me\r\n", false},
		{"clear", copied, "\x10\x0cMQTT", false},
		{"clear", copied, "post /ap/signin HTTP/1.1\r\n\r\n", false},
		{"clear", lookalike, "\x10\x0cMQTT", false},
		{"clear", lookalike, "post / HTTP/1.1\r\n\r\n", false},
		{"clear", suspect, "NICK me\r\n", false},
		{"clear", suspect, "\x10\x0cMQTT", true},
		{"TLS", copied, "NICK me\r\n\r\n", false},
		{"TLS", copied, "\x10\x0cMQTT", false},
		{"TLS", suspect, "\vNICK me\r\n\r\n", false},
		{"TLS", suspect, "\x10\x0cMQTT", true},
		{"banner", shop, "NICK me\r\n", true},
		{"banner", suspect, "NICK me\r\n", false},
		{"banner", suspect, "\x10\x0cMQTT", true},
		{"banner in TLS", suspect, "NICK me\r\n", false},
		{"banner in TLS", suspect, "\x10\x0cMQTT", true},
	} {
		t.Run(fmt.Sprintf("HP-36 %s, %s, %q", tt.door, tt.host, tt.say), func(t *testing.T) {
			var c net.Conn
			switch tt.door {
			case "clear":
				c = l.connect(t, authority(tt.host, clear))
			case "TLS":
				c = l.unnamed(t, authority(tt.host, secure))
			case "banner":
				c = l.connect(t, authority(tt.host, first))
			default:
				c = l.unnamed(t, authority(tt.host, firstTLS))
			}
			_ = c.SetDeadline(time.Now().Add(patience))
			if strings.HasPrefix(tt.door, "banner") {
				line(t, c, bufio.NewReader(c), "", "220 ready")
			}
			_, _ = io.WriteString(c, tt.say)
			if tt.passes {
				_ = bare(c).CloseWrite()
				if h, ok := c.(interface{ CloseWrite() error }); ok {
					_ = h.CloseWrite()
				}
				for got, late := "", time.After(patience); got == ""; {
					select {
					case got = <-hear:
					case <-late:
						t.Fatal("the origin heard nothing")
					}
					if got != "" && got != tt.say {
						t.Errorf("the origin heard %q; want %q", got, tt.say)
					}
				}
				return
			}
			_, _ = c.Read(make([]byte, 1)) // the end, or a refusal
			_ = c.Close()
			wait(t, "the origins' connections to end", func() bool { return first.Open()+firstTLS.Open() == 0 })
			for len(hear) > 0 {
				if got := <-hear; got != "" {
					t.Errorf("the origin heard %q", got)
				}
			}
		})
	}
}

// TestHP36Observed: a proxy that observes lets what is no HTTP pass to any site.
func TestHP36Observed(t *testing.T) {
	t.Parallel()
	l := start(t, func(o *proxy.Options) { o.Settings.Observe = true })
	names := []string{shop, lookalike}
	secure, clear := l.RawTLS(names, answerLines), l.Raw(names, answerLines)
	named := l.RawTLS(names, answerLines, labnet.TLS(func(c *tls.Config) { c.NextProtos = []string{"mqtt"} }))
	mail := func(c net.Conn) {
		_, _ = io.WriteString(c, "220 ready\r\n")
		answerLines(c)
	}
	secureMail, clearMail := l.RawTLS(names, mail), l.Raw(names, mail)
	for _, host := range names {
		l.dossier.Page(name(t, host), netip.MustParseAddr("127.0.0.1"), imitation.Result{Grade: imitation.Copy, Score: 100, Signs: []string{"title", "form"}})
		for _, say := range []string{"\x10\x0cMQTT", "NICK me"} {
			mqtt, err := l.offering(t, authority(host, named), l.strange(), "mqtt")
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range []net.Conn{l.connect(t, authority(host, clear)), l.unnamed(t, authority(host, secure)), mqtt} {
				_ = c.SetDeadline(time.Now().Add(patience))
				line(t, c, bufio.NewReader(c), say, "done "+say)
			}
			for _, c := range []net.Conn{l.connect(t, authority(host, clearMail)), l.unnamed(t, authority(host, secureMail))} {
				_ = c.SetDeadline(time.Now().Add(patience))
				br := bufio.NewReader(c)
				line(t, c, br, "", "220 ready")
				line(t, c, br, say, "done "+say)
			}
		}
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
