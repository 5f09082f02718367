package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"
)

// maxWorst bounds [Dangers.Worst], and maxEndangered [Dangers.Clients].
const maxWorst, maxEndangered = 3, 200

// Dangers counts the incidents that were a danger in some time: those of which, in that
// time, an event was red, or a person had a protected sign-in sent that had been held.
// Exercises are none, and what somebody called a false alarm is counted apart; what
// somebody allowed without saying so is one.
type Dangers struct {
	Count    int
	Devices  int      // that they concern
	Clients  []string // the addresses of these, of very many maxEndangered
	Left     int      // those of Sent where a person chose to go on with a protected sign-in
	Sent     int      // of which something reached the site
	Unknown  int      // of which nobody knows
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
// with [IncidentFilter.Danger], as are those of each outcome.
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
	for _, client := range sent.Clients {
		if len(n.Clients) < maxEndangered && !slices.Contains(n.Clients, client) {
			n.Clients = append(n.Clients, client)
		}
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
	query := fmt.Sprintf(countDangers, p.ids(descending), c.left("h"), harmlessRow, sentRow, c.any("h")+" AND "+q.during("h"))
	rows, err := tx.QueryContext(ctx, query, ids.first-1, ids.last, dangerLook()+1, maxWorst, maxEndangered)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	found := map[int][]int64{} // by the numbers of figures
	for rows.Next() {
		var figure int
		var value int64
		if err := rows.Scan(&figure, &value); err != nil {
			return err
		}
		found[figure] = append(found[figure], value)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	n.More = found[0][0] > int64(dangerLook())
	for i, into := range [...]*int{&n.Count, &n.Devices, &n.Left, &n.Sent, &n.Unknown, &n.Harmless, &n.Cleared} {
		*into = int(found[i+1][0])
	}
	newest, err := firstOf(ctx, src, tx, found[8]...)
	if err != nil {
		return err
	}
	if len(newest) > 0 {
		n.Newest = &newest[0]
	}
	if n.Worst, err = firstOf(ctx, src, tx, found[9]...); err != nil {
		return err
	}
	for _, id := range found[10] {
		client, err := src.word(ctx, tx, id)
		if err != nil {
			return err
		}
		n.Clients = append(n.Clients, client)
	}
	return nil
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

// countDangers answers with figures by their numbers; those from 8 on are ids, as many as there are. What it puts in order is no more
// than the events that it looks at.
const countDangers = `WITH
	m AS MATERIALIZED (%s),
	d AS MATERIALIZED (
		SELECT h.id, h.incident AS head, h.client, %s AS gone, %s AS harmless, %s AS sent
		FROM m CROSS JOIN events h ON h.id = m.id LEFT JOIN incidents i ON i.id = h.incident
		WHERE %s AND (i.id IS NOT NULL OR h.incident = h.id)),
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
		ORDER BY gone DESC, coalesce(sent, -1) DESC, head DESC LIMIT ?4)
	UNION ALL SELECT 10, client FROM (SELECT DISTINCT client FROM d WHERE NOT harmless AND client IS NOT NULL LIMIT ?5)`
