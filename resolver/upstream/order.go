package upstream

import (
	"errors"
	"sync/atomic"
	"time"
)

// An order is what is known of how a server answers several questions on one
// connection. RFC 7766, section 6.2.1.1, has servers answer each when they can; some
// answer one after another, or one alone.
type order struct {
	// It is so until then, in Unix nanoseconds.
	queued, single atomic.Int64
	strikes        int // connections in a row that ended or fell silent after one answer; guarded by pool.mu
}

// enoughStrikes is how many such make a server one that answers but one question a
// connection. One may have lost a packet, or have ended for the sake of a question that
// its server chokes on: that is for whoever asks it to choose, and no other connection
// does so in between.
const enoughStrikes = 3

// A want is what connection a question needs.
type want uint8

const (
	shared want = iota // any
	alone              // one without other questions
	unused             // one on which nothing was asked before
)

// want is what the server needs.
func (o *order) want() want {
	switch {
	case !past(&o.single):
		return unused
	case !past(&o.queued):
		return alone
	}
	return shared
}

// suffer notes that the server is of the kind of until.
func suffer(until *atomic.Int64) { until.Store(time.Now().Add(memory).UnixNano()) }

// A trouble is what may be wrong with a connection that a question had no answer on.
type trouble uint8

const (
	// ended is a connection that is over, or had a useless answer.
	ended trouble = iota
	// first is one that is dead, or held up by this very question, which must not
	// hold up another connection with others on it.
	first
	// behind is one that is dead, or held up by an earlier question.
	behind
	// single is one whose server may answer but one question on each.
	single
	// refused is a new one over which the only question was refused, unseen: it is as
	// safe to ask that again (RFC 9113, section 8.7) as it is futile to do so there.
	refused
)

// trouble tells what may be wrong with the connection of s.
func (s *slot) trouble() trouble {
	p, c := s.pool, s.link
	p.mu.Lock()
	defer p.mu.Unlock()
	lone := c.crowded && p.inOrder
	switch {
	case s.released && c.room() == 0:
		if idle := time.Now().UnixNano() - max(c.since.Load(), c.heard()); lone && c.answers < 2 && idle < int64(patience) {
			return single
		}
		return ended
	case s.released && s.fresh && !c.crowded && errors.Is(s.err, errRefused):
		return refused
	case s.released:
		return ended
	case lone && c.answers == 1:
		return single
	case c.slots.Front() == s.el:
		return first
	}
	return behind
}

// want is what connection the question needs that had trouble t.
func (t trouble) want() want {
	switch t {
	case first:
		return alone
	case single, refused:
		return unused
	}
	return shared
}

// learn draws conclusions from that a second connection had the answer that s, in
// trouble t, did not have.
func (s *slot) learn(t trouble) {
	p, c := s.pool, s.link
	if !p.inOrder {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	switch t {
	case single:
		if c.answers == 1 && !c.struck { // one that answered none says nothing of a second question
			c.struck = true
			p.order.strikes++
		}
		if p.order.strikes >= enoughStrikes {
			suffer(&p.order.single)
		}
	case first:
		s.blame()
	case behind:
		c.overtaken = true
	}
}

// blame notes that the question of s was answered, at last. If one behind it was
// answered elsewhere long before, it held that up. p.mu is held.
func (s *slot) blame() {
	if s.link.overtaken && time.Since(s.taken) > 2*patience {
		suffer(&s.pool.order.queued)
	}
}

// answered notes an answer to the question of s.
func (s *slot) answered() {
	p, c := s.pool, s.link
	p.mu.Lock()
	defer p.mu.Unlock()
	if c.answers++; c.answers > 1 && c.crowded {
		p.order.strikes = 0
	}
	if p.inOrder && c.slots.Front() == s.el {
		s.blame()
	}
}
