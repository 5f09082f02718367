package proxy

import (
	"errors"
	"io"
	"net"
	"net/http"
	"testing"
	"time"
)

// TestOriginsEnd: at the end connections to origins are closed that no pool knows to be
// idle, and what is dialled too late. One that was closed before is forgotten.
func TestOriginsEnd(t *testing.T) {
	t.Parallel()
	o := &origins{h1: &http.Transport{}, h2: &http.Transport{}, narrow: &http.Transport{}, pool: newPool(1)}
	pipe := func() (near, far net.Conn) { return net.Pipe() }
	busy, farBusy := pipe()
	o.conns.add(busy)
	done, _ := pipe()
	_ = o.conns.add(done).Close()
	if n := len(o.conns.open); n != 1 {
		t.Errorf("%d connections in the account; want the one that is open", n)
	}
	o.close()
	late, farLate := pipe()
	o.conns.add(late)
	for name, far := range map[string]net.Conn{"busy": farBusy, "late": farLate} {
		_ = far.SetDeadline(time.Unix(1, 0)) // nobody would read
		if _, err := far.Write([]byte("x")); !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("%s: write = %v; want a closed pipe", name, err)
		}
	}
}
