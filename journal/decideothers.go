package journal

import (
	"context"
	"fmt"
	"slices"
	"time"

	"sekisho/journal/trigram"
)

// othersWait is how long whoever decides waits for the others at most.
const othersWait = time.Second

// maxBelow bounds the names below a host whose incidents are decided with it.
const maxBelow = 20_000

// others are the incidents that waited for a decision about a host, or a name below
// it, when somebody decided about one of them: ten people who got the same mail are one
// question. What would be stopped after the decision all the same goes on waiting: the
// sign-in of a protected account, and, when the host may pass, a name that is on a list
// for a reason of its own. An exercise waits for nobody.
//
// They are looked for in several transactions of a bounded length each, so that
// what is recorded meanwhile need not wait for all of them.
type others struct {
	own   int64  // the incident that was decided
	state string // what it is now
	of    string // the incident whose decision counts for all
	x     Exception
	last  int64   // the newest event then
	hosts []int64 // that are yet to be looked at
	after int64   // the event of the first of them that was looked at last
	where string
	done  bool
}

// newOthers prepares the search for what is decided with the incident own. of and x are
// as in [Journal.Decide].
func (s *store) newOthers(ctx context.Context, own int64, state, of string, x Exception) (*others, error) {
	o := &others{own: own, state: state, of: of, x: x}
	var err error
	if o.hosts, err = s.hostsFrom(ctx, x.Host); err != nil {
		return nil, err
	}
	if err := o.exempt(ctx, s); err != nil {
		return nil, err
	}
	if err := s.conn.QueryRowContext(ctx, "SELECT max(id) FROM events").Scan(&o.last); err != nil {
		return nil, err
	}
	drills, err := numbers(ctx, s.conn, "SELECT id FROM classes WHERE "+exercises)
	if err != nil {
		return nil, err
	}
	o.where = fmt.Sprintf("h.incident = h.id AND h.id <> %d AND coalesce(i.state, 0) = 0 AND c.rank >= %d AND NOT %s",
		own, rank(SeverityAmber), in("c.id", drills))
	if x.Kind == ExceptionAllow {
		err = o.letPass(ctx, s)
	}
	return o, err
}

// letPass leaves out what a decision to let the host pass does not let pass.
func (o *others) letPass(ctx context.Context, s *store) error {
	held, err := s.heldAlways(ctx)
	if err != nil {
		return err
	}
	listed, err := numbers(ctx, s.conn, "SELECT id FROM classes WHERE ground IN (SELECT id FROM words WHERE kind = ? AND text = 'blocklist')", kindGround)
	if err != nil {
		return err
	}
	o.where += fmt.Sprintf(" AND NOT (%s AND e.detail IS NOT (SELECT w.detail FROM incidents v JOIN events w ON w.id = v.worst WHERE v.id = %d))",
		in("c.id", listed), o.own)
	if len(held) > 0 { // an index that nothing can be in cannot be named
		o.where += fmt.Sprintf(` AND NOT %s AND NOT EXISTS (SELECT 1 FROM events x INDEXED BY events_incident
			WHERE x.incident = h.id AND x.incident <> x.id AND %s)`, in("h.class", held), in("x.class", held))
	}
	return nil
}

// settle has the writer decide, and then decide the rest, whether or not whoever asked
// goes on waiting. It waits for the rest a moment: whoever decides about a site that came
// a hundred thousand times need not wait until what counts is in force.
func (j *Journal) settle(ctx context.Context, decide func(context.Context, *store) (*others, error)) error {
	decided, done := make(chan error, 1), make(chan struct{})
	j.mu.Lock()
	select {
	case <-j.closing:
		j.mu.Unlock()
		return ErrClosed
	default:
	}
	j.rest.Go(func() {
		defer close(done)
		var rest *others
		err := j.do(context.Background(), func(ctx context.Context, s *store) (err error) {
			rest, err = decide(ctx, s)
			return err
		})
		decided <- err
		// What fails goes on waiting, and whoever decides one of them decides the rest.
		for err == nil && rest != nil && !rest.done {
			err = j.do(context.Background(), rest.decide)
		}
	})
	j.mu.Unlock()
	select {
	case err := <-decided:
		if err != nil {
			return err
		}
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case <-done:
	case <-time.After(othersWait):
	}
	return nil
}

// decide decides the next ones, and is done when there are no more, or when what was
// decided no longer holds.
func (o *others) decide(ctx context.Context, s *store) error {
	var holds bool
	err := s.conn.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM exceptions WHERE host = ? AND kind = ?)", o.x.Host, o.x.Kind).Scan(&holds)
	if err != nil {
		return err
	}
	if !holds {
		o.done = true
		return nil
	}
	// As many as take some 30 ms: what is to be recorded waits meanwhile.
	for look := budget / 8; look > 0; {
		if len(o.hosts) == 0 {
			o.done = true
			return nil
		}
		// A host takes about as long to look up as some ten events to look at.
		n, err := o.next(ctx, s, look)
		if err != nil {
			return err
		}
		look -= n + 10
	}
	return nil
}

// next decides those of the next events of the first host, look at most, and returns
// how many these are.
func (o *others) next(ctx context.Context, s *store, look int) (n int, err error) {
	const some = "SELECT id FROM events INDEXED BY events_host WHERE host = ?1 AND id > ?2 AND id <= ?3 ORDER BY id LIMIT ?4"
	args := []any{o.hosts[0], o.after, o.last, look}
	found, err := numbers(ctx, s.conn, `SELECT h.id FROM (`+some+`) m CROSS JOIN `+incidentRows+` WHERE `+o.where, args...)
	if err != nil {
		return 0, err
	}
	for _, id := range found {
		if _, err := s.openIncident.ExecContext(ctx, id); err != nil {
			return 0, err
		}
		_, err = s.conn.ExecContext(ctx, "UPDATE incidents SET state = ?, note = NULL, author = ?, decided = ?, until = ?, again = 0, earlier = ? WHERE id = ?",
			slices.Index(states, o.state), text(o.x.By), toMillis(o.x.Added), millisOr(o.x.Until), text(o.of), id)
		if err != nil {
			return 0, err
		}
	}
	if _, err := s.conn.ExecContext(ctx, "UPDATE incidents SET others = others + ? WHERE id = ?", len(found), o.own); err != nil {
		return 0, err
	}
	var after int64
	err = s.conn.QueryRowContext(ctx, "SELECT count(*), coalesce(max(id), 0) FROM ("+some+")", args...).Scan(&n, &after)
	if o.after = after; n < look {
		o.hosts, o.after = o.hosts[1:], 0
	}
	return n, err
}

// maxApart bounds the names below a host that were decided about by themselves and
// are looked at for it.
const maxApart = 200

// hostsFrom returns the numbers of host and of the names below it.
func (s *store) hostsFrom(ctx context.Context, host string) ([]int64, error) {
	below, err := trigram.Below(ctx, s.conn, host, maxBelow)
	if err != nil {
		return nil, err
	}
	exact, err := numbers(ctx, s.conn, "SELECT id FROM words WHERE kind = ? AND text = ?", kindHost, host)
	return append(exact, below...), err
}

// exempt leaves out the names about which something else was decided, which goes on.
func (o *others) exempt(ctx context.Context, s *store) error {
	names, err := column[string](ctx, s.conn, `SELECT host FROM exceptions x WHERE kind <> ?1 AND substr(host, -length(?2) - 1) = '.' || ?2 AND (until IS NULL OR until > ?3)
		AND NOT EXISTS (SELECT 1 FROM exceptions p WHERE p.host = x.host AND p.kind < x.kind AND (p.until IS NULL OR p.until > ?3)) LIMIT ?4`,
		o.x.Kind, o.x.Host, toMillis(time.Now()), maxApart)
	if err != nil {
		return err
	}
	apart := map[int64]bool{}
	for _, name := range names {
		ids, err := s.hostsFrom(ctx, name)
		if err != nil {
			return err
		}
		for _, id := range ids {
			apart[id] = true
		}
	}
	o.hosts = slices.DeleteFunc(o.hosts, func(id int64) bool { return apart[id] })
	return nil
}
