package journal

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
)

// Values of [IncidentFilter.Danger]. Each of DangerReal is of one of the four that follow it.
const (
	DangerReal     = "true"     // what was a danger, and nobody found harmless
	DangerLeft     = "left"     // of which a person went on with a protected sign-in
	DangerSent     = "sent"     // of which something else reached the site
	DangerUnknown  = "unknown"  // of which nobody knows whether something did
	DangerKept     = "kept"     // of which nothing did
	DangerHarmless = "harmless" // what was taken for one, and somebody called a false alarm
)

// outcomes are the conditions on what is known to have been sent, of those that nobody
// went on with.
var outcomes = map[string]string{
	DangerSent: sentRow + " IS 1", DangerUnknown: sentRow + " IS NULL", DangerKept: sentRow + " IS 0",
}

// peril is which events make an incident a danger, by their classes.
type peril struct {
	red    []int64 // red ones
	leaves []int64 // of people who went on with a protected sign-in, when it was sent
}

// newPeril looks up the classes.
func newPeril(ctx context.Context, tx *sql.Tx) (c peril, err error) {
	c.red, err = numbers(ctx, tx, "SELECT id FROM classes WHERE rank = ? AND NOT "+exercises, rank(SeverityRed))
	if err != nil {
		return c, err
	}
	c.leaves, err = numbers(ctx, tx, `SELECT id FROM classes WHERE account <> 0
		AND action IN (SELECT id FROM words WHERE kind = ? AND text = ?) AND NOT `+exercises, kindAction, ActionRelease)
	return c, err
}

// any is the condition that an event makes a danger, and left that a person went on.
func (c peril) any(event string) string {
	return fmt.Sprintf("(%s OR %s)", in(event+".class", c.red), c.left(event))
}

func (c peril) left(event string) string {
	return fmt.Sprintf("(%s AND %s.sent IS 1)", in(event+".class", c.leaves), event)
}

// branches finds the events, in the order of all when that are not many classes; sent
// leaves out those whose request did not reach the site.
func (c peril) branches(sent bool) []branch {
	classes := slices.Compact(slices.Sorted(slices.Values(slices.Concat(c.red, c.leaves))))
	switch {
	case len(classes) > maxBranches:
		return []branch{{table: "events"}}
	case !sent:
		return each("events", "events_class", "", "class", classes)
	}
	return each("events", "events_sent", "sent = 1", "class", classes)
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
// of the time that was a danger.
const dangerRows = `events d ON d.id = m.id CROSS JOIN events h ON h.id = d.incident ` + incidentJoined

// danger has p find incidents by the events that made them a danger; residual conditions
// about first events are in p already, without those on the time.
func (f IncidentFilter) danger(ctx context.Context, tx *sql.Tx, q *query) (*plan, error) {
	w, err := q.want(ctx, tx)
	if w == nil || err != nil {
		return &plan{}, err
	}
	c, err := newPeril(ctx, tx)
	if err != nil {
		return nil, err
	}
	if f.Danger == DangerLeft {
		c.red = nil
	}
	p := &plan{branches: c.branches(false), join: dangerRows, look: dangerLook()}
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
	if sent, ok := outcomes[f.Danger]; ok {
		p.residual = append(p.residual, sent)
	}
	if f.Danger == DangerSent && len(c.leaves) > 0 { // where somebody went on, something was sent
		p.residual = append(p.residual, "NOT "+c.leftDuring(q))
	}
	return p, nil
}

// leftDuring is the condition that a person went on in the time of q in the incident of d.
// It is looked up of each incident by itself: in how many others people went on does not
// matter. Its end is its own, as that of a page is where the one before it ended.
func (c peril) leftDuring(q *query) string {
	return fmt.Sprintf("EXISTS (SELECT 1 FROM events x INDEXED BY events_released WHERE x.incident = d.incident AND x.sent = 1 AND %s AND x.id > ?1 AND x.id <= %d AND %s)",
		in("x.class", c.leaves), q.upTo, q.during("x"))
}

// harmlessRow is the condition that somebody decided that an incident was no danger: that
// it was a false alarm, unless its host is blocked as confirmed. What may pass although
// nobody said that it was wrong remains a danger of its time.
const harmlessRow = `(coalesce(i.state, 0) = 2 AND NOT EXISTS (SELECT 1 FROM events o
	CROSS JOIN words w ON w.id = o.host CROSS JOIN exceptions x ON x.host = w.text AND x.kind = 'block'
	WHERE o.id = i.id AND (x.until IS NULL OR x.until > 1000 * unixepoch('subsec'))))` // see states
