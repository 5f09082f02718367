package egress_test

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"slices"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"sekisho/proxy/egress"
)

// TestDialLate: connections that come behind the first one are closed.
func TestDialLate(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	const dials = 4
	var together sync.WaitGroup
	together.Add(dials)
	d := egress.Dialer{Beside: make(chan struct{}, dials), Control: func(string, string, syscall.RawConn) error {
		together.Done()
		together.Wait()
		return nil
	}}
	conn, err := d.Dial(t.Context(), slices.Repeat([]netip.AddrPort{netip.MustParseAddrPort(l.Addr().String())}, dials))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	for deadline := time.Now().Add(20 * time.Second); len(d.Beside) > 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the race goes on")
		}
	}
	_ = l.(*net.TCPListener).SetDeadline(time.Now().Add(200 * time.Millisecond)) // all that came wait already
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer func() { _ = c.Close() }()
		if c.RemoteAddr().String() == conn.LocalAddr().String() {
			continue
		}
		_ = c.SetReadDeadline(time.Now().Add(10 * time.Second))
		var timeout net.Error
		if _, err := io.Copy(io.Discard, c); errors.As(err, &timeout) && timeout.Timeout() {
			t.Fatal("a late connection stays open")
		}
	}
}

// TestDialNext: behind an address that fails the next one is tried at once.
func TestDialNext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		failed := errors.New("no way there")
		begun, tried := time.Now(), 0
		d := egress.Dialer{Control: func(string, string, syscall.RawConn) error {
			tried++
			return failed
		}}
		closed := slices.Repeat([]netip.AddrPort{netip.MustParseAddrPort("127.0.0.1:1")}, 3)
		if _, err := d.Dial(t.Context(), closed); !errors.Is(err, failed) || tried != len(closed) {
			t.Errorf("error = %v behind %d attempts; want that of the first behind all", err, tried)
		}
		if took := time.Since(begun); took != 0 {
			t.Errorf("the attempts took %v; want no pause between them", took)
		}
	})
}
