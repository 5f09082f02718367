package journal

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"
)

// confirmation is an exception that a confirmed incident led to, as far as further
// visits to its host need to know it. Times are stored ones; until 0 is never.
type confirmation struct {
	incident, by string // no incident: nobody confirmed it
	added, until int64
	// passes is until when something lets the host pass all the same, and 0 when nothing does.
	passes int64
}

// follow has an incident that begins with e, at a host that somebody confirmed to be
// an imitation before, be confirmed as well: nobody need decide the same thing at each
// visit. It costs nothing while nothing was confirmed.
func (s *store) follow(ctx context.Context, e *Event) error {
	if rank(e.Severity) < rank(SeverityAmber) || e.Action == ActionRelease || e.Action == ActionAllow || e.Host == "" {
		return nil
	}
	if s.words.confirmed == nil {
		if err := s.readConfirmed(ctx); err != nil {
			return err
		}
	}
	c, ok := s.words.confirms(e.Host, toMillis(time.Now()))
	if !ok {
		return nil
	}
	if _, err := s.openIncident.ExecContext(ctx, e.ID); err != nil {
		return err
	}
	_, err := s.conn.ExecContext(ctx, "UPDATE incidents SET state = ?, author = ?, decided = ?, until = ?, earlier = ? WHERE id = ?",
		slices.Index(states, StateConfirmed), text(c.by), c.added, positive(c.until), c.incident, e.ID)
	return err
}

// readConfirmed reads what follow looks up. The writer forgets it whenever an
// exception changes.
func (s *store) readConfirmed(ctx context.Context) error {
	rows, err := s.conn.QueryContext(ctx, `SELECT host, kind, coalesce(incident, ''), coalesce(author, ''), added, coalesce(until, 0)
		FROM exceptions WHERE kind = ? OR incident IS NOT NULL ORDER BY host, kind`, ExceptionAllow)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	confirmed := map[string]confirmation{}
	for rows.Next() {
		var host, kind string
		var c confirmation
		if err := rows.Scan(&host, &kind, &c.incident, &c.by, &c.added, &c.until); err != nil {
			return err
		}
		if kind == ExceptionAllow {
			c = confirmation{passes: c.until}
			if c.passes == 0 {
				c.passes = maxID
			}
		} else {
			c.passes = confirmed[host].passes // in the order of kinds
		}
		confirmed[host] = c
	}
	s.words.confirmed = confirmed
	return rows.Err()
}

// confirms finds what was confirmed of host, or of a name above it, unless it may pass
// by what was decided about it, or about a name between the two.
func (d *dictionary) confirms(host string, now int64) (c confirmation, ok bool) {
	for at := range above(host) {
		c, ok := d.confirmed[at]
		if ok && c.passes > now {
			return confirmation{}, false
		}
		if ok && c.incident != "" && (c.until == 0 || c.until > now) {
			return c, true
		}
	}
	return confirmation{}, false
}

// positive is NULL for 0.
func positive(n int64) any {
	if n == 0 {
		return nil
	}
	return n
}

// underEarlier fills in whether the decision that an incident falls under still holds,
// by what is said of it now. When retention has deleted that incident, what was copied
// from it counts.
func (s *source) underEarlier(ctx context.Context, tx *sql.Tx, inc *Incident) error {
	var state int
	var until sql.NullInt64
	err := tx.QueryRowContext(ctx, `SELECT iif(i.state = 0, i.again, i.state), i.until
		FROM events e JOIN incidents i ON i.id = e.id WHERE e.name = ?`, inc.Earlier).Scan(&state, &until)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	inc.Until = timeOr(until)
	stops := slices.Index(states, StateConfirmed)
	inc.Ended = state == 0 || (state == stops) != (inc.State == StateConfirmed) || !inc.Until.IsZero() && !inc.Until.After(time.Now())
	return err
}
