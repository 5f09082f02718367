package upstream

import (
	"context"
	"slices"
	"time"
)

const (
	// maxDials is how many connections are opened at once while that succeeds. After
	// a failure it is one, for all who wait: what cannot be reached is not
	// stormed, neither while it is away nor when it is back.
	maxDials = 8
	// redialAfter is how long after a failure the next is opened for those who have
	// others to wait for: a server that has enough of us says no in no time.
	redialAfter = 250 * time.Millisecond
)

// open opens a connection in era.
func (p *pool) open(era context.Context) {
	ctx, cancel := context.WithTimeout(era, handshakeTime)
	defer cancel()
	l, err := p.dial(ctx, p.changed)
	p.mu.Lock()
	defer p.unlock()
	if era != p.era {
		if err == nil {
			p.closed = append(p.closed, l)
		}
		return
	}
	if err == nil && l.room() == 0 { // and changed was too early to see it here
		p.closed = append(p.closed, l)
		err = errClosed
	}
	p.dials--
	p.sure = err == nil
	if err == nil {
		p.add(l)
	} else if p.dials == 0 && p.hopeful() {
		p.pause()
	} else if p.dials == 0 {
		for p.waiting.Len() > 0 {
			p.waiting.Remove(p.waiting.Front()).(*waiter).granted <- grant{err: cause(ctx, err)}
		}
	}
	p.advance()
}

// add has l asked, and closed if it is not: who it was opened for may have been answered
// over another meanwhile. p.mu is held.
func (p *pool) add(l link) {
	c := &pooledLink{link: l}
	c.since.Store(time.Now().UnixNano())
	p.links = append(p.links, c)
	p.share = max(l.room(), 1)
	p.rest(c)
}

// pause has nothing opened for redialAfter. p.mu is held.
func (p *pool) pause() {
	if p.redial != nil {
		return
	}
	p.redial = time.AfterFunc(redialAfter, func() {
		p.mu.Lock()
		defer p.unlock()
		p.redial = nil
		p.advance()
	})
}

// hopeful reports whether there is a connection that a slot may come free on. p.mu is
// held.
func (p *pool) hopeful() bool {
	now := time.Now()
	return slices.ContainsFunc(p.links, func(c *pooledLink) bool { return c.room() > 0 && !c.silent(now) })
}
