package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"
)

// maxWorst bounds [Dangers.Worst].
const maxWorst = 3

// Dangers counts the incidents that were a danger in some time: those of which, in that
// time, an event was red, or a person had a protected sign-in sent that had been held.
// Exercises are none, and what somebody called a false alarm is counted apart; what
// somebody allowed without saying so is one.
type Dangers struct {
	Count    int
	Devices  int // that they concern
	Left     int // those of Sent where a person chose to go on with a protected sign-in
	Sent     int // of which something reached the site
	Unknown  int // of which nobody knows
	Harmless int
	// Cleared is how many of Harmless had something sent, or may have.
	Cleared int
	// More says that there were more events than one call looks at: these are figures
	// of the newest ones, and of those of the others of which something reached the site.
	More bool
	// Newest is the one that became a danger last, nil when there is none.
	Newest *Incident
	// Worst are some of those of which something was sent, or may have been: those that
	// were let go first, then what was sent, each the newest first.
	Worst []Incident
}

// Dangers counts the dangers of the events from since on, before until and with ids up to
// upTo; zero is no end. They are those that [Reader.Incidents] lists for the same time
// with [IncidentFilter.Danger].
func (r *Reader) Dangers(ctx context.Context, since, until time.Time, upTo int64) (n Dangers, err error) {
	q := IncidentFilter{Since: since, Until: until, UpTo: upTo}.query()
	err = r.view(ctx, func(src *source, tx *sql.Tx) error {
		c, err := newPeril(ctx, tx)
		if err != nil {
			return err
		}
		ids, err := between(ctx, tx, span{1, q.upTo}, q.since, q.until)
		if err != nil || len(c.red)+len(c.leaves) == 0 {
			return err
		}
		if err := n.count(ctx, src, tx, c, false, &q, ids); err != nil || !n.More {
			return err
		}
		var sent Dangers
		if err := sent.count(ctx, src, tx, c, true, &q, ids); err != nil {
			return err
		}
		n.also(sent)
		return nil
	})
	if err != nil {
		return Dangers{}, r.wrap(ctx, err)
	}
	return n, nil
}

// also adds what reached a site, of all events, to the figures of the newest ones.
func (n *Dangers) also(sent Dangers) {
	n.Left, n.Sent, n.Devices = max(n.Left, sent.Left), max(n.Sent, sent.Sent), max(n.Devices, sent.Devices)
	n.Cleared = max(n.Cleared, sent.Cleared)
	n.Count = max(n.Count, n.Sent+n.Unknown)
	if n.Newest == nil {
		n.Newest = sent.Newest
	}
	worst := sent.Worst
	for _, inc := range n.Worst {
		if len(worst) < maxWorst && !slices.ContainsFunc(worst, func(w Incident) bool { return w.ID == inc.ID }) {
			worst = append(worst, inc)
		}
	}
	n.Worst = worst
}

// dangerLook is how many events are looked at for dangers: each takes as long as two
// that are merely listed.
func dangerLook() int { return budget / 2 }

// count sets the figures of n.
func (n *Dangers) count(ctx context.Context, src *source, tx *sql.Tx, c peril, sent bool, q *query, ids span) error {
	p := plan{branches: c.branches(sent)}
	query := fmt.Sprintf(countDangers, p.ids(descending), c.left("e"), harmlessRow, c.any("e")+" AND "+q.during("e"))
	rows, err := tx.QueryContext(ctx, query, ids.first-1, ids.last, dangerLook()+1, maxWorst)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	var looked, newest int
	var worst []int64
	for rows.Next() {
		var figure int
		var value int64
		if err := rows.Scan(&figure, &value); err != nil {
			return err
		}
		into := [...]*int{&looked, &n.Count, &n.Devices, &n.Left, &n.Sent, &n.Unknown, &n.Harmless, &n.Cleared, &newest}
		if figure < len(into) {
			*into[figure] = int(value)
		} else {
			worst = append(worst, value)
		}
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	n.More = looked > dangerLook()
	if newest > 0 {
		list, err := firstOf(ctx, src, tx, int64(newest))
		if err != nil {
			return err
		}
		n.Newest = &list[0]
	}
	n.Worst, err = firstOf(ctx, src, tx, worst...)
	return err
}

// firstOf reads incidents by their first events.
func firstOf(ctx context.Context, src *source, tx *sql.Tx, ids ...int64) (list []Incident, err error) {
	for _, id := range ids {
		one := plan{branches: []branch{{"events", "", eq("id", id)}}, residual: []string{isFirst}}
		found, _, err := one.incidents(ctx, src, tx, span{1, maxID}, 1)
		if err != nil {
			return nil, err
		}
		list = append(list, found...)
	}
	return list, nil
}

// countDangers answers with figures by their numbers. What it puts in order is no more
// than the events that it looks at.
const countDangers = `WITH
	m AS MATERIALIZED (%s),
	d AS MATERIALIZED (
		SELECT e.id, e.incident AS head, e.client, %s AS gone, %s AS harmless, iif(i.id IS NULL, e.sent, iif(i.sent = 0 AND i.unknown, NULL, i.sent)) AS sent
		FROM m CROSS JOIN events e ON e.id = m.id LEFT JOIN incidents i ON i.id = e.incident
		WHERE %s AND (i.id IS NOT NULL OR e.incident = e.id)),
	v AS MATERIALIZED (SELECT head, min(id) AS since, max(gone) AS gone, harmless, sent FROM d GROUP BY head)
	SELECT 0, count(*) FROM m
	UNION ALL SELECT 1, count(*) FROM v WHERE NOT harmless
	UNION ALL SELECT 2, count(DISTINCT client) FROM d WHERE NOT harmless
	UNION ALL SELECT 3, count(*) FROM v WHERE NOT harmless AND gone
	UNION ALL SELECT 4, count(*) FROM v WHERE NOT harmless AND (gone OR sent)
	UNION ALL SELECT 5, count(*) FROM v WHERE NOT harmless AND NOT gone AND sent IS NULL
	UNION ALL SELECT 6, count(*) FROM v WHERE harmless
	UNION ALL SELECT 7, count(*) FROM v WHERE harmless AND (gone OR sent IS NOT 0)
	UNION ALL SELECT 8, head FROM (SELECT head FROM v WHERE NOT harmless ORDER BY since DESC LIMIT 1)
	UNION ALL SELECT 9, head FROM (SELECT head FROM v WHERE NOT harmless AND (gone OR sent IS NOT 0)
		ORDER BY gone DESC, coalesce(sent, -1) DESC, head DESC LIMIT ?4)`
