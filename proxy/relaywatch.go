package proxy

import (
	"errors"
	"io"
	"net"
	"os"
	"time"

	"sekisho/proxy/h1"
)

// slowAnswer is how long an origin may think before the client is watched for
// going away meanwhile, which costs a goroutine.
const slowAnswer = 50 * time.Millisecond

// watch looks for the client's leaving while an origin is waited for.
type watch struct {
	done chan struct{} // nil when nobody watches
	// late is what the client sent meanwhile: room bytes at most. Beyond, it
	// can no longer be seen to leave, and all ends when it has stalled.
	late []byte
	room int
	gone bool
}

// startWatch begins to read from the client. When the client is gone, the
// origin's connection is closed, which ends the wait. One that has ended its
// direction is for endDeparted to judge.
func (r *relay) startWatch(up net.Conn) {
	w := &r.watch
	r.armed = 0
	w.done, w.late, w.room = make(chan struct{}), nil, max(1, h1.MaxHead-len(r.pending))
	_ = r.client.SetReadDeadline(time.Time{})
	go func() {
		defer close(w.done)
		var few [1]byte
		for p := few[:]; len(w.late) < w.room; p = make([]byte, min(512, w.room-len(w.late))) {
			n, err := r.client.Read(p)
			w.late = append(w.late, p[:n]...)
			if errors.Is(err, io.EOF) {
				accounted(r.client).ended.Store(true) // half a close, perhaps
				return
			}
			if err != nil {
				if w.gone = !errors.Is(err, os.ErrDeadlineExceeded); w.gone {
					_ = up.Close()
				}
				return
			}
		}
	}()
}

// watched reports whether the client is, or was, looked after in this exchange.
func (r *relay) watched() bool { return r.watch.done != nil || len(r.late) > 0 }

// stopWatch ends the watching and keeps what it read: the bytes behind pending.
func (r *relay) stopWatch() {
	w := &r.watch
	if w.done == nil {
		return
	}
	_ = r.client.SetReadDeadline(time.Unix(1, 0))
	<-w.done
	w.done = nil
	_ = r.client.SetReadDeadline(time.Time{})
	r.late, w.late = w.late, nil
}
