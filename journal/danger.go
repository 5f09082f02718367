package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Values of [IncidentFilter.Danger].
const (
	DangerReal     = "true"     // what was a danger, and nobody found harmless
	DangerHarmless = "harmless" // what was taken for one, and somebody found harmless
)

// maxWorst bounds [Dangers.Worst].
const maxWorst = 3

// Dangers counts the incidents that were a danger in some time: those of which, in that
// time, an event was red, or a person had a protected sign-in sent that had been held.
// Exercises are none, and what somebody decided was no danger is counted apart.
type Dangers struct {
	Count    int
	Devices  int // that they concern
	Left     int // those of Sent where a person chose to go on with a protected sign-in
	Sent     int // of which something reached the site
	Unknown  int // of which nobody knows
	Harmless int
	// More says that there were more events than one call looks at: these are figures
	// of the newest ones.
	More bool
	// Worst are some of those of which something was sent, or may have been: those that
	// were let go first, then what was sent, each the newest first.
	Worst []Incident
}

// peril is which events make an incident a danger, by their classes.
type peril struct {
	red    []int64 // red ones
	leaves []int64 // of people who went on with a protected sign-in, when it was sent
}

// newPeril looks up the classes of a journal whose exercises have the ground drill.
func newPeril(ctx context.Context, tx *sql.Tx, drill int64) (c peril, err error) {
	c.red, err = numbers(ctx, tx, "SELECT id FROM classes WHERE rank = ? AND ground <> ?", rank(SeverityRed), drill)
	if err != nil {
		return c, err
	}
	c.leaves, err = numbers(ctx, tx, `SELECT id FROM classes WHERE account <> 0 AND ground <> ?
		AND action IN (SELECT id FROM words WHERE kind = ? AND text = ?)`, drill, kindAction, ActionRelease)
	return c, err
}

// any is the condition that an event makes a danger, and left that a person went on.
func (c peril) any(event string) string {
	return fmt.Sprintf("(%s OR %s)", in(event+".class", c.red), c.left(event))
}

func (c peril) left(event string) string {
	return fmt.Sprintf("(%s AND %s.sent IS 1)", in(event+".class", c.leaves), event)
}

// branches finds the events, in the order of all when that is not many classes.
func (c peril) branches() []branch {
	classes := slices.Compact(slices.Sorted(slices.Values(slices.Concat(c.red, c.leaves))))
	if len(classes) > maxBranches {
		return []branch{{table: "events"}}
	}
	return each("events", "events_class", "", "class", classes)
}

// drillGround is the number of the ground of exercises, -1 while there was none.
func drillGround(ctx context.Context, tx *sql.Tx) (id int64, err error) {
	err = tx.QueryRowContext(ctx, "SELECT id FROM words WHERE kind = ? AND text = ?", kindGround, GroundDrill).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return -1, nil
	}
	return id, err
}

// during is the condition that an event is of the time that q asks for.
func (q *query) during(event string) string {
	cond := "true"
	if q.since != nil {
		cond += fmt.Sprintf(" AND %s.time >= %d", event, *q.since)
	}
	if q.until != nil {
		cond += fmt.Sprintf(" AND %s.time < %d", event, *q.until)
	}
	return cond
}

// dangerRows joins the incident h of an event d. An incident comes with the first event
// of the time that was a danger: see firstDanger.
const dangerRows = `events d ON d.id = m.id CROSS JOIN events h ON h.id = d.incident ` + incidentJoined

// danger has p find incidents by the events that made them a danger; residual conditions
// about first events are in p already, without those on the time.
func (f IncidentFilter) danger(ctx context.Context, tx *sql.Tx, q *query, drill int64) (*plan, error) {
	w, err := q.want(ctx, tx)
	if w == nil || err != nil {
		return &plan{}, err
	}
	c, err := newPeril(ctx, tx, drill)
	if err != nil {
		return nil, err
	}
	p := &plan{branches: c.branches(), join: dangerRows}
	if w.host != 0 {
		p.residual = append(p.residual, eq("h.host", w.host))
	}
	if w.client != 0 {
		p.residual = append(p.residual, eq("h.client", w.client))
	}
	not := ""
	if f.Danger != DangerHarmless {
		not = "NOT "
	}
	counts := func(event string) string { return c.any(event) + " AND " + q.during(event) }
	p.residual = append(p.residual, counts("d"), not+harmlessRow,
		// Descending, because what was a danger before is near: without it, each of very
		// many events would look through all that came before.
		`(SELECT 1 FROM events l INDEXED BY events_incident WHERE l.incident = d.incident AND l.incident <> l.id
			AND l.id < d.id AND l.id > ?1 AND `+counts("l")+` ORDER BY l.id DESC LIMIT 1) IS NULL`,
		"NOT (h.id < d.id AND h.id > ?1 AND "+counts("h")+")")
	return p, nil
}

// harmlessRow is the condition that somebody decided that an incident was no danger.
const harmlessRow = "coalesce(i.state, 0) IN (2, 3)" // see states

// Dangers counts the dangers of the events from since on, before until and with ids up to
// upTo; zero is no end. They are those that [Reader.Incidents] lists for the same time
// with [IncidentFilter.Danger].
func (r *Reader) Dangers(ctx context.Context, since, until time.Time, upTo int64) (n Dangers, err error) {
	q := IncidentFilter{Since: since, Until: until, UpTo: upTo}.query()
	err = r.view(ctx, func(src *source, tx *sql.Tx) error {
		drill, err := drillGround(ctx, tx)
		if err != nil {
			return err
		}
		c, err := newPeril(ctx, tx, drill)
		if err != nil {
			return err
		}
		p := &plan{branches: c.branches()}
		if len(p.branches) == 0 {
			return nil
		}
		ids, err := between(ctx, tx, span{1, q.upTo}, q.since, q.until)
		if err != nil {
			return err
		}
		worst, err := n.count(ctx, tx, p, c, &q, ids)
		for _, id := range worst {
			one := plan{branches: []branch{{"events", "", eq("id", id)}}, residual: []string{isFirst}}
			list, _, err := one.incidents(ctx, src, tx, span{1, maxID}, 1)
			if err != nil {
				return err
			}
			n.Worst = append(n.Worst, list...)
		}
		return err
	})
	if err != nil {
		return Dangers{}, r.wrap(ctx, err)
	}
	return n, nil
}

// count sets the figures of n, and returns the worst incidents by their numbers.
func (n *Dangers) count(ctx context.Context, tx *sql.Tx, p *plan, c peril, q *query, ids span) (worst []int64, err error) {
	rows, err := tx.QueryContext(ctx, fmt.Sprintf(countDangers, p.ids(descending), c.left("e"), c.any("e")+" AND "+q.during("e"), isFirst, harmlessRow),
		ids.first-1, ids.last, budget, maxWorst)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var looked int
	for rows.Next() {
		var figure int
		var value int64
		if err := rows.Scan(&figure, &value); err != nil {
			return nil, err
		}
		into := [...]*int{&looked, &n.Count, &n.Devices, &n.Left, &n.Sent, &n.Unknown, &n.Harmless}
		if figure < len(into) {
			*into[figure] = int(value)
		} else {
			worst = append(worst, value)
		}
	}
	n.More = looked == budget
	return worst, rows.Err()
}

// countDangers answers with figures by their numbers. What it puts in order is no more
// than the events that it looks at.
const countDangers = `WITH
	m AS MATERIALIZED (%s),
	d AS MATERIALIZED (SELECT e.incident AS head, e.client, %s AS gone FROM m CROSS JOIN events e ON e.id = m.id WHERE %s),
	v AS MATERIALIZED (
		SELECT h.id, g.gone, iif(i.id IS NULL, h.sent, iif(i.sent = 0 AND i.unknown, NULL, i.sent)) AS sent, %[5]s AS harmless
		FROM (SELECT head, max(gone) AS gone FROM d GROUP BY head) g CROSS JOIN events h ON h.id = g.head AND %[4]s LEFT JOIN incidents i ON i.id = h.id),
	k AS MATERIALIZED (SELECT id, gone, sent FROM v WHERE NOT harmless)
	SELECT 0, count(*) FROM m
	UNION ALL SELECT 1, count(*) FROM k
	UNION ALL SELECT 2, count(DISTINCT client) FROM d WHERE head IN (SELECT id FROM k)
	UNION ALL SELECT 3, count(*) FROM k WHERE gone
	UNION ALL SELECT 4, count(*) FROM k WHERE gone OR sent
	UNION ALL SELECT 5, count(*) FROM k WHERE NOT gone AND sent IS NULL
	UNION ALL SELECT 6, count(*) FROM v WHERE harmless
	UNION ALL SELECT 7, id FROM (SELECT id FROM k WHERE gone OR sent IS NOT 0 ORDER BY gone DESC, coalesce(sent, -1) DESC, id DESC LIMIT ?4)`
