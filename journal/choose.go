package journal

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// columns maps kinds of words to the columns of classes or of events.
var columns = [...]string{
	kindDoor: "door", kindClient: "client", kindDevice: "device", kindHost: "host", kindAction: "action",
	kindSeverity: "severity", kindGround: "ground", kindTechnique: "technique", kindTarget: "target", kindAccount: "account",
}

// wanted is what a query asks for, in numbers.
type wanted struct {
	host, client, device int64   // 0 is any; of device, see named
	named                []int64 // clients that are called like the device
	byDevice             bool    // whether a device was asked for
	classes              []int64 // those that match
	classy               bool    // whether any class was asked for
	nearlyAll            bool    // whether these are all but those of exercises, which few events are
}

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

// search looks for q.text among the hosts and has p look for them in what it finds.
// It returns them, nil when there is no text or when very many have it: one that
// matches is never far then. A single letter is taken for one that very many have.
func (q *query) search(ctx context.Context, tx *sql.Tx, p *plan) (hosts []int64, err error) {
	if q.text == "" {
		return nil, nil
	}
	match, err := rarePieces(ctx, tx, q.text)
	if err != nil {
		return nil, err
	}
	if match != "" {
		hosts, err = numbers(ctx, tx, findHosts, match, q.text, mostSkipped+1)
		if err != nil {
			return nil, err
		}
		if len(hosts) <= mostSkipped {
			list, err := json.Marshal(append([]int64{}, hosts...))
			p.text, p.hosts = string(list), true
			p.residual = append(p.residual, "e.host IN (SELECT value FROM json_each(?5))")
			return append([]int64{}, hosts...), err
		}
	}
	p.text = q.text
	p.residual = append(p.residual, "instr((SELECT text FROM words WHERE id = e.host), ?5)")
	return nil, nil
}

// want looks up the words of q; nil says that nothing can match.
func (q *query) want(ctx context.Context, tx *sql.Tx) (*wanted, error) {
	w := &wanted{}
	conditions := []string{"true"}
	for _, word := range q.words {
		var id int64
		err := tx.QueryRowContext(ctx, "SELECT id FROM words WHERE kind = ? AND text = ?", word.kind, word.text).Scan(&id)
		if word.kind == kindDevice && (err == nil || errors.Is(err, sql.ErrNoRows)) {
			w.byDevice, w.device = true, id
			if w.named, err = numbers(ctx, tx, findNamed, kindClient, word.text, maxBranches); err == nil && id == 0 && len(w.named) == 0 {
				return nil, nil
			}
			if err != nil {
				return nil, err
			}
			continue
		}
		if errors.Is(err, sql.ErrNoRows) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		switch word.kind {
		case kindHost:
			w.host = id
		case kindClient:
			w.client = id
		default:
			w.classy = true
			conditions = append(conditions, eq(columns[word.kind], id))
		}
	}
	w.nearlyAll = q.noExercise && !w.classy
	if q.exercise {
		w.classy, conditions = true, append(conditions, exercises)
	}
	if q.noExercise {
		w.classy, conditions = true, append(conditions, "NOT "+exercises)
	}
	var err error
	w.classes, err = numbers(ctx, tx, "SELECT id FROM classes WHERE "+strings.Join(conditions, " AND "))
	if len(w.classes) == 0 {
		return nil, err
	}
	return w, err
}

// findNamed finds the clients with a name. There are few names.
const findNamed = "SELECT id FROM words WHERE kind = ?1 AND text IN (SELECT client FROM names WHERE name = ?2) LIMIT ?3"

// numbers reads a column of numbers.
func numbers(ctx context.Context, tx querier, query string, args ...any) (out []int64, err error) {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var n int64
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, rows.Err()
}
