package proxy

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"sekisho/proxy/h1"
	"sekisho/proxy/netconn"
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
	lower  *innerConn // below client
	below  net.Conn   // what client's records go to
	bulk   bulk

	// pending are bytes of the client's that were read and not yet served.
	pending []byte
	// late is what comes behind pending, and was read while an origin was
	// waited for.
	late []byte
	// first takes the byte that ends an idle time, so that no buffer is held
	// meanwhile.
	first [1]byte
	watch watch
	// armed is when await set the read deadline, in nanoseconds of Unix time, and
	// zero once another was set.
	armed int64
	// headBy is by when the head that has begun is whole, once that is known.
	headBy time.Time
	// began is what the inner server finishes when it gets the connection.
	began *handover

	// genuine says that the target is Amazon's own: see unread.
	genuine bool
	// noted is when sends noted something for the target last, in nanoseconds of Unix
	// time, and notedOwn when that was more than every visit has.
	noted, notedOwn int64
	// looked are the cookies that were looked at last, in figures that say nothing of them,
	// and lookedAt when.
	looked   uint32
	lookedAt int64

	using atomic.Pointer[upstream] // in the exchange under way

	idle, closing, ended atomic.Bool
}

// errCut ends a client's connection like the origin's: without a close_notify.
var errCut = errors.New("the origin sent no close_notify")

// errClientGone ends an exchange that nobody waits for any more.
var errClientGone = errors.New("the client is gone")

// buffer is what a relay works with between two idle times.
type buffer struct {
	in  [16 << 10]byte // the client's head
	up  [16 << 10]byte // the origin's bytes: one TLS record
	out [36 << 10]byte // a head and the body bytes that came with it
}

var bufferPool = sync.Pool{New: func() any { return new(buffer) }}

// errNotPlain hands a connection over to the inner server.
var errNotPlain = errors.New("not plain")

// serveRelay serves conn, of which early was read already, until it ends or is handed
// to the inner server. It reports that conn was taken, as it always is.
func (s *Server) serveRelay(conn *tls.Conn, v *visit, early []byte) bool {
	lower := conn.NetConn().(*innerConn)
	r := &relay{server: s, visit: v, client: conn, lower: lower, below: lower.Conn, pending: early, genuine: s.unread(v)}
	r.headBy, lower.headBy = lower.headBy, time.Time{}
	lower.bulk = &r.bulk
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
		case errors.Is(err, io.EOF), errors.Is(err, errBroken):
			_ = conn.Close()
			return true
		case errors.Is(err, errCut):
			r.close()
			return true
		default:
			r.abort()
			return true
		}
	}
	_ = conn.Close() // which waits 5 s at the most for a peer that takes no close_notify
	return true
}

// handOver gives the connection, with what was read from it, to the inner
// server.
func (r *relay) handOver(v *visit) {
	r.lower.bulk = nil
	next := *v
	next.began = r.began
	inner := &innerConn{Conn: netconn.Replayed(r.client, append(r.pending, r.late...)), visit: &next, coded: new(framed), onDone: r.began.drop, headBy: r.headBy}
	if !r.server.innerConns.Give(inner) {
		_ = inner.Close()
	}
}

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
		n += copy(b.in[n:], r.late) // there is room: a head went
		r.late = nil
		if r.pending = b.in[:n]; n == 0 || r.closing.Load() {
			return nil
		}
	}
}

// exchange answers the request that head is, and returns its length.
func (r *relay) exchange(b *buffer, head []byte) (used int, err error) {
	out, req, ok := h1.AppendRequest(b.out[:0], head)
	if !ok || !r.mayForward(head, req) {
		return 0, errNotPlain
	}
	r.sends(head)
	key := originKey{r.visit.target, true}
	up := r.server.origins.waiting(key)
	for {
		fresh := up == nil
		if fresh {
			if up, err = r.server.origins.fresh(r.visit, key); err != nil {
				r.began = &handover{err: err}
				return 0, errNotPlain
			}
		}
		r.using.Store(up)
		if r.ended.Load() { // close did not see up
			_ = up.Close()
			return 0, errClientGone
		}
		r.visit.inFlight.begin()
		answer, reusable, err := r.roundTrip(b, up, out, req)
		r.visit.inFlight.end()
		r.using.Store(nil)
		if err == nil && reusable {
			r.server.origins.pool.put(key, up)
		} else if !errors.Is(err, errNotPlain) {
			_ = up.Close()
		}
		switch {
		case err == nil && answer.cut:
			return 0, errCut
		case err == nil && answer.closed:
			return 0, io.EOF
		case err == nil:
			return len(head), nil
		case r.watch.gone || r.ended.Load() || errors.Is(err, errClientGone):
			_ = up.Close()
			return 0, errClientGone
		case answer.begun:
			return 0, err
		case errors.Is(err, errNotPlain):
			r.began = &handover{up: up}
			return 0, errNotPlain
		case fresh || answer.hinted || !answer.silent:
			r.began = &handover{err: err}
			return 0, errNotPlain
		}
		// A waiting connection that the origin had closed: RFC 9112, section
		// 9.3.1, allows a retry of what has no effects. The others that wait
		// may be dead as well.
		up = nil
		out, req, _ = h1.AppendRequest(b.out[:0], head)
	}
}

// answered is how far an answer got.
type answered struct {
	begun  bool // the client has bytes of it
	hinted bool // the client has an interim answer
	silent bool // nothing came back at all
	cut    bool // the origin closed without TLS's word for it
	closed bool // the client's connection ends with it
}
