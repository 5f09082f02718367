package journal

import (
	"context"
	"time"
)

const (
	// findIncident gives the number of the incident with a name.
	findIncident = "SELECT id FROM events WHERE name = ?"
	// openIncident gives an incident a row of its own, if it has none.
	openIncident = `INSERT INTO incidents (id, last, events, rank, worst, sent, unknown)
		SELECT e.id, e.time, 1, c.rank, e.id, e.sent, ` + sending + ` FROM events e JOIN classes c ON c.id = e.class WHERE e.id = ?
		ON CONFLICT (id) DO NOTHING`
	// addToIncident enters events into that row. What is stopped although it was let
	// pass, be it a protected sign-in or since that ended, opens the incident again.
	addToIncident = `UPDATE incidents SET last = max(last, ?2), events = events + ?3,
			worst = iif(?4 > rank, ?5, worst), raised = iif(?4 > rank, ?4, raised), rank = max(rank, ?4),
			sent = coalesce(max(sent, ?6), sent, ?6), unknown = max(unknown, ?7),
			again = iif(state IN (2, 3) AND ?8 > decided, state, again), state = iif(state IN (2, 3) AND ?8 > decided, 0, state)
		WHERE id = ?1`
	// headCacheSize bounds the incidents whose numbers the writer remembers.
	headCacheSize = 4096
)

// underWayFor is how long after a decision something may still be stopped that began
// before it, as the pieces of a page do. What is held in spite of any decision waits
// for one from the first moment on.
const underWayFor = 2 * time.Second

// addition is what a batch of events adds to an incident that is there.
type addition struct {
	last, events int64
	rank         int
	worst        int64 // the first event of that rank
	sent         any
	unknown      bool  // of one of them at least
	stopped      int64 // when the last was that was stopped, less [underWayFor] if it may be that
}

func (a *addition) add(e *Event) {
	a.last = max(a.last, toMillis(e.Time))
	a.events++
	if r := rank(e.Severity); a.worst == 0 || r > a.rank {
		a.rank, a.worst = r, e.ID
	}
	if e.Sent != nil && (*e.Sent || a.sent == nil) {
		a.sent = *e.Sent
	}
	if e.Action != ActionRelease && e.Action != ActionAllow && rank(e.Severity) >= rank(SeverityAmber) {
		at := e.Time
		if !heldAlways(e.Technique, rank(e.Severity)) {
			at = at.Add(-underWayFor)
		}
		a.stopped = max(a.stopped, toMillis(at))
	}
	a.unknown = a.unknown || e.unknown()
}

// head inserts the row of an event as the first of its incident. When there is
// one already, it returns that one's id and inserts nothing.
func (s *store) head(ctx context.Context, name string, id int64, row []any) (int64, error) {
	row[incidentColumn], row[nameColumn] = id, name
	res, err := s.insert.ExecContext(ctx, row...)
	if err != nil {
		return 0, err
	}
	n, err := res.RowsAffected()
	if err == nil && n == 0 {
		err = s.findIncident.QueryRowContext(ctx, name).Scan(&id)
	}
	if err != nil {
		return 0, err
	}
	if len(s.words.heads) >= headCacheSize {
		clear(s.words.heads)
	}
	s.words.heads[name] = id
	return id, nil
}

// addToIncidents enters into incidents what was added to them.
func (s *store) addToIncidents(ctx context.Context, additions map[int64]*addition) error {
	for id, a := range additions {
		if _, err := s.openIncident.ExecContext(ctx, id); err != nil {
			return err
		}
		if _, err := s.addIncident.ExecContext(ctx, id, a.last, a.events, a.rank, a.worst, a.sent, a.unknown, a.stopped); err != nil {
			return err
		}
	}
	return nil
}

// sending is the condition on an event e of class c that there was a request and
// nothing says whether it reached the site: a page that was fetched to be judged, or
// somebody who went on. The resolver sees no requests, and what a visitor says is none.
const sending = `e.sent IS NULL AND c.door IN (SELECT id FROM words WHERE kind = 1 AND text IN ('proxy', 'page', 'guard'))
	AND c.technique NOT IN (SELECT id FROM words WHERE kind = 8 AND text = 'appeal')`

// unknown is sending for an event that is not stored yet.
func (e *Event) unknown() bool {
	return e.Sent == nil && (e.Door == DoorProxy || e.Door == DoorPage || e.Door == DoorGuard) && e.Technique != TechniqueAppeal
}
