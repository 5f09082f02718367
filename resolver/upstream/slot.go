package upstream

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/miekg/dns"
)

// changed has p look at l, which has ended or has more room than before.
func (p *pool) changed(l link) {
	p.mu.Lock()
	defer p.unlock()
	for _, c := range p.links {
		if c.link == l && c.room() == 0 {
			p.retire(c)
			break
		}
	}
	p.advance()
}

// retire has c, which is among links, asked nothing more. It is closed when nothing is under way
// on it. p.mu is held.
func (p *pool) retire(c *pooledLink) {
	c.retired = true
	p.links = slices.DeleteFunc(p.links, func(other *pooledLink) bool { return other == c })
	if c.expire != nil {
		c.expire.Stop()
	}
	if c.slots.Len() == 0 {
		p.closed = append(p.closed, c.link)
	}
}

// close retires all connections, and has those who wait for one that is being
// opened wait for another.
func (p *pool) close() {
	p.mu.Lock()
	defer p.unlock()
	p.end()
	p.era, p.end = context.WithCancel(context.Background())
	p.dials = 0
	if p.redial != nil {
		p.redial.Stop()
		p.redial = nil
	}
	for len(p.links) > 0 {
		p.retire(p.links[0])
	}
	p.advance()
}

// release gives the slot up, whose question came to err. A connection that was silent to the end is not trusted any
// more.
func (s *slot) release(err error) {
	p, c := s.pool, s.link
	p.mu.Lock()
	defer p.unlock()
	silent := c.silent(time.Now())
	c.slots.Remove(s.el)
	s.released, s.err = true, err
	switch empty := c.slots.Len() == 0; {
	case c.retired && empty:
		p.closed = append(p.closed, c.link)
	case c.retired:
	case c.room() == 0, empty && (silent || p.idle() > idleMax || p.order.want() == unused):
		p.retire(c)
	case empty:
		c.alone = false
		p.rest(c)
	}
	p.advance()
}

// rest has c, which is not used, closed when that lasts. p.mu is held.
func (p *pool) rest(c *pooledLink) {
	c.expire = time.AfterFunc(idleLife, func() { p.expire(c) })
}

// idle is how many connections are not used. p.mu is held.
func (p *pool) idle() (n int) {
	for _, c := range p.links {
		if c.slots.Len() == 0 {
			n++
		}
	}
	return n
}

// expire retires c, whose time has come unless it is in use again or something was heard
// on it since: a reply that nobody waited for any more. Then it is kept for as long after
// that; without another timer it would be kept for ever.
func (p *pool) expire(c *pooledLink) {
	p.mu.Lock()
	defer p.unlock()
	if c.retired || c.slots.Len() > 0 {
		return
	}
	left := idleLife - time.Since(time.Unix(0, max(c.since.Load(), c.heard())))
	if left > 0 {
		c.expire.Reset(min(left, idleLife)) // more than that if the clock was set back
		return
	}
	p.retire(c)
}

// exchange asks q from s, which it releases.
func (s *slot) exchange(ctx context.Context, q *dns.Msg) (reply *dns.Msg, err error) {
	defer func() { s.release(err) }()
	wait, err := s.ask(q)
	if err != nil {
		return nil, err
	}
	if reply, err = wait(ctx); err != nil {
		return nil, cause(ctx, err)
	}
	s.answered()
	return reply, nil
}

// ask asks q, and so has s be the last slot.
func (s *slot) ask(q *dns.Msg) (wait exchange, err error) {
	s.pool.mu.Lock()
	defer s.pool.mu.Unlock()
	s.link.slots.MoveToBack(s.el)
	return s.link.ask(q)
}

// exchange asks q over one connection, and over another besides if the first has
// ended, or is silent although it should not be: it may be dead without a trace, or
// somebody else's question holds it up.
func (p *pool) exchange(ctx context.Context, q *dns.Msg) (*dns.Msg, error) {
	ctx, cancel := withDeadline(ctx)
	defer cancel()
	s, err := p.acquire(ctx, shared)
	if err != nil {
		return nil, cause(ctx, err)
	}
	first := func(ctx context.Context) (*dns.Msg, error) { return s.exchange(ctx, q) }
	// A connection that was just opened is not dead, and nothing is before the first
	// question on it.
	alive := func() bool {
		return s.fits() && (s.link.heard() == 0 && s.isFirst() || !s.link.silent(time.Now()))
	}
	return hedge(ctx, alive, first, func(ctx context.Context) (*dns.Msg, error) {
		if err := s.final(); err != nil && !errors.Is(err, errRefused) {
			return nil, err
		}
		return p.retry(ctx, s, q)
	})
}

// isFirst reports whether no question before that of s is under way.
func (s *slot) isFirst() bool {
	s.pool.mu.Lock()
	defer s.pool.mu.Unlock()
	return s.link.slots.Front() == s.el
}

// fits reports whether the server allows as many questions on the connection as there
// are up to that of s: before it has said how many, more are asked.
func (s *slot) fits() bool {
	s.pool.mu.Lock()
	defer s.pool.mu.Unlock()
	room := s.link.room()
	for el := s.link.slots.Front(); el != nil && room > 0; el = el.Next() {
		if el == s.el {
			return true
		}
		room--
	}
	return false
}

// final returns why the question of s failed if that is no reason to ask again: the
// connection was new, and its own.
func (s *slot) final() error {
	s.pool.mu.Lock()
	defer s.pool.mu.Unlock()
	if s.fresh && !s.link.crowded {
		return s.err
	}
	return nil
}

// retry asks q anew after it was asked in vain from s, and if that connection ends as well
// once more over one of its own: a question that a server ends connections for is asked
// anew beside those that it has taken with it before.
func (p *pool) retry(ctx context.Context, s *slot, q *dns.Msg) (*dns.Msg, error) {
	t := s.trouble()
	reply, again, err := p.askAs(ctx, t.want(), q)
	if again != nil && again.ended() && again.final() == nil {
		then := again.trouble()
		if reply, _, err = p.askAs(ctx, unused, q); err == nil {
			again.learn(then)
		}
	}
	if err == nil {
		s.learn(t)
	}
	return reply, err
}

// askAs asks q from a slot on such a connection as w wants, which it returns if there was
// one.
func (p *pool) askAs(ctx context.Context, w want, q *dns.Msg) (*dns.Msg, *slot, error) {
	s, err := p.acquire(ctx, w)
	if err != nil {
		return nil, nil, cause(ctx, err)
	}
	reply, err := s.exchange(ctx, q)
	return reply, s, err
}

// errRefused is why a question failed that the server had no room for on the connection,
// and did not look at.
var errRefused = errors.New("refused by the server for now")

// ended reports whether the question of s failed because its connection ended, or had no
// room for it.
func (s *slot) ended() bool {
	s.pool.mu.Lock()
	defer s.pool.mu.Unlock()
	return s.released && s.err != nil && (s.link.room() == 0 || errors.Is(s.err, errRefused))
}
