package resolver

import (
	"context"
	"errors"
	"time"

	"github.com/miekg/dns"

	"sekisho/resolver/upstream"
)

// A fastQuery is a flight that goes by a fastPath.
type fastQuery struct {
	path   *fastPath
	flight *flight
	lookup lookup
	// seeks tells that it is to be found out where the name leads, beside who
	// does so meanwhile, or is nil.
	seeks  bool
	beside *trace

	// What path.mu guards: settled tells that the path is over for it;
	// slow that it is on the slow path, which awaits what comes of the path
	// in results once that is set, and is what came before.
	settled bool
	slow    bool
	results chan<- result
	early   *result
}

// told is what the path comes to: a reply or an error. It returns that this is
// an end.
func (fq *fastQuery) told(reply []byte, err error) bool {
	asked, l, now := fq.path.asked, fq.lookup, time.Now()
	if errors.Is(err, upstream.ErrOtherwise) {
		fq.reroute()
		return true
	}
	if err != nil {
		asked.failed(l.qtype, err, now)
		fq.come(result{server: asked, err: err})
		return true
	}
	r, err := fq.read(reply)
	if err != nil { // the slow path hears whether there is a better one, and tries TCP
		asked.places.Answered()
		fq.reroute()
		return true
	}
	asked.hit(l.qtype)
	asked.took(fq.path.begun)
	if r.err != nil {
		asked.useless(l.qtype, now)
	} else {
		asked.useful(l.qtype)
	}
	fq.come(r)
	return true
}

// read makes a result of reply: by a glance, which is enough for nearly all, or
// with the parser.
func (fq *fastQuery) read(reply []byte) (result, error) {
	r := result{server: fq.path.asked}
	l := fq.lookup
	if r.entry = glance(reply, l, fq.path.server.verdicts); r.entry != nil {
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
func (fq *fastQuery) come(r result) {
	fp := fq.path
	fp.mu.Lock()
	if fq.settled {
		fp.mu.Unlock()
		return
	}
	slow, results := fq.slow, fq.results
	if slow && results == nil {
		fq.early = &r
	}
	if !slow && r.err != nil {
		fq.slow, fq.early = true, &r
	}
	fp.settle(fq)
	switch {
	case slow:
		if results != nil {
			results <- r
		}
	case r.err != nil:
		go fq.fly()
	default:
		fq.land(r.entry)
	}
}

// reroute has fq begin again on the slow path, as if nothing had been asked.
func (fq *fastQuery) reroute() {
	fp := fq.path
	fp.mu.Lock()
	if fq.settled {
		fp.mu.Unlock()
		return
	}
	slow, results := fq.slow, fq.results
	lost := result{server: fp.asked, err: upstream.ErrOtherwise}
	if slow && results == nil {
		fq.early = &lost
	}
	fq.slow = true
	fp.settle(fq)
	switch {
	case !slow:
		go fq.fly()
	case results != nil:
		results <- lost
	}
}

// slowPath returns the slow path of fq, to be run once, or nil if it has none any
// more. If the path was sent it goes on meanwhile; otherwise it is over for fq.
func (fq *fastQuery) slowPath(sent bool) func() {
	fp := fq.path
	fp.mu.Lock()
	if fq.settled || fq.slow {
		fp.mu.Unlock()
		return nil
	}
	fq.slow = true
	if sent {
		fp.mu.Unlock()
	} else {
		fp.settle(fq)
	}
	return fq.fly
}

// fly is the slow path, which goes on with what there is by now.
func (fq *fastQuery) fly() {
	s := fq.path.server
	defer s.tasks.running.Done()
	s.fly(fq.flight, fq.lookup, fq)
}

// begun is how long ago the path of fq, which may be nil, began.
func (fq *fastQuery) begun() time.Duration {
	if fq == nil {
		return 0
	}
	return time.Since(fq.path.begun)
}

// hopeful reports whether something came or may come of the path of fq.
func (fq *fastQuery) hopeful() bool {
	if fq == nil {
		return false
	}
	fq.path.mu.Lock()
	defer fq.path.mu.Unlock()
	return fq.early != nil || !fq.settled
}

// forward has what comes of the path sent to results, which has room for it.
func (fq *fastQuery) forward(results chan<- result) {
	fq.path.mu.Lock()
	defer fq.path.mu.Unlock()
	fq.results = results
	if fq.early != nil {
		results <- *fq.early
	}
}

// abandon gives up the path, because why.
func (fq *fastQuery) abandon(why error) {
	fp := fq.path
	fp.mu.Lock()
	if fq.settled {
		fp.mu.Unlock()
		return
	}
	fp.settle(fq)
	now := time.Now()
	fp.asked.unheard(fq.lookup.qtype, now.Sub(fp.begun), why, now)
}

// land is the end of the fast path: e is kept and told when it is known where
// the name leads.
func (fq *fastQuery) land(e *entry) {
	s, l := fq.path.server, fq.lookup
	s.relate(l, e)
	switch {
	case isService(l.qtype):
		s.keep(fq.flight, l, e)
		if s.flights.announce(fq.flight, landing{entry: e}) {
			s.tasks.running.Done()
			return
		}
		if l.qtype == dns.TypeHTTPS && len(e.targets) == 0 {
			fq.finish(e)
			return
		}
	case !fq.seeks, s.conclusive(l, e):
		fq.finish(e)
		return
	case fq.beside != nil && fq.beside.over() && !fq.beside.misses(e):
		fq.finish(fq.beside.qualified(e))
		return
	case fq.beside != nil && s.late.has(l.wire, time.Now()):
		fq.beside.proceed()
		fq.finish(e.brief())
		return
	case fq.beside != nil && !fq.beside.over():
		fq.holdBack(e)
		return
	}
	go fq.arrive(e)
}

// arrive is the end of the fast path where there is more to find out.
func (fq *fastQuery) arrive(e *entry) {
	s := fq.path.server
	defer s.tasks.running.Done()
	ctx, cancel := context.WithTimeout(s.base, flightTime)
	defer cancel()
	s.arrive(ctx, fq.flight, fq.lookup, e, fq.beside)
}

// finish tells e to all who wait.
func (fq *fastQuery) finish(e *entry) {
	s := fq.path.server
	if !isService(fq.lookup.qtype) {
		s.keep(fq.flight, fq.lookup, e)
	}
	s.flights.release(fq.flight, landing{entry: e}, true)
	s.tasks.running.Done()
}
