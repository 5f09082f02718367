package proxy

import (
	"net"
	"sync"
	"time"
)

const (
	// bulkAfter is how much of a body passes before it counts as long.
	bulkAfter = 128 << 10
	// bulkSize is what a long body is read and written by: eight TLS records,
	// which the processor's cache still holds when they go out.
	bulkSize = 128 << 10
	// maxLong bounds the bodies that have such buffers at a time. The others
	// pass a record at a time, as short ones do.
	maxLong = 256
)

// bulk lets a long body pass with one read and one write for several TLS
// records: on a fast line most of a record's cost is the system call and the
// waking of who waits for it. What is there goes out before the origin is
// waited for, so that no byte waits for another.
type bulk struct {
	mu     sync.Mutex // the relay's watch may answer a KeyUpdate meanwhile
	buffer *bulkBuffer
	held   int // bytes of buffer.out that were not written yet
}

type bulkBuffer struct {
	in  [bulkSize]byte // the origin's records
	out [bulkSize]byte // the client's records
}

var bulkBuffers = sync.Pool{New: func() any { return new(bulkBuffer) }}

// beginBulk makes a body that comes from up pass in bulk, if there is a place.
func (r *relay) beginBulk(up *upstream) {
	origin, ok := up.NetConn().(*originConn)
	if !ok {
		return
	}
	select {
	case r.server.tunnels.long <- struct{}{}:
	default:
		return
	}
	r.bulk.mu.Lock()
	r.bulk.buffer = bulkBuffers.Get().(*bulkBuffer)
	r.bulk.mu.Unlock()
	origin.reader = r
}

// endBulk writes what is left of the body, and gives the buffers back. What was
// read behind the body, a session ticket say, stays with up.
func (r *relay) endBulk(up *upstream) error {
	origin, ok := up.NetConn().(*originConn)
	if !ok || origin.reader == nil {
		return nil
	}
	origin.reader = nil
	origin.ahead = append([]byte(nil), origin.ahead...)
	err := r.bulk.flush(r.below)
	r.bulk.mu.Lock()
	bulkBuffers.Put(r.bulk.buffer)
	r.bulk.buffer = nil
	r.bulk.mu.Unlock()
	<-r.server.tunnels.long
	return err
}

// readAhead reads for the TLS of c what is there, up to a buffer.
func (r *relay) readAhead(c *originConn, p []byte) (int, error) {
	if r.bulk.flush(r.below) != nil {
		return 0, errClientGone
	}
	if !r.watched() {
		c.hasten(time.Now())
	}
	in := r.bulk.buffer.in[:]
	n, err := c.readSocket(in)
	if n == 0 {
		return 0, err
	}
	used := copy(p, in[:n])
	c.ahead = in[used:n]
	return used, nil
}

// write writes p, of the client's TLS, to c: later, while a long body passes.
func (b *bulk) write(c net.Conn, p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.buffer == nil {
		return c.Write(p)
	}
	if len(p) > len(b.buffer.out)-b.held {
		if err := b.flushLocked(c); err != nil {
			return 0, err
		}
	}
	if len(p) > len(b.buffer.out) {
		return c.Write(p)
	}
	b.held += copy(b.buffer.out[b.held:], p)
	return len(p), nil
}

func (b *bulk) flush(c net.Conn) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.flushLocked(c)
}

func (b *bulk) flushLocked(c net.Conn) error {
	if b.held == 0 {
		return nil
	}
	held := b.buffer.out[:b.held]
	b.held = 0
	_, err := c.Write(held)
	return err
}
