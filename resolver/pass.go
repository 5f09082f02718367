package resolver

import (
	"container/list"
	"context"
	"net/netip"
)

// A pass is one exchange's place in a turnstile.
type pass struct {
	turnstile *turnstile
	// who is told what becomes of it; nil for one that enter made.
	who entrant
	// client is whose exchange it is; all that are nobody's are one client's.
	client netip.Addr
	lane   *lane         // of client, while it is inside or outside
	queued *list.Element // in lane.outside, while it is there
	number uint64        // among all that were outside
	// holder is on whose account it is, once it is aside.
	holder string
	where  *list.List // inside, aside or nil
	el     *list.Element

	// ready is closed when the exchange may start.
	ready chan struct{}
	// ctx ends with the exchange, early if it is given up.
	ctx    context.Context
	cancel context.CancelCauseFunc
}

// enter returns a pass of client that is ready now or later. It must be left.
func (t *turnstile) enter(ctx context.Context, client netip.Addr) *pass {
	p := &pass{turnstile: t, client: client, ready: make(chan struct{})}
	p.ctx, p.cancel = context.WithCancelCause(ctx)
	t.queue(p)
	return p
}

// admitted reports whether p is ready.
func (p *pass) admitted() bool {
	select {
	case <-p.ready:
		return true
	default:
		return false
	}
}

// leave gives up the place of p, or the wait for one.
func (p *pass) leave() {
	t := p.turnstile
	t.mu.Lock()
	defer t.unlock()
	p.remove()
	if p.cancel != nil {
		p.cancel(nil)
	}
	t.advance()
}

func (p *pass) remove() {
	if p.where != nil {
		p.where.Remove(p.el)
		p.where = nil
	}
	p.turnstile.lanes.remove(p)
}
