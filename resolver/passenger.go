package resolver

import (
	"context"
	"errors"
	"time"

	"github.com/miekg/dns"

	"sekisho/resolver/upstream"
)

// A passenger is a flight that goes by an outing.
type passenger struct {
	outing *outing
	flight *flight
	lookup lookup
	// seeks tells that it is to be found out where the name leads, beside who
	// does so meanwhile, or is nil.
	seeks  bool
	beside *trace

	// What outing.mu guards: settled tells that the outing is over for it;
	// walking that it is on the long way, which awaits what comes of the outing
	// in results once that is set, and is what came before.
	settled bool
	walking bool
	results chan<- result
	early   *result
}

// told is what the outing comes to: a reply or an error. It returns that this is
// an end.
func (p *passenger) told(reply []byte, err error) bool {
	asked, l, now := p.outing.asked, p.lookup, time.Now()
	if errors.Is(err, upstream.ErrOtherwise) {
		p.reroute()
		return true
	}
	if err != nil {
		asked.failed(l.qtype, err, now)
		p.come(result{server: asked, err: err})
		return true
	}
	r, err := p.read(reply)
	if err != nil { // the long way hears whether there is a better one, and tries TCP
		asked.places.answered()
		p.reroute()
		return true
	}
	asked.hit(l.qtype)
	asked.took(p.outing.begun)
	if r.err != nil {
		asked.useless(l.qtype, now)
	} else {
		asked.useful(l.qtype)
	}
	p.come(r)
	return true
}

// read makes a result of reply: by a glance, which is enough for nearly all, or
// with the parser.
func (p *passenger) read(reply []byte) (result, error) {
	r := result{server: p.outing.asked}
	l := p.lookup
	if r.entry = glance(reply, l, p.outing.server.verdicts); r.entry != nil {
		return r, nil
	}
	msg, err := upstream.Parse(reply)
	if err != nil {
		return r, err
	}
	if r.entry, r.err = l.read(msg); r.err != nil {
		r.remark = uselessRemark(msg, r.err)
	}
	return r, nil
}

// come takes in a result.
func (p *passenger) come(r result) {
	o := p.outing
	o.mu.Lock()
	if p.settled {
		o.mu.Unlock()
		return
	}
	walking, results := p.walking, p.results
	if walking && results == nil {
		p.early = &r
	}
	if !walking && r.err != nil {
		p.walking, p.early = true, &r
	}
	o.settle(p)
	switch {
	case walking:
		if results != nil {
			results <- r
		}
	case r.err != nil:
		go p.fly()
	default:
		p.land(r.entry)
	}
}

// reroute has p begin again on the long way, as if nothing had been asked.
func (p *passenger) reroute() {
	o := p.outing
	o.mu.Lock()
	if p.settled {
		o.mu.Unlock()
		return
	}
	walking, results := p.walking, p.results
	lost := result{server: o.asked, err: upstream.ErrOtherwise}
	if walking && results == nil {
		p.early = &lost
	}
	p.walking = true
	o.settle(p)
	switch {
	case !walking:
		go p.fly()
	case results != nil:
		results <- lost
	}
}

// longWay returns the long way of p, to be run once, or nil if it has none any
// more. If the outing was sent it goes on meanwhile; otherwise it is over for p.
func (p *passenger) longWay(sent bool) func() {
	o := p.outing
	o.mu.Lock()
	if p.settled || p.walking {
		o.mu.Unlock()
		return nil
	}
	p.walking = true
	if sent {
		o.mu.Unlock()
	} else {
		o.settle(p)
	}
	return p.fly
}

// fly is the long way, which goes on with what there is by now.
func (p *passenger) fly() {
	s := p.outing.server
	defer s.tasks.running.Done()
	s.fly(p.flight, p.lookup, p)
}

// begun is how long ago the outing of p, which may be nil, began.
func (p *passenger) begun() time.Duration {
	if p == nil {
		return 0
	}
	return time.Since(p.outing.begun)
}

// seated reports whether something came or may come of the outing of p.
func (p *passenger) seated() bool {
	if p == nil {
		return false
	}
	p.outing.mu.Lock()
	defer p.outing.mu.Unlock()
	return p.early != nil || !p.settled
}

// forward has what comes of the outing sent to results, which has room for it.
func (p *passenger) forward(results chan<- result) {
	p.outing.mu.Lock()
	defer p.outing.mu.Unlock()
	p.results = results
	if p.early != nil {
		results <- *p.early
	}
}

// alight gives up the outing, because why.
func (p *passenger) alight(why error) {
	o := p.outing
	o.mu.Lock()
	if p.settled {
		o.mu.Unlock()
		return
	}
	o.settle(p)
	now := time.Now()
	o.asked.unheard(p.lookup.qtype, now.Sub(o.begun), why, now)
}

// land is the end of the short way: e is kept and told when it is known where
// the name leads.
func (p *passenger) land(e *entry) {
	s, l := p.outing.server, p.lookup
	s.relate(l, e)
	switch {
	case isService(l.qtype):
		s.keep(p.flight, l, e)
		if s.flights.announce(p.flight, landing{entry: e}) {
			s.tasks.running.Done()
			return
		}
		if l.qtype == dns.TypeHTTPS && len(e.targets) == 0 {
			p.finish(e)
			return
		}
	case !p.seeks, s.conclusive(l, e):
		p.finish(e)
		return
	case p.beside != nil && p.beside.over() && !p.beside.misses(e):
		p.finish(p.beside.qualified(e))
		return
	case p.beside != nil && s.late.has(l.wire, time.Now()):
		p.beside.proceed()
		p.finish(e.brief())
		return
	case p.beside != nil && !p.beside.over():
		p.holdBack(e)
		return
	}
	go p.arrive(e)
}

// arrive is the end of the short way where there is more to find out.
func (p *passenger) arrive(e *entry) {
	s := p.outing.server
	defer s.tasks.running.Done()
	ctx, cancel := context.WithTimeout(s.base, flightTime)
	defer cancel()
	s.arrive(ctx, p.flight, p.lookup, e, p.beside)
}

// finish tells e to all who wait.
func (p *passenger) finish(e *entry) {
	s := p.outing.server
	if !isService(p.lookup.qtype) {
		s.keep(p.flight, p.lookup, e)
	}
	s.flights.release(p.flight, landing{entry: e}, true)
	s.tasks.running.Done()
}
