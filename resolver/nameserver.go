package resolver

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"sekisho/resolver/admission"
	"sekisho/resolver/upstream"
)

const (
	// A server that let downAfter exchanges in a row go by without an answer
	// comes last for downFor.
	downAfter = 3
	downFor   = 10 * time.Second
)

// A nameserver is an upstream and how it has been doing.
type nameserver struct {
	upstream.Exchanger
	// prompter is the same, or nil if that cannot be asked so.
	prompter upstream.Prompter
	places   admission.Limiter
	// looped is set while the server turns out to ask us, returned is how often it
	// did when it was tried, which looping sees to.
	looped   atomic.Bool
	returned atomic.Int32
	vain     atomic.Int32 // questions in a row without a useful answer
	looping  trial
	// out is about all questions but those for service records, hearing about
	// these, legibility about whether answers make sense.
	out        tally
	hearing    hearing
	legibility legibility
	counts     *upstreamCounts // set before the first question
}

func newNameserver(e upstream.Exchanger) *nameserver {
	s := &nameserver{Exchanger: e, prompter: upstream.PrompterOf(e)}
	s.places.Shared = upstream.Shares(e)
	return s
}

func (s *nameserver) down(now time.Time) bool { return s.out.over(now) || s.legibility.lost(now) }

// miss notes that there was no answer to a question of type qtype.
func (s *nameserver) miss(qtype uint16, now time.Time) {
	s.places.Unanswered()
	s.missed()
	if !isService(qtype) {
		s.out.add(now, downAfter, downFor)
		s.failing(now)
	}
}

// failed notes that an exchange came to err.
func (s *nameserver) failed(qtype uint16, err error, now time.Time) {
	switch {
	case errors.Is(err, admission.ErrAside):
		return
	case errors.Is(err, upstream.ErrMalformed): // it answers, and others get better
		s.missed()
		s.useless(qtype, now)
		if !isService(qtype) {
			s.legibility.strike(now)
		}
		return
	}
	s.miss(qtype, now)
	if !errors.Is(err, admission.ErrGivenUp) {
		s.useless(qtype, now)
	}
}

// unheard notes that an exchange was left after a wait, because another server
// was faster or the time was up.
func (s *nameserver) unheard(qtype uint16, wait time.Duration, why error, now time.Time) {
	if wait < hedgeAfter {
		return
	}
	s.miss(qtype, now)
	if !errors.Is(why, context.DeadlineExceeded) {
		s.useless(qtype, now)
	}
}

// hit notes an answer to a question of type qtype.
func (s *nameserver) hit(qtype uint16) {
	s.places.Answered()
	s.out.reset()
	if !isService(qtype) {
		s.legibility.read()
	}
}

// useless notes that a question of type qtype was asked in vain. From a server
// that answers nothing else either, nothing follows for the type.
func (s *nameserver) useless(qtype uint16, now time.Time) {
	if !isService(qtype) {
		s.failing(now)
	}
	if isService(qtype) && s.out.count.Load() == 0 {
		s.hearing.strike(now)
	}
}

// useful notes a useful answer to a question of type qtype.
func (s *nameserver) useful(qtype uint16) {
	switch {
	case isService(qtype):
		s.hearing.heard()
	case s.vain.Load() != 0:
		s.vain.Store(0)
	}
}

// failing notes a question without a useful answer. In a loop that is all of them: what
// comes, if anything, is our own word that there is no answer.
func (s *nameserver) failing(now time.Time) {
	if s.vain.Add(1) >= downAfter {
		s.looping.suspect(now)
	}
}

// forgive forgets failures, which were those of another network.
func (s *nameserver) forgive() {
	s.out.reset()
	s.looping.next.Store(0)
	s.hearing.forgive()
	s.legibility.forgive()
}

// A tally counts failures in a row. Enough of them count for a while, and after
// it a single one does again.
type tally struct {
	count atomic.Int32
	until atomic.Int64 // in Unix nanoseconds
}

func (t *tally) add(now time.Time, enough int32, life time.Duration) {
	if t.count.Add(1) >= enough {
		t.until.Store(now.Add(life).UnixNano())
	}
}

func (t *tally) reset() {
	t.count.Store(0)
	t.until.Store(0)
}

func (t *tally) over(now time.Time) bool { return now.UnixNano() < t.until.Load() }
