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

// visit is what a batch of events adds to an incident that is there.
type visit struct {
	last, events int64
	rank         int
	worst        int64 // the first event of that rank
	sent         any
	unknown      bool  // of one of them at least
	stopped      int64 // when the last was that was stopped, less [underWayFor] if it may be that
}

func (v *visit) add(e *Event) {
	v.last = max(v.last, toMillis(e.Time))
	v.events++
	if r := rank(e.Severity); v.worst == 0 || r > v.rank {
		v.rank, v.worst = r, e.ID
	}
	if e.Sent != nil && (*e.Sent || v.sent == nil) {
		v.sent = *e.Sent
	}
	if e.Action != ActionRelease && e.Action != ActionAllow && rank(e.Severity) >= rank(SeverityAmber) {
		at := e.Time
		if !heldAlways(e.Technique, rank(e.Severity)) {
			at = at.Add(-underWayFor)
		}
		v.stopped = max(v.stopped, toMillis(at))
	}
	v.unknown = v.unknown || e.unknown()
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

// addVisits enters into incidents what was added to them.
func (s *store) addVisits(ctx context.Context, visits map[int64]*visit) error {
	for id, v := range visits {
		if _, err := s.openIncident.ExecContext(ctx, id); err != nil {
			return err
		}
		if _, err := s.addIncident.ExecContext(ctx, id, v.last, v.events, v.rank, v.worst, v.sent, v.unknown, v.stopped); err != nil {
			return err
		}
	}
	return nil
}
