package proxy

import (
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"

	"sekisho/proxy/netconn"
	"sekisho/proxy/socket"
)

const (
	// trickle is what is read at a time as long as little comes.
	trickle = 32 << 10
	// bulkSlice is how much is spliced between two looks at the clock.
	bulkSlice = 4 << 20
	// bulkPause ends splicing when nothing comes: a waiting splice holds a
	// pipe, which is two file descriptors.
	bulkPause = time.Second
)

var trickleBuffers = sync.Pool{New: func() any { return new([trickle]byte) }}

// pump moves bytes one way, early ones first, until src ends, which is passed
// on as a half-close, or the tunnel does. While nothing comes it holds neither
// buffer nor pipe; when much comes, the kernel moves it.
func (ts *tunnels) pump(t *tunnel, dst, src net.Conn, early []byte) {
	if len(early) > 0 {
		if _, err := dst.Write(early); err != nil {
			t.fail(err)
			return
		}
	}
	raw := rawOf(src)
	for {
		limit := ts.idle()
		if err := src.SetReadDeadline(time.Now().Add(limit)); err != nil {
			t.close()
			return
		}
		if ts.draining.Load() && limit != drainIdle {
			continue // the drain began between the two lines above
		}
		n, err := t.moveSome(dst, src, raw)
		if err == nil && n == trickle {
			n, err = ts.moveMuch(dst, src)
		}
		if n > 0 {
			t.moved.Store(time.Now().UnixNano())
		}
		switch {
		case err == nil:
		case errors.Is(err, io.EOF):
			if netconn.CloseWrite(dst) != nil {
				t.close()
			}
			return
		case errors.Is(err, os.ErrDeadlineExceeded) && !t.idleFor(ts.idle()):
		default:
			t.fail(err)
			return
		}
	}
}

// moveSome waits until src can be read and moves what one read gives.
func (t *tunnel) moveSome(dst, src net.Conn, raw syscall.RawConn) (int64, error) {
	t.listening.Add(1)
	if raw != nil {
		if err := socket.AwaitReadable(raw); err != nil {
			t.listening.Add(-1)
			return 0, err
		}
	}
	buf := trickleBuffers.Get().(*[trickle]byte)
	defer trickleBuffers.Put(buf)
	n, err := src.Read(buf[:])
	t.listening.Add(-1)
	if n == 0 {
		return 0, err
	}
	_, err = dst.Write(buf[:n])
	return int64(n), err
}

// moveMuch splices up to a slice. Silence ends it, and is no error.
func (ts *tunnels) moveMuch(dst, src net.Conn) (int64, error) {
	select {
	case ts.bulk <- struct{}{}:
		defer func() { <-ts.bulk }()
	default:
		return trickle, nil
	}
	_ = src.SetReadDeadline(time.Now().Add(bulkPause))
	n, err := io.Copy(dst, &io.LimitedReader{R: src, N: bulkSlice})
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return n + trickle, nil
	case err == nil && n < bulkSlice:
		return n, io.EOF
	}
	return n + trickle, err
}
