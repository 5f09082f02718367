package resolver

import (
	"context"
	"errors"
	"time"
)

const (
	// patientTime is how long a question for HTTPS records that had no answer in
	// time is asked on, patientAtOnce how many are at most. For one name that is done
	// once in latecomerFor.
	patientTime   = 20 * time.Second
	patientAtOnce = 16
)

// A patient asks on where names lead whose servers take longer than any answer may
// wait, so that to be slow is no way past the verdict. It is safe for concurrent use.
type patient struct {
	ctx    context.Context
	cancel context.CancelFunc
	asked  *latecomers
	places chan struct{}
}

func newPatient(base context.Context) *patient {
	p := &patient{asked: newLatecomers(), places: make(chan struct{}, patientAtOnce)}
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
	select {
	case s.patient.places <- struct{}{}:
	default:
		return
	}
	s.patient.asked.add(l.wire, now)
	again := t.lookup
	started := s.tasks.start(func() {
		defer func() { <-s.patient.places }()
		if s.learn(l) && s.settings.Load().same(l.settings) {
			s.traceName(again)
		}
	})
	if !started {
		<-s.patient.places
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
	s.cache.put(string(l.key()), e)
	s.late.remove(l.wire)
	return true
}
