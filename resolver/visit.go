package resolver

import (
	"net/netip"
	"time"

	"sekisho/rules"
)

const (
	// oneVisit is for how long the questions of a client for a host count as
	// one event: a browser asks for several types and asks again.
	oneVisit = 10 * time.Second
	// maxVisits bounds what is remembered to tell visits apart.
	maxVisits = 8192
	// keptVisits is how many are kept when there are too many, so that room is
	// not made for each anew.
	keptVisits = maxVisits * 3 / 4
)

// A visit is what counts as one event.
type visit struct {
	client netip.Addr
	host   string
	action rules.Action
}

func visitOf(q *query, j *judgement) visit {
	return visit{client: q.client, host: j.host.String(), action: j.Action}
}

// A note is the state of a visit's event.
type note struct {
	time time.Time
	// over is closed when the journal is through with the event. It is durable then,
	// or err is why not, which is set before, and id that of one which the journal
	// keeps until it can be written, or 0.
	over chan struct{}
	err  error
	id   int64
}

// begin returns the note of v, and whether it is for the caller to write it. An event
// that was lost is written anew.
func (r *recorder) begin(v visit, now time.Time) (n *note, first bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if n, ok := r.notes[v]; ok && now.Sub(n.time) < oneVisit && !r.lost(n) {
		return n, false
	}
	r.makeRoom(now)
	n = &note{time: now, over: make(chan struct{})}
	r.notes[v] = n
	return n, true
}

// state is nil if the event of n, which is over, is durable by now, or else why not.
func (r *recorder) state(n *note) error {
	if n.id != 0 && n.id <= r.journal.LastID() && !r.lost(n) {
		return nil
	}
	return n.err
}

// lost reports whether the journal, which kept the event of n in memory, had to give it
// up: a later id that is durable says nothing of it then.
func (r *recorder) lost(n *note) bool {
	select {
	case <-n.over:
		return n.id != 0 && r.journal.GaveUp(n.id)
	default:
		return false
	}
}

// makeRoom drops visits that are over, or else any: an event too many is
// better than memory without bound.
func (r *recorder) makeRoom(now time.Time) {
	if len(r.notes) < maxVisits {
		return
	}
	for v, n := range r.notes {
		if now.Sub(n.time) >= oneVisit {
			delete(r.notes, v)
		}
	}
	for v := range r.notes {
		if len(r.notes) <= keptVisits {
			return
		}
		delete(r.notes, v)
	}
}
