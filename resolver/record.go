package resolver

import (
	"context"
	"errors"
	"net/netip"
	"sync"
	"time"

	"go.uber.org/zap"

	"sekisho/hostname"
	"sekisho/journal"
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
	// sendTime is what an answer has left that waited for its event.
	sendTime = 200 * time.Millisecond
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
	// written is closed once the event is durable, or cannot be made so; lost,
	// which is set before, tells that it is neither written nor kept for later.
	written chan struct{}
	lost    bool
}

// done reports whether the journal is through with n, and has it.
func (n *note) done() bool {
	select {
	case <-n.written:
		return !n.lost
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

// record returns true once the event of v is durable, or the journal has failed,
// which it has said in the log: it keeps such events in memory then. It returns
// false if the journal has not come to that when ctx ends. Of several calls for
// one visit one writes; if its time was up, the next does.
func (r *recorder) record(ctx context.Context, v visit, j *judgement, observed bool) bool {
	if r.journal == nil {
		return true
	}
	for {
		n, first := r.begin(v, time.Now())
		if first {
			return r.write(ctx, n, v, j, observed)
		}
		select {
		case <-n.written:
			if !n.lost {
				return true
			}
		case <-ctx.Done():
			return false
		}
	}
}

// write records the event of v, whose note n is. One that is lost is forgotten before
// those who wait hear of it.
func (r *recorder) write(ctx context.Context, n *note, v visit, j *judgement, observed bool) bool {
	defer close(n.written)
	_, err := r.journal.Record(ctx, event(v, j, observed, r.journal.Asked(v.client, v.host)))
	if err == nil {
		return true
	}
	r.log.Error("event not recorded", zap.String("host", v.host), zap.Stringer("action", v.action), zap.Error(err))
	if n.lost = ctx.Err() != nil && errors.Is(err, ctx.Err()); n.lost {
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.notes[v] == n {
			delete(r.notes, v)
		}
	}
	return !n.lost
}

// begin returns the note of v, and whether it is for the caller to write it.
func (r *recorder) begin(v visit, now time.Time) (n *note, first bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if n, ok := r.notes[v]; ok && now.Sub(n.time) < oneVisit {
		return n, false
	}
	r.makeRoom(now)
	n = &note{time: now, written: make(chan struct{})}
	r.notes[v] = n
	return n, true
}

// record has the event of v, about q, written, and then calls told, which may be nil,
// with whether that was in time. It returns false if there is no room for it.
func (s *Server) record(q *query, v visit, j *judgement, observed bool, told func(written bool)) bool {
	h := &hold{client: hostname.Network(q.client), until: q.until}
	h.record = func() {
		ctx, cancel := context.WithDeadline(context.Background(), h.until)
		defer cancel()
		if written := s.recorder.record(ctx, v, j, observed); told != nil {
			told(written)
		}
	}
	h.refuse = func() {
		s.unrecorded(v)
		if told != nil {
			told(false)
		}
	}
	now, ok, out := s.recordings.enter(h)
	if out != nil {
		out.refuse()
	}
	if !ok {
		s.unrecorded(v)
	}
	if !now {
		return ok
	}
	started := s.tasks.start(func() {
		for next := h; next != nil; next = s.recordings.leave(next) {
			next.record()
		}
	})
	if !started { // it shuts down
		for next := s.recordings.leave(h); next != nil; next = s.recordings.leave(next) {
			next.refuse()
		}
	}
	return started
}

// unrecorded says, once a second, that an event has to go without its record, and so
// its question without its answer.
func (s *Server) unrecorded(v visit) {
	now := time.Now().Unix()
	if last := s.saidFull.Load(); last != now && s.saidFull.CompareAndSwap(last, now) {
		s.log.Error("event not recorded: too many at once, not answered", zap.Stringer("client", v.client), zap.String("host", v.host), zap.Stringer("action", v.action))
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
