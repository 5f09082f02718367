package datagram

import (
	"net"
	"syscall"
	"testing"
)

// TestBesideKeepsOut has nobody else's socket share the port, however it asks.
func TestBesideKeepsOut(t *testing.T) {
	t.Parallel()
	first, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = first.Close() }()
	more := Beside(first, 2)
	for _, conn := range more {
		defer func() { _ = conn.Close() }()
		if got, want := conn.LocalAddr().String(), first.LocalAddr().String(); got != want {
			t.Errorf("a socket at %s; want %s", got, want)
		}
	}
	if len(more) != 2 {
		t.Errorf("%d more sockets; want 2", len(more))
	}
	config := net.ListenConfig{Control: func(_, _ string, raw syscall.RawConn) error { return reusePort(raw, 1) }}
	if thief, err := config.ListenPacket(t.Context(), "udp", first.LocalAddr().String()); err == nil {
		_ = thief.Close()
		t.Errorf("a socket that would share its port took %s", first.LocalAddr())
	}
	if other, err := net.ListenPacket("udp", first.LocalAddr().String()); err == nil {
		_ = other.Close()
		t.Errorf("a plain socket took %s", first.LocalAddr())
	}
}
