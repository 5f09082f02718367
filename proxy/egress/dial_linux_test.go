package egress_test

import (
	"errors"
	"net"
	"net/netip"
	"os"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"sekisho/proxy/egress"
)

// silent returns n addresses that answer no SYN: the queues of their listeners are full.
func silent(t *testing.T, n int) (all []netip.AddrPort) {
	t.Helper()
	for range n {
		fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = syscall.Close(fd) })
		if err := errors.Join(syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}), syscall.Listen(fd, 0)); err != nil {
			t.Fatal(err)
		}
		at, err := syscall.Getsockname(fd)
		if err != nil {
			t.Fatal(err)
		}
		to := at.(*syscall.SockaddrInet4)
		for range 4 {
			c, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC|syscall.SOCK_NONBLOCK, 0)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = syscall.Close(c) })
			_ = syscall.Connect(c, to) // under way
		}
		all = append(all, netip.AddrPortFrom(netip.AddrFrom4(to.Addr), uint16(to.Port)))
	}
	return all
}

// TestDialTurns: behind addresses that do not answer the next one has its turn, with and
// without places to try it beside them, and the places are given back.
func TestDialTurns(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	answers := netip.MustParseAddrPort(l.Addr().String())
	for _, tt := range []struct {
		name   string
		places int
		silent int
		before int32 // sockets that have to be opened before one answers
	}{
		{"with places", 8, 3, 4},
		{"with one place", 1, 3, 4},
		{"with none", 0, 2, 3},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var opened atomic.Int32
			d := egress.Dialer{Beside: make(chan struct{}, tt.places), Control: func(string, string, syscall.RawConn) error {
				opened.Add(1)
				return nil
			}}
			conn, err := d.Dial(t.Context(), append(silent(t, tt.silent), answers))
			if err != nil {
				t.Fatal(err)
			}
			_ = conn.Close()
			if opened.Load() != tt.before {
				t.Errorf("%d sockets were opened; want %d", opened.Load(), tt.before)
			}
			for deadline := time.Now().Add(20 * time.Second); len(d.Beside) > 0; time.Sleep(time.Millisecond) {
				if time.Now().After(deadline) {
					t.Fatalf("%d places are not given back", len(d.Beside))
				}
			}
		})
	}
}

// TestDialGivenUp: of addresses that were given up for others, none of which answered, it
// is told that they did not answer.
func TestDialGivenUp(t *testing.T) {
	t.Parallel()
	closed := netip.MustParseAddrPort("127.0.0.1:1")
	conn, err := (&egress.Dialer{}).Dial(t.Context(), append(silent(t, 1), closed))
	if err == nil {
		_ = conn.Close()
	}
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("error = %v; want a timeout", err)
	}
}
