package console

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"testing"
	"time"

	"go.uber.org/zap"

	"sekisho/descriptors"
)

// arrivals is a listener to which clients of given addresses come.
type arrivals struct{ from []string }

type arrived struct {
	net.Conn
	from   string
	closed *int
}

func (a arrived) RemoteAddr() net.Addr {
	return net.TCPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(a.from), 1))
}
func (a arrived) Close() error { *a.closed++; return nil }

func (l *arrivals) Accept() (net.Conn, error) {
	if len(l.from) == 0 {
		return nil, net.ErrClosed
	}
	from := l.from[0]
	l.from = l.from[1:]
	return arrived{from: from, closed: new(int)}, nil
}
func (l *arrivals) Close() error   { return nil }
func (l *arrivals) Addr() net.Addr { return nil }

// TestFairListener: a network of IPv6 is one client, and a place is given back once.
func TestFairListener(t *testing.T) {
	t.Parallel()
	l := &arrivals{}
	f := newFair(l, 2, zap.NewNop())
	accept := func(from ...string) (got []net.Conn) {
		l.from = from
		for {
			c, err := f.Accept()
			if err != nil {
				return got
			}
			got = append(got, c)
		}
	}
	first := accept("2001:db8::1", "2001:db8::2", "2001:db8::3", "::ffff:192.0.2.1", "192.0.2.1", "192.0.2.1", "2001:db8:0:1::1")
	if len(first) != 5 {
		t.Fatalf("%d were let in; want 2 of each client, and 1", len(first))
	}
	for range 2 {
		_ = first[0].Close()
	}
	if again := accept("2001:db8::4", "2001:db8::5", "192.0.2.1"); len(again) != 1 {
		t.Errorf("%d were let in after one left; want 1", len(again))
	}
	for _, c := range first[1:] {
		_ = c.Close()
	}
	if f.mu.Lock(); len(f.open) != 1 {
		t.Errorf("%v is kept", f.open)
	}
	f.mu.Unlock()
}

// TestConsoleOneClient: what one client holds open leaves places, and one that it
// gives back is there again.
func TestConsoleOneClient(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	serve(t, s)
	dial := func() net.Conn {
		c, err := net.Dial("tcp", s.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		return c
	}
	share := max(min(maxConnections, descriptors.Own().Console)/clientShare, leastPerClient)
	var open []net.Conn
	for range share {
		open = append(open, dial())
	}
	late := dial()
	_ = late.SetReadDeadline(time.Now().Add(20 * time.Second))
	if _, err := late.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatalf("one more than %d: %v; want it closed", share, err)
	}
	_ = open[0].Close()
	for end := time.Now().Add(20 * time.Second); ; {
		c := dial()
		_, _ = io.WriteString(c, "GET /healthz HTTP/1.1\r\nHost: "+s.Addr().String()+"\r\nConnection: close\r\n\r\n")
		if b, err := io.ReadAll(c); err == nil && len(b) > 0 {
			return
		}
		if time.Now().After(end) {
			t.Fatal("no place came back")
		}
	}
}
