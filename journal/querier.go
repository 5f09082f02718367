package journal

import (
	"context"
	"database/sql"
)

// querier is what a question needs: a connection, a transaction or a pool.
type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// numbers reads a column of numbers.
func numbers(ctx context.Context, q querier, query string, args ...any) ([]int64, error) {
	return column[int64](ctx, q, query, args...)
}

// column reads the answer to a query for one column.
func column[T any](ctx context.Context, q querier, query string, args ...any) (out []T, err error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var v T
		if err := rows.Scan(&v); err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}
