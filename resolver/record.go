package resolver

import (
	"context"
	"net/netip"
	"sync"
	"time"

	"go.uber.org/zap"

	"sekisho/journal"
	"sekisho/rules"
)

const (
	// oneVisit is for how long the questions of a client for a host count as
	// one event: a browser asks for several types and asks again.
	oneVisit = 10 * time.Second
	// maxVisits bounds what is remembered to tell visits apart.
	maxVisits = 8192
	// recordTime is how long an answer waits for its event at most.
	recordTime = 2 * time.Second
)

// A visit is what counts as one event.
type visit struct {
	client netip.Addr
	host   string
	action rules.Action
}

// A note is the state of a visit's event.
type note struct {
	time time.Time
	// written is closed once the event is durable, or cannot be made so.
	written chan struct{}
}

// done reports whether the journal is through with n.
func (n *note) done() bool {
	select {
	case <-n.written:
		return true
	default:
		return false
	}
}

// A recorder writes events to the journal, one per visit. It is safe for
// concurrent use.
type recorder struct {
	journal *journal.Journal
	log     *zap.Logger

	mu    sync.Mutex
	notes map[visit]*note
}

func newRecorder(j *journal.Journal, log *zap.Logger) *recorder {
	return &recorder{journal: j, log: log, notes: make(map[visit]*note)}
}

// recorded reports whether the event of v was written a moment ago, so that an
// answer need not wait.
func (r *recorder) recorded(v visit, now time.Time) bool {
	if r.journal == nil {
		return true
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	n, ok := r.notes[v]
	return ok && now.Sub(n.time) < oneVisit && n.done()
}

// record returns once the event of v is durable, or the journal has failed,
// which it has said in the log. Of several calls for one visit one writes.
func (r *recorder) record(v visit, j *judgement, observed bool) {
	if r.journal == nil {
		return
	}
	now := time.Now()
	r.mu.Lock()
	if n, ok := r.notes[v]; ok && now.Sub(n.time) < oneVisit {
		r.mu.Unlock()
		<-n.written
		return
	}
	r.makeRoom(now)
	n := &note{time: now, written: make(chan struct{})}
	r.notes[v] = n
	r.mu.Unlock()
	defer close(n.written)
	ctx, cancel := context.WithTimeout(context.Background(), recordTime)
	defer cancel()
	if _, err := r.journal.Record(ctx, event(v, j, observed, r.journal.Asked(v.client, v.host))); err != nil {
		r.log.Error("event not recorded", zap.String("host", v.host), zap.Stringer("action", v.action), zap.Error(err))
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
		if len(r.notes) < maxVisits {
			return
		}
		delete(r.notes, v)
	}
}

// event is the journal's record of v. A question that is only warned about is
// answered, and whether anything is sent then is not for the resolver to know.
func event(v visit, j *judgement, observed bool, incident string) journal.Event {
	e := journal.Event{
		Door:      journal.DoorDNS,
		Client:    v.client.String(),
		Host:      v.host,
		Action:    v.action.String(),
		Severity:  journal.SeverityAmber,
		Ground:    string(j.Ground),
		Technique: j.Technique,
		Target:    j.Target,
		Score:     j.Score,
		Detail:    j.detail(),
		Incident:  incident,
	}
	if v.action == rules.Block {
		e.Severity = journal.SeverityRed
		e.Sent = &observed
	}
	return e
}
