package proxy_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"syscall"
	"testing"
	"time"

	"sekisho/internal/labnet"
	"sekisho/proxy"
)

// unread is a tunnel that is passed on unread: how its client and its origin see it.
type unread struct {
	name           string
	client, origin net.Conn
}

// unreads opens a tunnel of each kind, in which both ends have spoken.
func (l *lab) unreads(t *testing.T) (all []unread) {
	t.Helper()
	ends := make(chan net.Conn)
	done := t.Context().Done()
	serve := func(c net.Conn) {
		if _, err := io.ReadFull(c, make([]byte, len("\x10\x0cMQTT"))); err != nil {
			return // verified, and not used
		}
		select {
		case ends <- c:
			<-done
		case <-done:
		}
	}
	names := []string{shop, genuine}
	clear, secure := l.Raw(names, serve), l.RawTLS(names, serve)
	for _, tt := range []struct {
		name string
		open func() net.Conn
	}{
		{"never decrypted", func() net.Conn { return l.connect(t, authority(genuine, clear)) }},
		{"in the clear", func() net.Conn { return l.connect(t, authority(shop, clear)) }},
		{"inside TLS", func() net.Conn { return l.unnamed(t, authority(shop, secure)) }},
	} {
		u := unread{name: tt.name, client: tt.open()}
		_ = u.client.SetDeadline(time.Now().Add(patience))
		if _, err := io.WriteString(u.client, "\x10\x0cMQTT"); err != nil {
			t.Fatal(err)
		}
		u.origin = <-ends
		_ = u.origin.SetDeadline(time.Now().Add(patience))
		if _, err := io.WriteString(u.origin, "hello"); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(u.client, make([]byte, len("hello"))); err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		all = append(all, u)
	}
	return all
}

// breakOff resets c.
func breakOff(c net.Conn) {
	for below, ok := c.(interface{ NetConn() net.Conn }); ok; below, ok = c.(interface{ NetConn() net.Conn }) {
		c = below.NetConn()
	}
	_ = c.(interface{ SetLinger(sec int) error }).SetLinger(0)
	_ = c.Close()
}

// TestHP19ResetPasses is HP-19 for what is passed on unread: a reset of one end is one at
// the other, behind what came before it, and the tunnel's place is free.
func TestHP19ResetPasses(t *testing.T) {
	t.Parallel()
	for _, side := range []string{"client", "origin"} {
		l := startBounded(t, proxy.Bounds{PerClient: 4}) // one is a CONNECT that is being answered
		for _, u := range l.unreads(t) {
			t.Run("HP-19 "+u.name+", the "+side+" resets", func(t *testing.T) {
				breaks, sees := u.client, u.origin
				if side == "origin" {
					breaks, sees = sees, breaks
				}
				last := bytes.Repeat([]byte("z"), 300_000)
				if side == "origin" && u.name != "inside TLS" { // what is sent off before it arrives
					if _, err := breaks.Write(last); err != nil {
						t.Fatal(err)
					}
					if _, err := io.ReadFull(sees, last); err != nil {
						t.Fatal(err)
					}
				}
				breakOff(breaks)
				if n, err := sees.Read(last); n != 0 || !errors.Is(err, syscall.ECONNRESET) {
					t.Errorf("the other end reads %d, %v; want a reset", n, err)
				}
			})
		}
		l.placesFree(t, 3)
	}
}

// placesFree waits until a client can open n tunnels. It keeps those that it opened: to
// close and open them again would take the places that it looks for.
func (l *lab) placesFree(t *testing.T, n int) {
	t.Helper()
	o := l.Origin([]string{genuine}, labnet.Handler())
	for range n {
		wait(t, "the places to be free", func() bool {
			c := l.dial(t)
			_, _ = io.WriteString(c, "CONNECT "+authority(genuine, o)+" HTTP/1.1\r\nHost: x\r\n\r\n")
			answer := make([]byte, len("HTTP/1.1 200"))
			_, err := io.ReadFull(c, answer)
			free := err == nil && string(answer) == "HTTP/1.1 200"
			if !free {
				_ = c.Close()
			}
			return free
		})
	}
}

// TestHP19BrokenUnread: a reset is seen as well where nobody reads: behind the end of a
// direction, and while the other end takes nothing; at once, and after a silence.
func TestHP19BrokenUnread(t *testing.T) {
	t.Parallel()
	for name, before := range map[string]func(u unread){
		"behind an end": func(u unread) {
			_ = bare(u.client).CloseWrite()
			_, _ = u.origin.Read(make([]byte, 1))
			// Unread bytes make a reset of what is closed then.
			_, _ = io.WriteString(u.origin, "some")
		},
		"while nothing is taken": func(u unread) {
			_ = u.client.SetWriteDeadline(time.Now().Add(500 * time.Millisecond))
			for _, err := u.client.Write(make([]byte, 1<<20)); err == nil; {
				_, err = u.client.Write(make([]byte, 1<<20))
			}
		},
	} {
		for after, silence := range map[string]time.Duration{"at once": 0, "after a silence": 1200 * time.Millisecond} {
			t.Run("HP-19 "+name+", "+after, func(t *testing.T) {
				t.Parallel()
				l := startBounded(t, proxy.Bounds{PerClient: 4}) // one is a CONNECT that is being answered
				for _, u := range l.unreads(t) {
					before(u)
					time.Sleep(silence)
					breakOff(u.client)
				}
				l.placesFree(t, 3)
			})
		}
	}
}

// TestHP19EndedUnread: a client that has ended its direction may wait for as long as a
// tunnel may be silent, inside TLS as without.
func TestHP19EndedUnread(t *testing.T) {
	t.Parallel()
	l := startBounded(t, proxy.Bounds{})
	all := l.unreads(t)
	for _, u := range all {
		if err := bare(u.client).CloseWrite(); err != nil {
			t.Fatal(err)
		}
		if n, err := u.origin.Read(make([]byte, 1)); n != 0 || err == nil || isTimeout(err) {
			t.Fatalf("%s: the origin reads %d, %v; want the end", u.name, n, err)
		}
	}
	time.Sleep(4500 * time.Millisecond) // longer than a request may be waited for in this way
	for _, u := range all {
		answer := make([]byte, len("answer"))
		if _, err := io.WriteString(u.origin, "answer"); err != nil {
			t.Errorf("%s: %v", u.name, err)
		}
		if _, err := io.ReadFull(u.client, answer); err != nil || string(answer) != "answer" {
			t.Errorf("%s: the client reads %q, %v", u.name, answer, err)
		}
	}
}
