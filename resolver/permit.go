package resolver

import (
	"container/list"
	"context"
	"net/netip"
)

// A permit is one exchange's place in a limiter.
type permit struct {
	limiter *limiter
	// who is told what becomes of it; nil for one that enter made.
	who entrant
	// client is whose exchange it is; all that are nobody's are one client's.
	client netip.Addr
	queue  *clientQueue  // of client, while it is in flight or waits
	queued *list.Element // in queue.waiters, while it is there
	number uint64        // among all that waited
	// holder is on whose account it is, once it is aside.
	holder string
	where  *list.List // inFlight, aside or nil
	el     *list.Element

	// ready is closed when the exchange may start.
	ready chan struct{}
	// ctx ends with the exchange, early if it is given up.
	ctx    context.Context
	cancel context.CancelCauseFunc
}

// enter returns a permit of client that is ready now or later. It must be left.
func (l *limiter) enter(ctx context.Context, client netip.Addr) *permit {
	p := &permit{limiter: l, client: client, ready: make(chan struct{})}
	p.ctx, p.cancel = context.WithCancelCause(ctx)
	l.queue(p)
	return p
}

// admitted reports whether p is ready.
func (p *permit) admitted() bool {
	select {
	case <-p.ready:
		return true
	default:
		return false
	}
}

// leave gives up the place of p, or the wait for one.
func (p *permit) leave() {
	l := p.limiter
	l.mu.Lock()
	defer l.unlock()
	p.remove()
	if p.cancel != nil {
		p.cancel(nil)
	}
	l.advance()
}

func (p *permit) remove() {
	if p.where != nil {
		p.where.Remove(p.el)
		p.where = nil
	}
	p.limiter.clients.remove(p)
}
