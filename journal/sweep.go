package journal

import (
	"context"
	"strconv"
	"time"
)

// slice is the oldest events, as far as retention needs to know them.
type slice struct {
	ids, times     []int64
	hosts, clients map[int64]bool // words that may be needed no more
}

// dropOldest deletes at most sliceRows events, oldest first, that were
// recorded before cutoff; a zero cutoff deletes whatever is oldest. It returns
// how many.
func (s *store) dropOldest(cutoff time.Time) (n int, err error) {
	err = s.transact(func(ctx context.Context) error {
		old, err := s.oldest(ctx)
		if err != nil {
			return err
		}
		n = len(old.ids)
		if !cutoff.IsZero() {
			n = expired(old.times, toMillis(cutoff), toMillis(time.Now()))
		}
		if n == 0 {
			return nil
		}
		return s.drop(ctx, old, old.ids[n-1])
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

func (s *store) oldest(ctx context.Context) (*slice, error) {
	rows, err := s.conn.QueryContext(ctx, "SELECT id, time, coalesce(host, 0), coalesce(client, 0) FROM events ORDER BY id LIMIT ?", sliceRows)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	old := &slice{hosts: map[int64]bool{}, clients: map[int64]bool{}}
	for rows.Next() {
		var id, at, host, client int64
		if err := rows.Scan(&id, &at, &host, &client); err != nil {
			return nil, err
		}
		old.ids, old.times = append(old.ids, id), append(old.times, at)
		old.hosts[host], old.clients[client] = true, true
	}
	return old, rows.Err()
}

// drop deletes the events up to the id last, and the hosts and clients that no
// event names any more. The other kinds of words are ours and few.
func (s *store) drop(ctx context.Context, old *slice, last int64) error {
	for _, query := range []string{"DELETE FROM events WHERE id <= ?", "DELETE FROM hours WHERE last <= ?"} {
		if _, err := s.conn.ExecContext(ctx, query, last); err != nil {
			return err
		}
	}
	for _, unused := range []struct {
		query string
		words map[int64]bool
	}{
		{"DELETE FROM words WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM events WHERE host = ?1)", old.hosts},
		{"DELETE FROM words WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM events WHERE client = ?1)", old.clients},
	} {
		for id := range unused.words {
			if _, err := s.conn.ExecContext(ctx, unused.query, id); err != nil {
				return err
			}
		}
	}
	s.words.forget()
	return nil
}

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
