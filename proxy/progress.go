package proxy

import (
	"context"
	"sync/atomic"
	"syscall"
	"time"
)

// progress is when a byte last passed over a client's connection, and how what
// was asked on it is given up. A body may take as long as it moves; what does
// not move at all for bounds.tunnelIdle is let go, at both ends: a client that
// has sent more than net/http reads ahead can leave unseen, and an origin may
// be silent for ever.
type progress struct {
	at     atomic.Int64 // in nanoseconds of Unix time
	busy   atomic.Int32 // reads and writes under way
	giveUp atomic.Pointer[context.CancelFunc]

	// For departed.
	ended    atomic.Bool     // the client's direction was read to its end
	raw      syscall.RawConn // nil when it is unknown
	finished time.Time       // when the client was first seen to have ended its direction
}

// moved ends a read or write of n bytes, which busy counted.
func (p *progress) moved(n int) {
	p.busy.Add(-1)
	if n > 0 {
		p.at.Store(time.Now().UnixNano())
	}
}

// stalled reports whether nothing has passed for d, after something had.
func (p *progress) stalled(d time.Duration) bool {
	at := p.at.Load()
	return at != 0 && time.Since(time.Unix(0, at)) >= d
}

// requests returns a context for what is asked on the connection.
func (p *progress) requests(ctx context.Context) context.Context {
	ctx, cancel := context.WithCancel(ctx)
	p.giveUp.Store(&cancel)
	return ctx
}

// abandon ends what is under way.
func (p *progress) abandon() {
	if cancel := p.giveUp.Load(); cancel != nil {
		(*cancel)()
	}
}

// sweep ends what has stalled, and what nobody waits for any more, until ctx ends.
func (s *Server) sweep(ctx context.Context) {
	ticker, often := time.NewTicker(s.bounds.tunnelIdle/8), time.NewTicker(departedEvery)
	defer ticker.Stop()
	defer often.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-often.C:
			s.tunnels.endDeparted()
			s.tunnels.endBroken()
			s.limits.endDeparted()
		case <-ticker.C:
			s.tunnels.endStalled()
			s.limits.endStalled(s.bounds.tunnelIdle)
		}
	}
}

// endStalled ends the intercepted tunnels that have stalled.
func (ts *tunnels) endStalled() {
	for _, e := range ts.all() {
		switch t := e.(type) {
		case *innerConn:
			if t.stalled(ts.maxIdle) {
				t.close()
			}
		case *relay:
			if accounted(t.client).stalled(ts.maxIdle) {
				t.close()
			}
		}
	}
}

// endStalled ends the connections of the front server that have.
func (l *limiter) endStalled(d time.Duration) {
	l.mu.Lock()
	var all []*frontConn
	for c := range l.held {
		if front, ok := c.(*frontConn); ok && front.stalled(d) {
			all = append(all, front)
		}
	}
	l.mu.Unlock()
	for _, c := range all {
		c.letGo()
	}
}
