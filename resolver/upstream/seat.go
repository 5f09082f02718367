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
	for _, b := range p.berths {
		if b.link == l && b.room() == 0 {
			p.retire(b)
			break
		}
	}
	p.advance()
}

// retire has b, which is among berths, asked nothing more. It is closed when nothing is under way
// on it. p.mu is held.
func (p *pool) retire(b *berth) {
	b.retired = true
	p.berths = slices.DeleteFunc(p.berths, func(other *berth) bool { return other == b })
	if b.expire != nil {
		b.expire.Stop()
	}
	if b.seats.Len() == 0 {
		p.closed = append(p.closed, b.link)
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
	for len(p.berths) > 0 {
		p.retire(p.berths[0])
	}
	p.advance()
}

// leave gives the seat up, whose question came to err. A connection that was silent to the end is not trusted any
// more.
func (s *seat) leave(err error) {
	p, b := s.pool, s.berth
	p.mu.Lock()
	defer p.unlock()
	silent := b.silent(time.Now())
	b.seats.Remove(s.el)
	s.left, s.err = true, err
	switch empty := b.seats.Len() == 0; {
	case b.retired && empty:
		p.closed = append(p.closed, b.link)
	case b.retired:
	case b.room() == 0, empty && (silent || p.idle() > idleMax || p.order.want() == unused):
		p.retire(b)
	case empty:
		b.alone = false
		b.expire = time.AfterFunc(idleLife, func() { p.expire(b) })
	}
	p.advance()
}

// idle is how many connections are not used. p.mu is held.
func (p *pool) idle() (n int) {
	for _, b := range p.berths {
		if b.seats.Len() == 0 {
			n++
		}
	}
	return n
}

// expire retires b, whose time has come unless it is in use again.
func (p *pool) expire(b *berth) {
	p.mu.Lock()
	defer p.unlock()
	if !b.retired && b.seats.Len() == 0 && time.Since(time.Unix(0, max(b.since.Load(), b.heard()))) >= idleLife {
		p.retire(b)
	}
}

// exchange asks q from s, which it leaves.
func (s *seat) exchange(ctx context.Context, q *dns.Msg) (reply *dns.Msg, err error) {
	defer func() { s.leave(err) }()
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

// ask asks q, and so has s be the last seat.
func (s *seat) ask(q *dns.Msg) (wait exchange, err error) {
	s.pool.mu.Lock()
	defer s.pool.mu.Unlock()
	s.berth.seats.MoveToBack(s.el)
	return s.berth.ask(q)
}

// exchange asks q over one connection, and over another besides if the first has
// ended, or is silent although it should not be: it may be dead without a trace, or
// somebody else's question holds it up.
func (p *pool) exchange(ctx context.Context, q *dns.Msg) (*dns.Msg, error) {
	ctx, cancel := withDeadline(ctx)
	defer cancel()
	s, err := p.enter(ctx, shared)
	if err != nil {
		return nil, cause(ctx, err)
	}
	first := func(ctx context.Context) (*dns.Msg, error) { return s.exchange(ctx, q) }
	// A connection that was just opened is not dead, and nothing is before the first
	// question on it.
	alive := func() bool {
		return s.fits() && (s.berth.heard() == 0 && s.isFirst() || !s.berth.silent(time.Now()))
	}
	return hedge(ctx, alive, first, func(ctx context.Context) (*dns.Msg, error) {
		if err := s.final(); err != nil && !errors.Is(err, errRefused) {
			return nil, err
		}
		return p.retry(ctx, s, q)
	})
}

// isFirst reports whether no question before that of s is under way.
func (s *seat) isFirst() bool {
	s.pool.mu.Lock()
	defer s.pool.mu.Unlock()
	return s.berth.seats.Front() == s.el
}

// fits reports whether the server allows as many questions on the connection as there
// are up to that of s: before it has said how many, more are asked.
func (s *seat) fits() bool {
	s.pool.mu.Lock()
	defer s.pool.mu.Unlock()
	room := s.berth.room()
	for el := s.berth.seats.Front(); el != nil && room > 0; el = el.Next() {
		if el == s.el {
			return true
		}
		room--
	}
	return false
}

// final returns why the question of s failed if that is no reason to ask again: the
// connection was new, and its own.
func (s *seat) final() error {
	s.pool.mu.Lock()
	defer s.pool.mu.Unlock()
	if s.fresh && !s.berth.crowded {
		return s.err
	}
	return nil
}

// retry asks q anew after it was asked in vain from s, and if that connection ends as well
// once more over one of its own: a question that a server ends connections for is asked
// anew beside those that it has taken with it before.
func (p *pool) retry(ctx context.Context, s *seat, q *dns.Msg) (*dns.Msg, error) {
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

// askAs asks q from a seat on such a connection as w wants, which it returns if there was
// one.
func (p *pool) askAs(ctx context.Context, w want, q *dns.Msg) (*dns.Msg, *seat, error) {
	s, err := p.enter(ctx, w)
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
func (s *seat) ended() bool {
	s.pool.mu.Lock()
	defer s.pool.mu.Unlock()
	return s.left && s.err != nil && (s.berth.room() == 0 || errors.Is(s.err, errRefused))
}
