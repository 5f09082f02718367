package proxy

import (
	"errors"
	"net"
	"os"
	"syscall"
	"time"

	"sekisho/proxy/socket"
)

// A connection that breaks must not look as if it had ended well: a transfer without
// TLS would seem whole. So a tunnel one end of which was reset (RFC 9293, section
// 3.5.2) resets the other, and its place is free at once.

// unsentFor is how long the other end may take to receive what had come before.
const unsentFor = time.Second

// fail ends t because of err, which moving bytes met with.
func (t *tunnel) fail(err error) {
	if errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, net.ErrClosed) { // ended here
		t.close()
		return
	}
	t.reset()
}

// reset breaks both ends, each once it has what came for it.
func (t *tunnel) reset() {
	for _, c := range []net.Conn{t.client, t.origin} {
		end := bottom(c)
		if raw := rawOf(end); raw != nil {
			awaitSent(raw)
		}
		if l, ok := end.(interface{ SetLinger(sec int) error }); ok {
			_ = l.SetLinger(0)
		}
		_ = end.Close() // below TLS, whose close would say that this is the end
	}
	t.close()
}

// awaitSent waits until the other end has received what was written.
func awaitSent(raw syscall.RawConn) {
	until := time.Now().Add(unsentFor)
	for socket.PeerOf(raw) != socket.Gone && socket.Unsent(raw) > 0 && time.Now().Before(until) {
		time.Sleep(time.Millisecond)
	}
}

// endBroken ends the tunnels that broke at an end which nobody reads: one that has
// ended its direction, or whose bytes the other does not take.
func (ts *tunnels) endBroken() {
	for _, e := range ts.all() {
		t, ok := e.(*tunnel)
		if !ok || t.listening.Load() == 2 {
			continue
		}
		for _, c := range []net.Conn{t.client, t.origin} {
			if raw := rawOf(bottom(c)); raw != nil && socket.Broken(raw) {
				go t.reset() // which may wait
				break
			}
		}
	}
}
