package journal

import (
	"context"
	"database/sql"
	"fmt"
)

// maxSkip bounds the hosts that have a text in their names and are looked up
// one by one, to find where the next of their events is.
const maxSkip = 10_000

// rows reads at most n events of p with ids in a range. reached is the last id
// that was looked at, 0 when no more follow: the next page begins beyond it.
func (p *plan) rows(ctx context.Context, tx *sql.Tx, order string, ids span, n int) (rows []row, reached int64, err error) {
	if ids, err = p.skip(ctx, tx, order, ids); err != nil || ids.first > ids.last {
		return nil, 0, err
	}
	look := budget
	if len(p.residual) == 0 {
		look = n
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

// skip moves the beginning of a range to the first event whose host has the
// text, so that no page is empty because such events are rare.
func (p *plan) skip(ctx context.Context, tx *sql.Tx, order string, ids span) (span, error) {
	if p.hosts == 0 || p.hosts > maxSkip || ids.first > ids.last {
		return ids, nil
	}
	end := "max"
	if order == ascending {
		end = "min"
	}
	var id sql.NullInt64
	err := tx.QueryRowContext(ctx, fmt.Sprintf(`SELECT %s((SELECT %s(id) FROM events INDEXED BY events_host
		WHERE host = w.id AND id BETWEEN ? AND ?)) FROM words w WHERE kind = ? AND instr(text, ?)`, end, end),
		ids.first, ids.last, kindHost, p.text).Scan(&id)
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
