package resolver

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

const (
	// patientTime is how long is waited for HTTPS records that had not come in time and
	// are asked for once more, patientAtOnce for how many questions at most. For one name
	// that is done once in latecomerFor.
	patientTime   = 20 * time.Second
	patientAtOnce = 16
	// patientEach is how many of these are of one domain, or asked for by one client.
	patientEach = 4
)

// A patient asks once more where names lead whose servers take longer than any answer may
// wait, so that to be slow is no way past the verdict. It is safe for concurrent use.
type patient struct {
	ctx    context.Context
	cancel context.CancelFunc
	asked  *latecomers

	mu     sync.Mutex
	places []*place // the oldest first
}

// A place is that of one question.
type place struct {
	// zone and holder are on whose account it is.
	name, zone, holder string
	// ctx ends when it has to go to others.
	ctx    context.Context
	cancel context.CancelFunc
}

func newPatient(base context.Context) *patient {
	p := &patient{asked: newLatecomers()}
	p.ctx, p.cancel = context.WithCancel(base)
	return p
}

// insist has l, a question of t that came to why, asked once more if there is hope, and
// then begins t anew.
func (s *Server) insist(t *trace, l lookup, why error) {
	now := time.Now()
	if !errors.Is(why, context.DeadlineExceeded) || s.patient.asked.has(l.wire, now) || l.group.deaf(now) {
		return
	}
	pl := s.patient.take(l)
	if pl == nil {
		return
	}
	s.patient.asked.add(l.wire, now)
	again := t.lookup
	started := s.tasks.start(func() {
		defer s.patient.leave(pl)
		if s.learn(pl.ctx, l) && s.settings.Load().same(l.settings) {
			s.traceName(again)
		}
	})
	if !started {
		s.patient.leave(pl)
	}
}

// take returns a place for l, or nil if there is none. One that is full of others'
// questions is had from whoever has most there.
func (p *patient) take(l lookup) *place {
	pl := &place{name: l.wire, zone: l.zone(), holder: l.holder()}
	byZone, byHolder := func(o *place) string { return o.zone }, func(o *place) string { return o.holder }
	own := func(o *place) bool { return o.holder == pl.holder }
	all := func(*place) bool { return true }
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.count(func(o *place) bool { return o.zone == pl.zone }) >= patientEach:
		return nil
	case p.count(own) >= patientEach && !p.displace(pl, own, byZone):
		return nil
	case len(p.places) >= patientAtOnce && !p.displace(pl, all, byZone) && !p.displace(pl, all, byHolder):
		return nil
	}
	pl.ctx, pl.cancel = context.WithTimeout(p.ctx, patientTime)
	p.places = append(p.places, pl)
	return pl
}

// count is how many places are among those. p.mu is held.
func (p *patient) count(among func(*place) bool) (n int) {
	for _, o := range p.places {
		if among(o) {
			n++
		}
	}
	return n
}

// displace ends the oldest question of the account that has most of the places among
// those, of several that whose question is the oldest, if it has more than pl's would have
// with one more. p.mu is held.
func (p *patient) displace(pl *place, among func(*place) bool, account func(*place) string) bool {
	counts := make(map[string]int)
	for _, o := range p.places {
		if among(o) {
			counts[account(o)]++
		}
	}
	most := account(pl)
	limit := counts[most] + 1
	for _, o := range p.places {
		if a := account(o); among(o) && counts[a] > limit {
			most, limit = a, counts[a]
		}
	}
	if most == account(pl) {
		return false
	}
	i := slices.IndexFunc(p.places, func(o *place) bool { return among(o) && account(o) == most })
	gone := p.places[i]
	p.places = slices.Delete(p.places, i, i+1)
	gone.cancel()
	p.asked.remove(gone.name) // it has not had its time
	return true
}

// leave gives pl back.
func (p *patient) leave(pl *place) {
	pl.cancel()
	p.mu.Lock()
	defer p.mu.Unlock()
	if i := slices.Index(p.places, pl); i >= 0 {
		p.places = slices.Delete(p.places, i, i+1)
	}
}

// learn asks l, and reports whether there is an answer, which is in the cache then.
func (s *Server) learn(ctx context.Context, l lookup) bool {
	e, _, err := l.group.ask(ctx, &s.tasks.running, l.question(), nil)
	if err != nil || !s.settings.Load().same(l.settings) {
		return false
	}
	s.relate(l, e)
	s.cache.put(l.key(), e) // what it leads to is judged by the trace that follows
	s.late.remove(l.wire)
	return true
}
