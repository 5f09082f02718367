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
	"sekisho/resolver/turns"
	"sekisho/rules"
)

// sendTime is what an answer has left that waited for its event.
const sendTime = 200 * time.Millisecond

// Why a question is not answered: there is no record of what its answer would be.
var (
	errUnrecorded = errors.New("too many events are waiting")
	errUnwritable = errors.New("the journal cannot be written")
)

// A recorder writes events to the journal, one per visit. It is safe for
// concurrent use.
type recorder struct {
	journal *journal.Journal
	called  func(context.Context, netip.Addr, hostname.Name) hostname.Name
	log     *zap.Logger
	said    eachSecond

	mu    sync.Mutex
	notes map[visit]*note
}

// newRecorder has hosts called by what called returns; see [Options.Called].
func newRecorder(j *journal.Journal, called func(context.Context, netip.Addr, hostname.Name) hostname.Name, log *zap.Logger) *recorder {
	if called == nil {
		called = func(_ context.Context, _ netip.Addr, host hostname.Name) hostname.Name { return host }
	}
	return &recorder{journal: j, called: called, log: log, notes: make(map[visit]*note)}
}

// recorded reports whether the event of v was written a moment ago, so that an
// answer need not wait.
func (r *recorder) recorded(v visit, now time.Time) bool {
	if r.journal == nil {
		return true
	}
	r.mu.Lock()
	n, ok := r.notes[v]
	r.mu.Unlock()
	if !ok || now.Sub(n.time) >= oneVisit {
		return false
	}
	select {
	case <-n.over:
		return r.state(n) == nil
	default:
		return false
	}
}

// record returns nil once the event of v is durable. It returns errUnwritable if the
// journal cannot write it, which it has said in the log, and keeps it in memory, and
// errUnrecorded if it has not come to either when ctx ends. Of several calls for one
// visit one writes; if its event is nowhere, the next does.
func (r *recorder) record(ctx context.Context, v visit, j *judgement, observed bool) error {
	if r.journal == nil {
		return nil
	}
	for {
		n, first := r.begin(v, time.Now())
		if first {
			return r.write(ctx, n, v, j, observed)
		}
		select {
		case <-n.over:
			if err := r.state(n); err == nil || n.id != 0 {
				return err
			}
		case <-ctx.Done():
			return errUnrecorded
		}
	}
}

// write records the event of v, whose note n is. One that is nowhere is forgotten
// before those who wait hear of it.
func (r *recorder) write(ctx context.Context, n *note, v visit, j *judgement, observed bool) error {
	defer close(n.over)
	e := event(v, j, observed)
	e.Host, e.Detail = r.names(ctx, v, j)
	e.Incident = r.journal.Asked(v.client, e.Host)
	host := e.Host
	e, err := r.journal.Record(ctx, e)
	if err == nil {
		return nil
	}
	n.err, n.id = errUnwritable, e.ID
	if n.id == 0 && r.said.due(time.Now()) { // of what the journal keeps it says itself, once, why it does
		r.log.Error("event not recorded", zap.String("host", host), zap.Stringer("action", v.action), zap.Error(err))
	}
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		n.err = errUnrecorded
	}
	if n.id == 0 {
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.notes[v] == n {
			delete(r.notes, v)
		}
	}
	return n.err
}

// names returns what the host of v is called, and the detail of j, which is of it. Where the host is not called by
// its name, those that it leads through are left out: who runs them knows what it asked.
func (r *recorder) names(ctx context.Context, v visit, j *judgement) (host, detail string) {
	called := r.called(ctx, v.client, j.host)
	if called == j.host {
		return v.host, j.detail()
	}
	if j.via.IsZero() {
		return called.String(), j.Detail
	}
	named := *j
	named.via, named.trail = r.called(ctx, v.client, j.via), nil
	return called.String(), named.detail()
}

// record has the event of v, about q, written, and then calls told, which may be nil,
// with why it could not be, or nil. It returns false if there is no room for it.
func (s *Server) record(q *query, v visit, j *judgement, observed bool, told func(err error)) bool {
	h := &turns.Event{Client: hostname.Network(q.client), Until: q.until}
	h.Record = func() {
		ctx, cancel := context.WithDeadline(context.Background(), h.Until)
		defer cancel()
		if err := s.recorder.record(ctx, v, j, observed); told != nil {
			told(err)
		}
	}
	h.Refuse = func() {
		s.unrecorded(v, j)
		if told != nil {
			told(errUnrecorded)
		}
	}
	now, ok, out := s.turns.Enter(h)
	if out != nil {
		out.Refuse()
	}
	if !ok {
		s.unrecorded(v, j)
	}
	if !now {
		return ok
	}
	started := s.tasks.start(func() {
		for next := h; next != nil; next = s.turns.Leave(next) {
			next.Record()
		}
	})
	if !started { // it shuts down
		for next := s.turns.Leave(h); next != nil; next = s.turns.Leave(next) {
			next.Refuse()
		}
	}
	return started
}

// unrecorded says, once a second, that an event has to go without its record, and so
// its question without its answer.
func (s *Server) unrecorded(v visit, j *judgement) {
	if s.saidFull.due(time.Now()) {
		over, cancel := context.WithCancel(context.Background())
		cancel() // nothing is waited for here
		host, _ := s.recorder.names(over, v, j)
		s.log.Error("event not recorded: too many at once, not answered", zap.Stringer("client", v.client), zap.String("host", host), zap.Stringer("action", v.action))
	}
}

// event is the journal's record of v, without names. A question that is only warned about is
// answered, and whether anything is sent then is not for the resolver to know.
func event(v visit, j *judgement, observed bool) journal.Event {
	e := journal.Event{
		Door:      journal.DoorDNS,
		Client:    v.client.String(),
		Action:    v.action.String(),
		Severity:  journal.SeverityAmber,
		Ground:    string(j.Ground),
		Technique: j.Technique,
		Target:    j.Target,
		Score:     j.Score,
	}
	if v.action == rules.Block {
		e.Severity = journal.SeverityRed
		e.Sent = &observed
	}
	return e
}
