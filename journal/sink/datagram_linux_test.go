package sink

import (
	"errors"
	"net"
	"syscall"
	"testing"

	"sekisho/config"
	"sekisho/journal"
)

// TestDatagramBeforeARefusal: that nobody listens is told at the datagram after the one
// that nobody took, which so is sent again.
func TestDatagramBeforeARefusal(t *testing.T) {
	t.Parallel()
	l, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	d := &datagram{address: l.LocalAddr().String(), text: newSyslog(config.Sink{Enterprise: 32473}, &Options{Version: "1"})}
	defer func() { _ = d.close() }()
	if n, err := d.send(t.Context(), make([]journal.Event, 3)); n != 3 || err != nil {
		t.Fatalf("to a receiver: %d, %v", n, err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if n, err := d.send(t.Context(), make([]journal.Event, 3)); n != 0 || !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("to nobody: %d, %v; want that none arrived", n, err)
	}
}
