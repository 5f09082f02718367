package proxy

import (
	"errors"
	"net"
	"os"
	"time"
)

// slowAnswer is how long an origin may think before the client is watched for
// going away meanwhile, which costs a goroutine.
const slowAnswer = 50 * time.Millisecond

// watch looks for the client's leaving while an origin is waited for.
type watch struct {
	done chan struct{} // nil when nobody watches
	got  int
	gone bool
	byte [1]byte
}

// startWatch begins to read from the client. When the client is gone, the
// origin's connection is closed, which ends the wait.
func (r *relay) startWatch(up net.Conn) {
	done := make(chan struct{})
	r.watch.done = done
	_ = r.client.SetReadDeadline(time.Time{})
	go func() {
		defer close(done)
		n, err := r.client.Read(r.watch.byte[:])
		r.watch.got = n
		if n == 0 && err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
			r.watch.gone = true
			_ = up.Close()
		}
	}()
}

// watched reports whether the client is, or was, looked after in this exchange.
func (r *relay) watched() bool { return r.watch.done != nil || len(r.late) > 0 }

// stopWatch ends the watching and keeps what it read: the byte behind pending.
func (r *relay) stopWatch() {
	if r.watch.done == nil {
		return
	}
	_ = r.client.SetReadDeadline(time.Unix(1, 0))
	<-r.watch.done
	r.watch.done = nil
	_ = r.client.SetReadDeadline(time.Time{})
	r.late = r.watch.byte[:r.watch.got]
	r.watch.got = 0
}
