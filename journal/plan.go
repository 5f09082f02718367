package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

const (
	// maxBranches bounds the ranges of an index that are merged: SQLite prepares
	// so many in a few milliseconds, and takes up to 500.
	maxBranches = 256
	// scanBudget bounds the rows that are looked at for one page, in case few
	// of them match: some 50 ms.
	scanBudget = 20_000
)

// budget is scanBudget, but for tests, which do with fewer events.
var budget = scanBudget

// eventRows joins the events that a plan finds.
const eventRows = "events e ON e.id = m.id"

// Orders of ids.
const (
	ascending  = "ASC"
	descending = "DESC"
)

// plan is how ids are found: the union of ranges of one index, each of which
// has them in order, so that merging them reads no more than are wanted.
// Without that, SQLite would sort everything that matches.
type plan struct {
	branches []branch // none: nothing can match
	residual []string // conditions on the rows found
	text     any      // ?5 of the residual conditions, nil when they have none
	join     string   // how incidents are joined; "" is incidentRows
	look     int      // how many ids are looked at for incidents; 0 is budget
	hosts    bool     // text is a JSON list of hosts, which skip can look up
}

// branch is a range in the order of ids.
type branch struct {
	table string
	index string // "" is the table's own order
	where string // what gives the range, "" for all of it
}

// ids returns the query for the ids from ?1 on, exclusive, to ?2, inclusive,
// and at most ?3 of them.
func (p *plan) ids(order string) string { return p.any() + " ORDER BY id " + order + " LIMIT ?3" }

// any is ids without an order or an end.
func (p *plan) any() string {
	var b strings.Builder
	for i, r := range p.branches {
		if i > 0 {
			b.WriteString(" UNION ALL ")
		}
		hint := "NOT INDEXED"
		if r.index != "" {
			hint = "INDEXED BY " + r.index
		}
		fmt.Fprintf(&b, "SELECT id FROM %s %s WHERE id > ?1 AND id <= ?2", r.table, hint)
		if r.where != "" {
			b.WriteString(" AND " + r.where)
		}
	}
	return b.String()
}

// query returns the query for what of the rows behind the ids; join says which
// rows those are. At most ?3 ids are looked at, for at most ?4 rows. CROSS JOIN
// keeps SQLite to the order of the ids.
func (p *plan) query(what, join, order string) string {
	q := "SELECT " + what + " FROM (" + p.ids(order) + ") AS m CROSS JOIN " + join
	if len(p.residual) > 0 {
		q += " WHERE " + strings.Join(p.residual, " AND ")
	}
	return q + " LIMIT ?4"
}

// args returns the arguments of query.
func (p *plan) args(ids span, look, n int) []any {
	args := []any{ids.first - 1, ids.last, look, n}
	if p.text != nil {
		args = append(args, p.text)
	}
	return args
}

// reached returns the id at which a search for n rows that found fewer gave up,
// or 0 when it saw all there is.
func (p *plan) reached(ctx context.Context, tx *sql.Tx, order string, ids span, look int) (id int64, err error) {
	if len(p.residual) == 0 {
		return 0, nil
	}
	err = tx.QueryRowContext(ctx, "SELECT id FROM ("+p.ids(order)+") LIMIT 1 OFFSET ?4", ids.first-1, ids.last, look, look-1).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return id, err
}

// eq is the condition that a column holds a number.
func eq(column string, number int64) string { return fmt.Sprintf("%s = %d", column, number) }

// in is the condition that a column holds one of some numbers.
func in(column string, numbers []int64) string {
	return column + " IN (" + strings.Trim(strings.ReplaceAll(fmt.Sprint(numbers), " ", ","), "[]") + ")"
}

// each returns a branch of an index for each of some numbers that a column
// holds, led by another condition if that is not empty.
func each(table, index, lead, column string, numbers []int64) []branch {
	branches := make([]branch, len(numbers))
	for i, n := range numbers {
		branches[i] = branch{table, index, eq(column, n)}
		if lead != "" {
			branches[i].where = lead + " AND " + branches[i].where
		}
	}
	return branches
}

// maxSkip bounds the hosts that have a text in their names and are looked up
// one by one, to find where the next of their events is.
const maxSkip = 5000

// mostSkipped is maxSkip, but for tests, which do with fewer hosts.
var mostSkipped = maxSkip

// rows reads at most n events of p with ids in a range. reached is the last id
// that was looked at, 0 when no more follow: the next page begins beyond it.
func (p *plan) rows(ctx context.Context, tx *sql.Tx, order string, ids span, n int) (rows []row, reached int64, err error) {
	rows, reached, err = p.scan(ctx, tx, order, ids, n)
	if err != nil || len(rows) > 0 || reached == 0 || !p.hosts {
		return rows, reached, err
	}
	// Nothing so far: go to where there is something.
	if order == ascending {
		ids.first = reached + 1
	} else {
		ids.last = reached - 1
	}
	if ids, err = p.skip(ctx, tx, order, ids); err != nil {
		return nil, 0, err
	}
	return p.scan(ctx, tx, order, ids, n)
}

// scan is rows without going anywhere else when nothing is found.
func (p *plan) scan(ctx context.Context, tx *sql.Tx, order string, ids span, n int) (rows []row, reached int64, err error) {
	if ids.first > ids.last {
		return nil, 0, nil
	}
	look := budget
	switch {
	case len(p.residual) == 0:
		look = n
	case p.text != nil && order == descending: // looking at hosts takes more than half of the time
		look = max(1, budget*2/5)
	}
	rows, err = readRows(ctx, tx, p.query(rowColumns, eventRows, order), p.args(ids, look, n)...)
	if err != nil {
		return nil, 0, err
	}
	if len(rows) == n && n > 0 {
		return rows, rows[n-1].id, nil
	}
	reached, err = p.reached(ctx, tx, order, ids, look)
	return rows, reached, err
}

// skip moves the beginning of a range to the first event of one of p's hosts;
// the range is empty when there is none.
func (p *plan) skip(ctx context.Context, tx *sql.Tx, order string, ids span) (span, error) {
	end := "max"
	if order == ascending {
		end = "min"
	}
	var id sql.NullInt64
	err := tx.QueryRowContext(ctx, fmt.Sprintf(`SELECT %s((SELECT %s(id) FROM events INDEXED BY events_host
		WHERE host = w.value AND id BETWEEN ? AND ?)) FROM json_each(?) w`, end, end), ids.first, ids.last, p.text).Scan(&id)
	switch {
	case err != nil:
		return ids, err
	case !id.Valid:
		return span{1, 0}, nil
	case order == ascending:
		ids.first = id.Int64
	default:
		ids.last = id.Int64
	}
	return ids, nil
}
