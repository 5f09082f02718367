package proxy_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"testing"
	"time"

	"sekisho/hostname"
	"sekisho/imitation"
	"sekisho/internal/labnet"
	"sekisho/journal"
	"sekisho/proxy"
)

// greeting is a server that speaks first, in the clear, and answers lines.
func greeting(words string) func(net.Conn) {
	return func(c net.Conn) {
		_, _ = io.WriteString(c, words)
		answerLines(c)
	}
}

// TestCasesServerFirst: in a tunnel whose client says nothing the server may speak
// first, which is passed on unread, to sites that nothing is known against.
func TestCasesServerFirst(t *testing.T) {
	t.Parallel()
	l := start(t)
	smtp := l.Raw([]string{shop, lookalike}, greeting("220 ready\r\n"))
	t.Run("HP-36 the server speaks first, in the clear", func(t *testing.T) {
		t.Parallel()
		c := l.connect(t, authority(shop, smtp))
		br := bufio.NewReader(c)
		line(t, c, br, "", "220 ready")
		line(t, c, br, "EHLO me", "done EHLO me")
		line(t, c, br, "QUIT", "done QUIT")
		if err := bare(c).CloseWrite(); err != nil {
			t.Fatal(err)
		}
		if rest, err := io.ReadAll(br); len(rest) > 0 || err != nil {
			t.Errorf("behind the end %q, %v", rest, err)
		}
		notes := l.events(journal.Filter{Technique: "other-protocol"})
		if len(notes) != 1 || notes[0].Host != "" || notes[0].Client == "" {
			t.Errorf("notes = %+v; want one, of the client, without a host", notes)
		}
	})
	t.Run("HP-36 a held site that would", func(t *testing.T) {
		t.Parallel()
		c := l.connect(t, authority(lookalike, smtp))
		_ = c.SetReadDeadline(time.Now().Add(2 * time.Second))
		if n, err := c.Read(make([]byte, 1)); n != 0 || !isTimeout(err) || l.Asked(lookalike) != 0 {
			t.Errorf("the held site was asked, or said something: %d, %v", n, err)
		}
	})
	t.Run("HP-36 a slow client, other", func(t *testing.T) {
		t.Parallel()
		// The origin sees a connection before whoever dialled it does; one that is
		// asked for in between is given up for another.
		for range 10 {
			o := l.Raw([]string{shop}, answerLines)
			c := l.connect(t, authority(shop, o))
			wait(t, "the origin to be dialled", func() bool { return o.Connections() == 1 })
			waitAwhile()
			line(t, c, bufio.NewReader(c), "\x01two", "done \x01two")
			wait(t, "one connection to be left", func() bool { return o.Open() == 1 })
			if o.Connections() == 1 {
				return
			}
		}
		t.Error("never served by the connection that was there")
	})
	t.Run("HP-36 nobody is there", func(t *testing.T) {
		t.Parallel()
		o := l.Raw([]string{shop}, labnet.Reset)
		c := l.connect(t, authority(shop, o))
		_ = c.SetReadDeadline(time.Now().Add(patience))
		if n, err := c.Read(make([]byte, 1)); n != 0 || isTimeout(err) {
			t.Errorf("%d, %v; want the end", n, err)
		}
	})
	t.Run("HP-36 slow TLS to nobody", func(t *testing.T) {
		t.Parallel()
		const missing = "missing.labnet.example"
		c := l.connect(t, missing+":8444")
		time.Sleep(time.Second) // longer than a server is waited for
		cfg := l.trusting()
		cfg.ServerName = missing
		a := exchange(t, tlsClient(c, cfg), "GET / HTTP/1.1\r\nHost: "+missing+":8444\r\n\r\n")
		if a.Header.Get("Sekisho-Error") == "" {
			t.Errorf("answer = %d; want sekisho's page", a.StatusCode)
		}
	})
	t.Run("HP-36 the client leaves", func(t *testing.T) {
		t.Parallel()
		o := l.Raw([]string{shop}, holdOpen)
		c := l.connect(t, authority(shop, o))
		wait(t, "the origin to be dialled", func() bool { return o.Connections() == 1 })
		_ = c.Close()
		wait(t, "the origin's connection to end", func() bool { return o.Open() == 0 })
	})
	t.Run("HP-36 a site given away", func(t *testing.T) {
		t.Parallel()
		const copied = "tidy-mail.example" // of another domain than the rest
		n, err := hostname.Parse(copied)
		if err != nil {
			t.Fatal(err)
		}
		l.dossier.Page(n, netip.MustParseAddr("127.0.0.1"), imitation.Result{Grade: imitation.Copy, Score: 100, Signs: []string{"title", "form"}})
		o := l.Raw([]string{copied}, greeting("220 ready\r\n"))
		c := l.connect(t, authority(copied, o))
		_ = c.SetReadDeadline(time.Now().Add(2 * time.Second))
		if n, err := c.Read(make([]byte, 1)); n != 0 || !isTimeout(err) || o.Connections() != 0 {
			t.Errorf("a copy was dialled, or said something: %d, %v", n, err)
		}
	})
	l.slowWeb(t)
}

// slowWeb: a client of TLS or HTTP that is slow to begin is judged all the same,
// whatever its server says before.
func (l *lab) slowWeb(t *testing.T) {
	for name, words := range map[string]string{
		"silence": "", "a complaint": "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n", "an alert": "\x15\x03\x01\x00\x02\x01\x00", "a banner": "220 ready\r\n",
	} {
		t.Run("HP-36 slow TLS, "+name, func(t *testing.T) {
			t.Parallel()
			o := l.Raw([]string{shop}, greeting(words))
			c := l.connect(t, authority(shop, o))
			wait(t, "the origin to be dialled", func() bool { return o.Connections() == 1 })
			waitAwhile()
			cfg := l.trusting()
			cfg.ServerName = shop
			tc := tlsClient(c, cfg)
			_ = tc.SetDeadline(time.Now().Add(patience))
			err := tc.Handshake()
			if name == "a banner" {
				if err == nil {
					t.Error("TLS behind a banner")
				}
				return
			}
			_, _ = fmt.Fprintf(tc, "GET / HTTP/1.1\r\nHost: %s\r\n\r\n", authority(shop, o))
			resp, err := http.ReadResponse(bufio.NewReader(tc), nil)
			if err != nil || resp.Header.Get("Sekisho-Error") == "" {
				t.Errorf("answer = %v, %v; want sekisho's page: the site speaks no TLS", resp, err)
			}
		})
	}
}

// TestHP36BlockedMeanwhile: a site that is blocked while both are silent is not joined
// to its client when it speaks.
func TestHP36BlockedMeanwhile(t *testing.T) {
	t.Parallel()
	l := start(t)
	speak := make(chan struct{})
	o := l.Raw([]string{shop}, func(c net.Conn) {
		<-speak
		_, _ = io.WriteString(c, "220 ready\r\n")
		holdOpen(c)
	})
	c := l.connect(t, authority(shop, o))
	wait(t, "the origin to be dialled", func() bool { return o.Connections() == 1 })
	l.options.Settings.Policy = policy("block", shop)
	l.proxy.Reload(l.options.Settings)
	close(speak)
	_ = c.SetReadDeadline(time.Now().Add(patience))
	if n, err := c.Read(make([]byte, 1)); n != 0 || isTimeout(err) {
		t.Errorf("%d bytes of a blocked site, %v; want the end", n, err)
	}
	wait(t, "the origin's connection to end", func() bool { return o.Open() == 0 })
}

// TestHP36SpareConnection: for a browser's spare connection to a web port no origin
// is dialled, for a silent one to another is.
func TestHP36SpareConnection(t *testing.T) {
	t.Parallel()
	for port, want := range map[int]int{8443: 2, 8444: 4} { // questions: A and AAAA for CONNECT, and to dial
		l := startBounded(t, proxy.Bounds{Idle: 1500 * time.Millisecond})
		l.Raw([]string{shop}, holdOpen)
		c := l.connect(t, fmt.Sprintf("%s:%d", shop, port))
		if rest, err := io.ReadAll(c); len(rest) > 0 || err != nil {
			t.Errorf("%d: heard %q, %v; want the end", port, rest, err)
		}
		if n := l.Asked(shop); n != want {
			t.Errorf("%d: %d questions; want %d", port, n, want)
		}
	}
}
