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
