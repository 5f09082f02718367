package sinkhole_test

import (
	"crypto/tls"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// TestFlood holds what one client and slow ones can take, and serves again afterwards.
func TestFlood(t *testing.T) {
	t.Parallel()
	r := start(t, 700*time.Millisecond, new(house))
	hello := helloFor(t, blocked)
	for what, tt := range map[string]struct {
		to   string
		says []byte
	}{
		"silent":              {r.secure, nil},
		"half a hello":        {r.secure, hello[:len(hello)/2]},
		"a hello and no more": {r.secure, hello},
		"an endless hello":    {r.secure, append([]byte{22, 3, 1, 0x40, 0, 1, 0xff, 0xff, 0xff}, make([]byte, 64<<10)...)},
		"half a head":         {r.clear, []byte("GET / HTTP/1.1\r\nHost: " + blocked + "\r\nX-")},
	} {
		var all []net.Conn
		for range 40 {
			c, err := net.Dial("tcp", tt.to)
			if err != nil {
				t.Fatal(err)
			}
			_, _ = c.Write(tt.says) // it may be closed already
			all = append(all, c)
		}
		for _, c := range all { // every one ends by itself
			_ = c.SetReadDeadline(time.Now().Add(patience))
			if _, err := io.Copy(io.Discard, c); err != nil && strings.Contains(err.Error(), "timeout") {
				t.Fatalf("%s: a connection is still open", what)
			}
			_ = c.Close()
		}
		wait(t, "room after "+what, func() bool {
			resp, err := r.client(t, false).Get("https://" + blocked + "/")
			if err != nil {
				return false
			}
			_ = resp.Body.Close()
			return true
		})
	}
}

// TestSilent serves a client however many connections it, or somebody behind the same
// address, has open without a word, long before these end by themselves.
func TestSilent(t *testing.T) {
	t.Parallel()
	r := start(t, time.Minute, new(house))
	for i := range 64 {
		to := r.clear
		if i%2 == 0 {
			to = r.secure
		}
		c, err := net.Dial("tcp", to)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close() }()
	}
	for _, scheme := range []string{"https", "http"} {
		if got := ask(t, r.client(t, true), scheme+"://"+blocked+"/", ""); !strings.Contains(got, blocked) {
			t.Errorf("%s: %q", scheme, got)
		}
	}
}

// TestShare lets one client hold so many connections and no more.
func TestShare(t *testing.T) {
	t.Parallel()
	r := start(t, time.Minute, new(house))
	open := 0
	for range 48 {
		c, err := net.Dial("tcp", r.clear)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close() }()
		if _, err := io.WriteString(c, "GET / HTTP/1.1\r\nHost: "+blocked+"\r\n\r\n"); err != nil {
			continue
		}
		_ = c.SetReadDeadline(time.Now().Add(patience))
		if n, _ := io.ReadFull(c, make([]byte, 12)); n == 12 {
			open++
		}
	}
	if open != 32 {
		t.Errorf("%d connections of one client were served; want 32", open)
	}
}

// helloFor is the first flight of a client that asks for host.
func helloFor(t *testing.T, host string) []byte {
	t.Helper()
	here, there := net.Pipe()
	defer func() { _ = there.Close() }()
	go func() { _ = tls.Client(here, &tls.Config{ServerName: host}).Handshake(); _ = here.Close() }()
	b := make([]byte, 16<<10)
	n, err := there.Read(b)
	if err != nil {
		t.Fatal(err)
	}
	return b[:n]
}
