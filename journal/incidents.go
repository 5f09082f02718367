package journal

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
)

const (
	// clientsAmong bounds the events of an incident that are looked at for its
	// clients, and incidentEvents those that come with it.
	clientsAmong   = 100
	incidentEvents = 1000
)

// isFirst is the condition on h that it is the first event of an incident.
const isFirst = "h.incident = h.id"

// sentRow is what is known to have been sent of an incident: 1, 0, or NULL for unknown. One
// without a row of its own has no other event than h.
const sentRow = "iif(i.id IS NULL, h.sent, iif(i.sent = 0 AND i.unknown, NULL, i.sent))"

// The columns of an incident, and the rows they are in: h is its first event,
// i its own row if it has one, e its severest event.
const (
	incidentColumns = rowColumns + `, h.id, h.name, h.host, h.time, coalesce(i.last, h.time), coalesce(i.events, 1),
		` + sentRow + `, coalesce(i.state, 0), coalesce(i.again, 0), coalesce(i.others, 0), i.earlier, i.note, i.author, i.decided, i.until, i.appeal, i.appealed, m.id`
	incidentRows   = `events h ON h.id = m.id ` + incidentJoined
	incidentJoined = `LEFT JOIN incidents i ON i.id = h.id
		CROSS JOIN events e ON e.id = coalesce(i.worst, h.id) CROSS JOIN classes c ON c.id = e.class`
)

// Incidents returns incidents, the one that began last first, and the cursor of
// the next page, as [Reader.Search] does.
func (r *Reader) Incidents(ctx context.Context, f IncidentFilter, cursor string) (list []Incident, next string, err error) {
	q := f.query()
	print := fingerprint(f.State, f.Severity, f.Below, fmt.Sprint(f.Appealed, f.NoExercise, f.Danger, q.fingerprint()))
	before := int64(maxID) + 1
	c, err := resume(cursor, listIncidents, print)
	if err != nil {
		return nil, "", fmt.Errorf("list incidents: %w", err)
	}
	if c != nil {
		before, q.since, q.until = c.before, c.since, c.until
	}
	var reached int64
	err = r.view(ctx, func(src *source, tx *sql.Tx) error {
		p, err := f.plan(ctx, tx, &q)
		if len(p.branches) == 0 || err != nil {
			return err
		}
		ids, err := between(ctx, tx, span{1, min(before-1, q.upTo)}, q.since, q.until)
		if err != nil {
			return err
		}
		list, reached, err = p.incidents(ctx, src, tx, ids, pageLimit(f.Limit))
		return err
	})
	if err != nil {
		return nil, "", r.wrap(ctx, err)
	}
	if reached > 1 {
		next = position{listIncidents, reached, print, q.since, q.until}.String()
	}
	return list, next, nil
}

// plan decides how to find incidents, by their first events.
func (f IncidentFilter) plan(ctx context.Context, tx *sql.Tx, q *query) (*plan, error) {
	exercise := f.State == StateExercise
	state, known := slices.Index(states, f.State), f.Severity == "" || rank(f.Severity) > 0
	if exercise {
		state = 0
	}
	if f.State != "" && state < 0 || !known {
		return &plan{}, nil
	}
	drill, err := drillGround(ctx, tx)
	if err != nil || exercise && drill < 0 {
		return &plan{}, err
	}
	var p *plan
	if f.Danger != "" {
		p, err = f.danger(ctx, tx, q)
	} else {
		p, err = q.plan(ctx, tx)
		for i, cond := range p.residual { // q speaks of the events it finds
			p.residual[i] = "h" + cond[1:]
		}
	}
	if err != nil || len(p.branches) == 0 {
		return p, err
	}
	p.residual = append(p.residual, isFirst)
	all, classes := len(q.words) == 0, []string{"true"}
	if f.Severity != "" {
		classes = append(classes, eq("rank", int64(rank(f.Severity))))
	}
	switch {
	case exercise:
		classes = append(classes, eq("ground", drill))
	case f.State == StateOpen || f.NoExercise:
		classes = append(classes, fmt.Sprintf("ground <> %d", drill))
	}
	for _, cond := range classes[1:] {
		p.residual = append(p.residual, "c."+cond)
	}
	if f.State != "" {
		p.residual = append(p.residual, eq("coalesce(i.state, 0)", int64(state)))
	}
	if f.Below != "" {
		p.text = cleanText(f.Below, maxHost)
		p.residual = append(p.residual, "EXISTS (SELECT 1 FROM words w WHERE w.id = h.host AND (w.text = ?5 OR substr(w.text, -length(?5) - 1) = '.' || ?5))")
	}
	if f.Appealed {
		p.residual = append(p.residual, "i.appeal IS NOT NULL")
	}
	switch {
	case !all || f.Danger != "":
	case f.Appealed:
		p.branches = []branch{{"incidents", "incidents_appeal", "appeal IS NOT NULL"}}
	case state > 0:
		p.branches = []branch{{"incidents", "incidents_state", eq("state", int64(state)) + " AND state <> 0"}}
	case f.Severity != "" || exercise:
		err = f.ofClasses(ctx, tx, p, strings.Join(classes, " AND "))
	}
	return p, err
}

// ofClasses finds incidents by the classes of their severest events: that of the
// first one, or of one that came later and was severer.
func (f IncidentFilter) ofClasses(ctx context.Context, tx *sql.Tx, p *plan, where string) error {
	classes, err := numbers(ctx, tx, "SELECT id FROM classes WHERE "+where)
	if err != nil || len(classes) >= maxBranches-len(severities) {
		return err
	}
	p.branches = each("events", "events_class", "", "class", classes)
	for _, severity := range severities {
		if f.Severity == "" || f.Severity == severity {
			p.branches = append(p.branches, branch{"incidents", "incidents_raised", eq("raised", int64(rank(severity)))})
		}
	}
	return nil
}

// incidents reads at most n incidents of p; reached is as in plan.rows.
func (p *plan) incidents(ctx context.Context, src *source, tx *sql.Tx, ids span, n int) (list []Incident, reached int64, err error) {
	look := cmp.Or(p.look, budget)
	rows, err := readIncidents(ctx, tx, p.query(incidentColumns, cmp.Or(p.join, incidentRows), descending), p.args(ids, look, n)...)
	if err != nil {
		return nil, 0, err
	}
	for i := range rows {
		inc, err := src.incident(ctx, tx, &rows[i])
		if err != nil {
			return nil, 0, err
		}
		list = append(list, inc)
	}
	if err := stand(ctx, tx, list); err != nil {
		return nil, 0, err
	}
	if len(rows) == n {
		return list, rows[n-1].at, nil
	}
	reached, err = p.reached(ctx, tx, descending, ids, look)
	return list, reached, err
}

// IncidentByID returns an incident and its events in ascending id, the first
// thousand at most. Errors: ErrNotFound.
func (r *Reader) IncidentByID(ctx context.Context, id string) (inc Incident, events []Event, err error) {
	err = r.view(ctx, func(src *source, tx *sql.Tx) error {
		q := Filter{Incident: id}.query()
		p, err := q.plan(ctx, tx)
		if err == nil && (q.incident == "" || len(p.branches) == 0) {
			err = ErrNotFound
		}
		if err != nil {
			return err
		}
		rows, _, err := p.rows(ctx, tx, ascending, span{1, maxID}, incidentEvents)
		if err == nil {
			events, err = src.events(ctx, tx, rows)
		}
		if err != nil {
			return err
		}
		one := plan{branches: p.branches[:1], residual: []string{isFirst}}
		list, _, err := one.incidents(ctx, src, tx, span{1, maxID}, 1)
		if err == nil && len(list) == 0 {
			err = ErrNotFound
		}
		if err == nil {
			inc = list[0]
		}
		return err
	})
	if errors.Is(err, ErrNotFound) {
		return Incident{}, nil, fmt.Errorf("incident %q: %w", cleanText(id, maxWord), ErrNotFound)
	}
	if err != nil {
		return Incident{}, nil, r.wrap(ctx, err)
	}
	return inc, events, nil
}
