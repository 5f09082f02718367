package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// columns maps kinds of words to the columns of classes or of events.
var columns = [...]string{
	kindDoor: "door", kindClient: "client", kindDevice: "device", kindHost: "host", kindAction: "action",
	kindSeverity: "severity", kindGround: "ground", kindTechnique: "technique", kindTarget: "target", kindAccount: "account",
}

// eventRows joins the events that a plan finds.
const eventRows = "events e ON e.id = m.id"

// chooser gathers what a query asks for, in numbers.
type chooser struct {
	number  map[int]int64 // by kind: host, client, device, account
	classes []int64       // those that match
	classy  bool          // whether a class has to match
}

// plan decides how to find the events of q: by what it asks for that fewest
// events have, as a rule. It is nil when nothing can match.
func (q *query) plan(ctx context.Context, tx *sql.Tx) (*plan, error) {
	c, err := q.numbers(ctx, tx)
	if c == nil || err != nil {
		return nil, err
	}
	p := &plan{table: "events", branches: []string{""}}
	used, err := q.choose(ctx, tx, c, p)
	if p.branches == nil || err != nil {
		return nil, err
	}
	for _, kind := range []int{kindHost, kindClient, kindDevice, kindAccount} {
		if n, ok := c.number[kind]; ok && !used[kind] {
			p.residual = append(p.residual, eq("e."+columns[kind], n))
		}
	}
	if c.classy && !used[kindClass] {
		p.residual = append(p.residual, in("e.class", c.classes))
	}
	if q.since != nil {
		p.residual = append(p.residual, fmt.Sprintf("e.time >= %d", *q.since))
	}
	if q.until != nil {
		p.residual = append(p.residual, fmt.Sprintf("e.time < %d", *q.until))
	}
	return p, nil
}

// kindClass stands for the classes among the kinds of words that choose used.
const kindClass = 0

// choose sets the index and the branches of p, and reports what they decide.
func (q *query) choose(ctx context.Context, tx *sql.Tx, c *chooser, p *plan) (used map[int]bool, err error) {
	by := func(kind int) bool { _, ok := c.number[kind]; return ok && len(c.classes) <= maxBranches }
	if q.text != "" {
		if err := q.search(ctx, tx, p); err != nil || p.index != "" || p.branches == nil {
			return nil, err
		}
	}
	switch host, account := c.number[kindHost], c.number[kindAccount]; {
	case q.incident != "":
		var id int64
		err := tx.QueryRowContext(ctx, findIncident, q.incident).Scan(&id)
		if errors.Is(err, sql.ErrNoRows) {
			p.branches = nil
			return nil, nil
		}
		p.index, p.branches = "events_incident", []string{eq("incident", id)}
		return nil, err
	case account != 0:
		p.index, p.branches = "events_account", []string{eq("account", account)}
		return map[int]bool{kindAccount: true}, nil
	case host != 0:
		p.index, p.branches = "events_host", []string{eq("host", host)}
		return map[int]bool{kindHost: true}, nil
	case by(kindClient):
		p.index, p.branches = "events_client", each(eq("client", c.number[kindClient]), "class", c.classes)
		return map[int]bool{kindClient: true, kindClass: true}, nil
	case by(kindDevice):
		p.index, p.branches = "events_device", each(eq("device", c.number[kindDevice]), "class", c.classes)
		return map[int]bool{kindDevice: true, kindClass: true}, nil
	case c.classy && len(c.classes) <= maxBranches:
		p.index, p.branches = "events_class", each("", "class", c.classes)
		return map[int]bool{kindClass: true}, nil
	}
	return nil, nil
}

// search looks for q.text among the hosts. A few are a branch each; of many, a
// look at every event tells which of them have it.
func (q *query) search(ctx context.Context, tx *sql.Tx, p *plan) error {
	hosts, err := numbers(ctx, tx, "SELECT id FROM words WHERE kind = ? AND instr(text, ?) LIMIT ?", kindHost, q.text, maxSkip+1)
	switch {
	case err != nil:
		return err
	case len(hosts) == 0:
		p.branches = nil
	case len(hosts) <= maxBranches:
		p.index, p.branches = "events_host", each("", "host", hosts)
	default:
		p.hosts, p.text = len(hosts), q.text
		p.residual = append(p.residual, fmt.Sprintf("e.host IN (SELECT id FROM words WHERE kind = %d AND instr(text, ?5))", kindHost))
	}
	return nil
}

// numbers looks up the words of q; nil says that nothing can match.
func (q *query) numbers(ctx context.Context, tx *sql.Tx) (*chooser, error) {
	c := &chooser{number: map[int]int64{}}
	conditions := []string{"true"}
	for _, w := range q.words {
		var id int64
		err := tx.QueryRowContext(ctx, "SELECT id FROM words WHERE kind = ? AND text = ?", w.kind, w.text).Scan(&id)
		if errors.Is(err, sql.ErrNoRows) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		switch w.kind {
		case kindHost, kindClient, kindDevice, kindAccount:
			c.number[w.kind] = id
		default:
			c.classy = true
			conditions = append(conditions, eq(columns[w.kind], id))
		}
	}
	var err error
	c.classes, err = numbers(ctx, tx, "SELECT id FROM classes WHERE "+strings.Join(conditions, " AND "))
	if len(c.classes) == 0 {
		return nil, err
	}
	return c, err
}

// numbers reads a column of numbers.
func numbers(ctx context.Context, tx *sql.Tx, query string, args ...any) (out []int64, err error) {
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
