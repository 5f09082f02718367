package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
)

// plan decides how to find the events of q: by what it asks for that fewest
// events have, as a rule. It has no branches when nothing can match.
func (q *query) plan(ctx context.Context, tx *sql.Tx) (*plan, error) {
	p := &plan{}
	w, err := q.want(ctx, tx)
	if w == nil || err != nil {
		return p, err
	}
	if err := q.choose(ctx, tx, w, p); err != nil {
		return p, err
	}
	for _, c := range []struct {
		column string
		number int64
	}{{"e.host", w.host}, {"e.client", w.client}} {
		if c.number != 0 {
			p.residual = append(p.residual, eq(c.column, c.number))
		}
	}
	if w.byDevice {
		p.residual = append(p.residual, fmt.Sprintf("(e.device = %d OR e.device IS NULL AND %s)", w.device, in("e.client", w.named)))
	}
	if w.classy {
		p.residual = append(p.residual, in("e.class", w.classes))
	}
	if q.since != nil {
		p.residual = append(p.residual, fmt.Sprintf("e.time >= %d", *q.since))
	}
	if q.until != nil {
		p.residual = append(p.residual, fmt.Sprintf("e.time < %d", *q.until))
	}
	return p, nil
}

// choose sets the branches of p, and takes from w what they see to.
func (q *query) choose(ctx context.Context, tx *sql.Tx, w *wanted, p *plan) error {
	p.branches = []branch{{table: "events"}}
	if q.incident != "" {
		if err := q.visit(ctx, tx, p); err != nil || q.text == "" {
			return err
		}
		_, err := q.search(ctx, tx, p)
		return err
	}
	hosts, err := q.search(ctx, tx, p)
	if err != nil {
		return err
	}
	ways, err := q.ways(ctx, tx, w)
	if err != nil {
		return err
	}
	if hosts != nil && len(hosts) <= maxBranches {
		ways = append([]way{{*w, each("events", "events_host", "", "host", hosts), true}}, ways...)
	}
	best, err := rarest(ctx, tx, ways)
	if err != nil || best == nil {
		return err
	}
	*w, p.branches = best.left, best.branches
	if best.text {
		p.text, p.hosts, p.residual = nil, false, nil
	}
	return nil
}

// ways returns how the events that w asks for can be found, in the order of how few
// they are as a rule.
func (q *query) ways(ctx context.Context, tx *sql.Tx, w *wanted) (ways []way, err error) {
	if w.host != 0 {
		left := *w
		left.host = 0
		ways = append(ways, way{left, []branch{{"events", "events_host", eq("host", w.host)}}, false})
	}
	all := branch{table: "events"}
	of, left := &plan{branches: []branch{all}}, *w
	switch {
	case w.client != 0:
		err = left.of(ctx, tx, of, []int64{w.client})
	case w.byDevice:
		err = q.device(ctx, tx, &left, of)
	}
	if err != nil {
		return nil, err
	}
	if len(of.branches) != 1 || of.branches[0] != all { // not a large part of the events
		ways = append(ways, way{left, of.branches, false})
	}
	if w.classy && !w.nearlyAll && len(w.classes) <= maxBranches {
		left := *w
		left.classy = false
		ways = append(ways, way{left, each("events", "events_class", "", "class", w.classes), false})
	}
	return ways, nil
}

// visit finds the events of an incident: the first is the one that it has its
// number from.
func (q *query) visit(ctx context.Context, tx *sql.Tx, p *plan) error {
	var id int64
	err := tx.QueryRowContext(ctx, findIncident, q.incident).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		p.branches = nil
		return nil
	}
	p.branches = []branch{
		{"events", "", eq("id", id)},
		{"events", "events_incident", eq("incident", id) + " AND incident <> id"},
	}
	return err
}

// device finds the events of a device by those of the clients that went by its
// name, or are called so now.
func (q *query) device(ctx context.Context, tx *sql.Tx, w *wanted, p *plan) error {
	clients, err := numbers(ctx, tx, "SELECT client FROM devices WHERE device = ? LIMIT ?", w.device, maxBranches)
	if err != nil {
		return err
	}
	return w.of(ctx, tx, p, slices.Compact(slices.Sorted(slices.Values(append(clients, w.named...)))))
}

// of finds the events of some clients, by the classes that they have.
func (w *wanted) of(ctx context.Context, tx *sql.Tx, p *plan, clients []int64) error {
	var branches []branch
	for _, client := range clients {
		classes, err := numbers(ctx, tx, "SELECT class FROM seen WHERE client = ?", client)
		if err != nil {
			return err
		}
		classes = slices.DeleteFunc(classes, func(c int64) bool { return w.classy && !slices.Contains(w.classes, c) })
		branches = append(branches, each("events", "events_client", eq("client", client), "class", classes)...)
		if len(branches) > maxBranches {
			return nil // whoever has so many has a large part of the events
		}
	}
	p.branches, w.classy = branches, false
	if len(clients) == 1 && clients[0] == w.client {
		w.client = 0
	}
	return nil
}

const (
	// mostCounted is how far a way's events are counted: some 5 ms.
	mostCounted = 30_000
	// mergeCost is how many branches cost as much again as reading an event: each
	// one is compared with its neighbours.
	mergeCost = 32
	// fewCounted is so few events that no other way is worth looking at.
	fewCounted = 500
)

// way is how the events of a query can be found.
type way struct {
	left     wanted // what is to be seen to in the events that are found
	branches []branch
	text     bool // whether the branches see to the text
}

// rarest returns the way that has least to look at, nil when there is none: several
// conditions hold for few events together, however many each one has.
func rarest(ctx context.Context, tx *sql.Tx, ways []way) (best *way, err error) {
	if len(ways) == 1 {
		return &ways[0], nil
	}
	least := 0
	for i := range ways {
		w := &ways[i]
		n := 0
		if len(w.branches) > 0 {
			p := plan{branches: w.branches}
			if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM ("+p.any()+" LIMIT ?3)", 0, int64(maxID), mostCounted).Scan(&n); err != nil {
				return nil, err
			}
		}
		if cost := n * (len(w.branches) + mergeCost); best == nil || cost < least {
			best, least = w, cost
		}
		if n <= fewCounted {
			break
		}
	}
	return best, nil
}
