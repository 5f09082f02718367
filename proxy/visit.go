package proxy

import (
	"context"
	"net/netip"
	"sync/atomic"
	"time"
)

// visit is one client's way to one target: what a tunnel, or a request in the
// clear, carries with it from the door to the answer. It is immutable once
// requests are served on it.
type visit struct {
	client netip.Addr
	target target
	// scheme is "https" inside a TLS tunnel, else "http".
	scheme string
	// http1 is set when the client did not offer HTTP/2, so that the origin
	// is spoken to in HTTP/1.1 as well.
	http1 bool
	// inFlight counts the requests being answered on this connection; nil
	// where nothing is known of requests.
	inFlight *flight
	// host is the target as a Host header has it in the ordinary case.
	host string
	// began, when set, answers the first request.
	began *handover
	// broken, when set, is why the origin cannot be used; every request on
	// this connection is answered with it.
	broken error
}

// flight counts the requests being answered on one connection.
type flight struct {
	n     atomic.Int32
	since atomic.Int64 // when it last went from none to some, in Unix nanoseconds
}

func (f *flight) begin() {
	if f.n.Load() == 0 {
		f.since.Store(time.Now().UnixNano())
	}
	f.n.Add(1)
}

func (f *flight) end() { f.n.Add(-1) }

// before reports whether something is under way that began before t.
func (f *flight) before(t time.Time) bool {
	return f.n.Load() > 0 && f.since.Load() < t.UnixNano()
}

// visitKey is the context key of the *visit that a request belongs to.
type visitKey struct{}

func withVisit(ctx context.Context, v *visit) context.Context {
	return context.WithValue(ctx, visitKey{}, v)
}

func visitOf(ctx context.Context) *visit {
	v, _ := ctx.Value(visitKey{}).(*visit)
	return v
}
