package proxy_test

import (
	"errors"
	"io"
	"net"
	"syscall"
	"testing"
	"time"

	"sekisho/proxy"
)

// TestHP19SentBeforeReset is HP-19: what came before a reset reaches an end that takes it
// slowly.
func TestHP19SentBeforeReset(t *testing.T) {
	t.Parallel()
	l := startBounded(t, proxy.Bounds{})
	const much = 400_000
	o := l.Raw([]string{genuine}, func(c net.Conn) {
		_, _ = c.Write(make([]byte, much))
		time.Sleep(300 * time.Millisecond) // or the system drops what is on its way
		breakOff(c)
	})
	c := l.connect(t, authority(genuine, o))
	_ = bare(c).SetReadBuffer(64 << 10)
	time.Sleep(450 * time.Millisecond)
	_ = c.SetReadDeadline(time.Now().Add(patience))
	all, err := io.ReadAll(c)
	if len(all) != much || !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("read %d bytes, %v; want %d and a reset", len(all), err, much)
	}
}
