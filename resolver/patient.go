package resolver

import (
	"context"
	"errors"
	"sync"
	"time"
)

const (
	// patientTime is how long a question for HTTPS records that had no answer in
	// time is asked on, patientAtOnce how many are at most. For one name that is done
	// once in latecomerFor.
	patientTime   = 20 * time.Second
	patientAtOnce = 16
	// patientEach is how many of these are of one domain, or asked for by one client.
	patientEach = 4
)

// A patient asks on where names lead whose servers take longer than any answer may
// wait, so that to be slow is no way past the verdict. It is safe for concurrent use.
type patient struct {
	ctx    context.Context
	cancel context.CancelFunc
	asked  *latecomers

	mu      sync.Mutex
	total   int
	holders map[string]int // by domain and by client
}

func newPatient(base context.Context) *patient {
	p := &patient{asked: newLatecomers(), holders: make(map[string]int)}
	p.ctx, p.cancel = context.WithCancel(base)
	return p
}

// insist has l, a question of t that came to why, asked on if there is hope, and
// then begins t anew.
func (s *Server) insist(t *trace, l lookup, why error) {
	now := time.Now()
	if !errors.Is(why, context.DeadlineExceeded) || s.patient.asked.has(l.wire, now) || l.group.mute(now) {
		return
	}
	if !s.patient.take(l) {
		return
	}
	s.patient.asked.add(l.wire, now)
	again := t.lookup
	started := s.tasks.start(func() {
		defer s.patient.leave(l)
		if s.learn(l) && s.settings.Load().same(l.settings) {
			s.traceName(again)
		}
	})
	if !started {
		s.patient.leave(l)
	}
}

// take has a place for l taken, or returns false if there is none.
func (p *patient) take(l lookup) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.total >= patientAtOnce || p.holders[l.zone()] >= patientEach || p.holders[l.holder()] >= patientEach {
		return false
	}
	p.count(l, 1)
	return true
}

// leave gives the place of l back.
func (p *patient) leave(l lookup) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.count(l, -1)
}

func (p *patient) count(l lookup, n int) {
	p.total += n
	holders := []string{l.zone(), l.holder()}
	if holders[0] == holders[1] {
		holders = holders[:1]
	}
	for _, h := range holders {
		if p.holders[h] += n; p.holders[h] == 0 {
			delete(p.holders, h)
		}
	}
}

// learn asks l, and reports whether there is an answer, which is in the cache then.
func (s *Server) learn(l lookup) bool {
	ctx, cancel := context.WithTimeout(s.patient.ctx, patientTime)
	defer cancel()
	e, _, err := l.group.ask(ctx, &s.tasks.running, l.question(), nil)
	if err != nil || !s.settings.Load().same(l.settings) {
		return false
	}
	s.relate(l, e)
	s.cache.put(string(l.key()), e) // what it leads to is judged by the trace that follows
	s.late.remove(l.wire)
	return true
}
