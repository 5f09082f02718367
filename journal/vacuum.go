package journal

import (
	"context"
	"strconv"
)

// pages returns the pages of the file, those of them that are free, and the
// size of one in bytes.
func (s *store) pages(ctx context.Context) (total, free, size int64, err error) {
	err = s.conn.QueryRowContext(ctx,
		"SELECT page_count, freelist_count, page_size FROM pragma_page_count, pragma_freelist_count, pragma_page_size").
		Scan(&total, &free, &size)
	return total, free, size, err
}

// vacuum gives at most n free pages back.
func (s *store) vacuum(ctx context.Context, n int64) error {
	return s.drain(ctx, "PRAGMA incremental_vacuum("+strconv.FormatInt(n, 10)+")")
}

// checkpoint copies the log into the file, which is what shortens the file
// after a vacuum. A reader may put it off.
func (s *store) checkpoint(ctx context.Context) error {
	return s.drain(ctx, "PRAGMA wal_checkpoint(PASSIVE)")
}

// drain runs a statement that works while its rows are read.
func (s *store) drain(ctx context.Context, query string) error {
	rows, err := s.conn.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
	}
	return rows.Err()
}
