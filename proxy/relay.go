package proxy

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"sekisho/proxy/h1"
)

// relay serves the requests of one intercepted HTTP/1.1 tunnel for as long as
// they are plain (package h1): read, judge, pass on, pass back, on one
// goroutine and without allocating. The first message that is not plain, and
// every failure before the client got a byte, goes with the whole connection
// to the inner server, which knows all of HTTP and has the pages.
type relay struct {
	server *Server
	visit  *visit
	client *tls.Conn

	// pending are bytes of the client's that were read and not yet served.
	pending []byte
	// first takes the byte that ends an idle time, so that no buffer is held
	// meanwhile.
	first [1]byte
	watch watch
	// began is what the inner server finishes when it gets the connection.
	began *handover

	idle, closing atomic.Bool
}

// buffer is what a relay works with between two idle times.
type buffer struct {
	in  [16 << 10]byte // the client's head
	up  [16 << 10]byte // the origin's bytes: one TLS record
	out [36 << 10]byte // a head and the body bytes that came with it
}

var bufferPool = sync.Pool{New: func() any { return new(buffer) }}

// errNotPlain hands a connection over to the inner server.
var errNotPlain = errors.New("not plain")

// serveRelay serves conn until it ends or is handed to the inner server. It
// reports that conn was taken, as it always is.
func (s *Server) serveRelay(conn *tls.Conn, v *visit) bool {
	r := &relay{server: s, visit: v, client: conn}
	s.tunnels.add(r)
	defer s.tunnels.remove(r)
	for r.await() {
		b := bufferPool.Get().(*buffer)
		err := r.serve(b)
		if errors.Is(err, errNotPlain) {
			r.handOver(v)
			bufferPool.Put(b)
			return true
		}
		r.pending = append([]byte(nil), r.pending...) // out of the buffer
		bufferPool.Put(b)
		switch {
		case err == nil:
		case errors.Is(err, io.EOF):
			_ = conn.Close()
			return true
		default:
			// Without the close_notify that would make half an answer whole.
			r.close()
			return true
		}
	}
	_ = conn.SetWriteDeadline(time.Now().Add(time.Second))
	_ = conn.Close()
	return true
}

// handOver gives the connection, with what was read from it, to the inner
// server.
func (r *relay) handOver(v *visit) {
	next := *v
	next.began = r.began
	inner := &innerConn{Conn: newReplayConn(r.client, r.pending), visit: &next, onDone: func() {}}
	if !r.server.innerConns.give(inner) {
		_ = r.client.Close()
		if r.began != nil && r.began.up != nil {
			_ = r.began.up.Close()
		}
	}
}

// await waits for the first byte of a request.
func (r *relay) await() bool {
	if len(r.pending) > 0 {
		return !r.closing.Load()
	}
	r.idle.Store(true)
	defer r.idle.Store(false)
	_ = r.client.SetReadDeadline(time.Now().Add(r.server.bounds.idle))
	if r.closing.Load() {
		return false
	}
	if n, err := r.client.Read(r.first[:]); n == 0 || err != nil {
		return false
	}
	r.pending = r.first[:]
	return true
}

// hurry implements ender: an idle relay ends now, another after its answer.
func (r *relay) hurry() {
	r.closing.Store(true)
	if r.idle.Load() {
		_ = r.client.SetReadDeadline(time.Unix(1, 0))
	}
}

// close implements ender.
func (r *relay) close() { _ = r.client.NetConn().Close() }

// serve serves the requests that are here. It returns with r.pending holding
// what was not served: with errNotPlain a whole request or its beginning.
func (r *relay) serve(b *buffer) error {
	n := copy(b.in[:], r.pending)
	r.pending = b.in[:n]
	for {
		head, err := r.readHead(b)
		if err != nil {
			return err
		}
		used, err := r.exchange(b, head)
		if err != nil {
			return err
		}
		n := copy(b.in[:], r.pending[used:])
		if r.pending = b.in[:n]; n == 0 || r.closing.Load() {
			return nil
		}
	}
}

// readHead reads until r.pending begins with a whole head.
func (r *relay) readHead(b *buffer) ([]byte, error) {
	looked, deadline := 0, false
	for {
		if n := h1.End(r.pending, looked); n > 0 {
			return r.pending[:n], nil
		}
		looked = len(r.pending)
		if looked >= h1.MaxHead {
			return nil, errNotPlain
		}
		if !deadline {
			deadline = true
			_ = r.client.SetReadDeadline(time.Now().Add(r.server.bounds.head))
		}
		n, err := r.client.Read(b.in[looked:])
		r.pending = b.in[:looked+n]
		if n == 0 && err != nil {
			return nil, err
		}
	}
}

// exchange answers the request that head is, and returns its length.
func (r *relay) exchange(b *buffer, head []byte) (used int, err error) {
	out, req, ok := h1.AppendRequest(b.out[:0], head)
	if !ok || !r.mayForward(req) {
		return 0, errNotPlain
	}
	key := originKey{r.visit.target, true}
	for {
		up, fresh, err := r.server.origins.take(r.visit, key)
		if err != nil {
			r.began = &handover{err: err}
			return 0, errNotPlain
		}
		answer, reusable, err := r.roundTrip(b, up, out, req)
		if err == nil && reusable {
			r.server.origins.pool.put(key, up)
		} else if !errors.Is(err, errNotPlain) {
			_ = up.Close()
		}
		switch {
		case err == nil && answer.closed:
			return 0, io.EOF
		case err == nil:
			return len(head), nil
		case answer.begun || r.watch.gone:
			return 0, err
		case errors.Is(err, errNotPlain):
			r.began = &handover{up: up}
			return 0, errNotPlain
		case fresh || answer.hinted:
			r.began = &handover{err: err}
			return 0, errNotPlain
		}
		// A pooled connection that the origin had closed: RFC 9112, section
		// 9.3.1, allows a retry of what has no effects.
		out, req, _ = h1.AppendRequest(b.out[:0], head)
	}
}

// mayForward makes the checks that serveVisit makes for other requests; what
// fails one of them is answered there.
func (r *relay) mayForward(req h1.Request) bool {
	v := r.visit
	if v.broken != nil || v.target.ownSite() || string(req.Host) != v.host {
		return false
	}
	if _, held := r.server.held(v.client, v.target); held {
		return false
	}
	return r.server.checkPort(v.target.port) == nil
}

// answered is how far an answer got.
type answered struct {
	begun  bool // the client has bytes of it
	hinted bool // the client has an interim answer
	closed bool // the client's connection ends with it
}

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

// stopWatch ends the watching and keeps what it read: the beginning of the
// next request.
func (r *relay) stopWatch(b *buffer) error {
	if r.watch.done == nil {
		return nil
	}
	_ = r.client.SetReadDeadline(time.Unix(1, 0))
	<-r.watch.done
	r.watch.done = nil
	_ = r.client.SetReadDeadline(time.Time{})
	if r.watch.got == 0 {
		return nil
	}
	r.watch.got = 0
	if len(r.pending) == len(b.in) {
		return errTooMuch
	}
	b.in[len(r.pending)] = r.watch.byte[0]
	r.pending = b.in[:len(r.pending)+1]
	return nil
}
