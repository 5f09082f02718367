package journal

import (
	"context"
	"database/sql"
	"fmt"
)

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
