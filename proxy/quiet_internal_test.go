package proxy

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"testing"
	"time"

	"sekisho/internal/labnet"
	"sekisho/proxy/socket"
)

// waitingConn returns a connection to an origin that has handed out a session
// ticket, which has arrived, and then did what after does.
func waitingConn(t testing.TB, cfg *tls.Config, roots *tls.Config, after func(*tls.Conn)) *tls.Conn {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() { _ = l.Close() }()
		c, err := l.Accept()
		if err != nil {
			return
		}
		s := tls.Server(c, cfg)
		defer func() { _ = c.Close() }()
		if s.Handshake() == nil {
			after(s)
			_, _ = io.Copy(io.Discard, c)
		}
	}()
	raw, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	c := tls.Client(newOriginConn(raw), roots)
	t.Cleanup(func() { _ = raw.Close(); <-done })
	if err := c.Handshake(); err != nil {
		t.Fatal(err)
	}
	rawConn, err := raw.(*net.TCPConn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(20 * time.Second); !socket.Arrived(rawConn); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("no ticket came")
		}
	}
	return c
}

// TestQuiet: a session ticket is no answer; data and an end are.
func TestQuiet(t *testing.T) {
	t.Parallel()
	n := labnet.New(t)
	pair := n.CA().Issue(t, []string{"shop.labnet.example"}, nil)
	// Asked for a certificate, Go sends the ticket behind the client's last word, as
	// OpenSSL always does.
	server := &tls.Config{Certificates: []tls.Certificate{pair}, ClientAuth: tls.RequestClientCert}
	client := &tls.Config{RootCAs: n.Roots(), ServerName: "shop.labnet.example"}
	for name, tt := range map[string]struct {
		after func(*tls.Conn)
		want  bool
	}{
		"ticket": {func(*tls.Conn) {}, true},
		"data":   {func(c *tls.Conn) { _, _ = c.Write([]byte("x")) }, false},
		"end":    {func(c *tls.Conn) { _ = c.CloseWrite() }, false},
	} {
		for _, late := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, deadline over %t", name, late), func(t *testing.T) {
				t.Parallel()
				client := client.Clone() // a session of another row's would be resumed, without a ticket
				client.ClientSessionCache = tls.NewLRUClientSessionCache(1)
				c := waitingConn(t, server, client, tt.after)
				if !tt.want { // the second record may take a moment
					time.Sleep(50 * time.Millisecond)
				}
				if late { // as after an exchange, and a while
					c.NetConn().(*originConn).hasten(time.Now().Add(-time.Hour))
				}
				if got := quiet(c); got != tt.want {
					t.Errorf("quiet = %t; want %t", got, tt.want)
				}
			})
		}
	}
}

// TestHasten: a deadline that is near is moved, one that is not stays, and none that
// others set is relied on.
func TestHasten(t *testing.T) {
	t.Parallel()
	near, _ := net.Pipe()
	set := &deadlines{Conn: near}
	c := newOriginConn(set)
	now := time.Unix(1_700_000_000, 0)
	for i, step := range []struct {
		do   func()
		want int
	}{
		{func() { c.hasten(now) }, 1},
		{func() { c.hasten(now.Add(slowAnswer / 2)) }, 1},
		{func() { c.hasten(now.Add(slowAnswer/2 + 1)) }, 2},
		{func() { _ = c.SetReadDeadline(time.Time{}) }, 3},
		{func() { c.hasten(now.Add(slowAnswer/2 + 2)) }, 4},
		{func() { _ = c.SetDeadline(time.Time{}) }, 5},
		{func() { c.hasten(now.Add(slowAnswer/2 + 3)) }, 6},
	} {
		if step.do(); set.n != step.want {
			t.Fatalf("after step %d deadlines were set %d times; want %d", i, set.n, step.want)
		}
	}
}

// deadlines counts how often one was set.
type deadlines struct {
	net.Conn
	n int
}

func (d *deadlines) SetReadDeadline(time.Time) error { d.n++; return nil }
func (d *deadlines) SetDeadline(time.Time) error     { d.n++; return nil }
