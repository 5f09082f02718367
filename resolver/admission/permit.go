package admission

import (
	"container/list"
	"context"
	"net/netip"
)

// A Permit is one exchange's place in a [Limiter], or its wait for one. The zero
// value, which has none, is for [Permit.Prepare].
type Permit struct {
	limiter *Limiter
	// who is told what becomes of it; nil for one that Enter made.
	who    Entrant
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

// Prepare makes p, before anything else is done with it, one of client for l, which
// tells who what becomes of it. Exchanges that are nobody's, whose client is the zero
// Addr, count as those of one client.
func (p *Permit) Prepare(l *Limiter, client netip.Addr, who Entrant) {
	p.limiter, p.client, p.who = l, client, who
}

// Enter returns a permit of client, see [Permit.Prepare], that is ready now or later.
// It must be left.
func (l *Limiter) Enter(ctx context.Context, client netip.Addr) *Permit {
	p := &Permit{limiter: l, client: client, ready: make(chan struct{})}
	p.ctx, p.cancel = context.WithCancelCause(ctx)
	l.Queue(p)
	return p
}

// Ready is closed when the exchange of p, which [Limiter.Enter] returned, may start.
func (p *Permit) Ready() <-chan struct{} { return p.ready }

// Context is for the exchange of such a p: it ends with that, early if it is given up,
// and its cause is [ErrGivenUp] or [ErrAside] then.
func (p *Permit) Context() context.Context { return p.ctx }

// Admitted reports whether p is ready.
func (p *Permit) Admitted() bool {
	select {
	case <-p.ready:
		return true
	default:
		return false
	}
}

// Leave gives up the place of p, or the wait for one. To do so again does no harm.
func (p *Permit) Leave() {
	l := p.limiter
	l.mu.Lock()
	defer l.unlock()
	p.remove()
	if p.cancel != nil {
		p.cancel(nil)
	}
	l.advance()
}

func (p *Permit) remove() {
	if p.where != nil {
		p.where.Remove(p.el)
		p.where = nil
	}
	p.limiter.clients.remove(p)
}
