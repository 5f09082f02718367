package journal

import (
	"context"
	"strconv"
	"time"
)

// old is an event as far as retention needs to know it; the numbers are 0 for
// what it does not have.
type old struct{ id, time, class, client, host int64 }

// dropOldest deletes at most rows events, oldest first, that were
// recorded before cutoff; a zero cutoff deletes whatever is oldest. It returns
// how many.
func (s *store) dropOldest(cutoff time.Time, rows int) (n int, err error) {
	err = s.transact(func(ctx context.Context) error {
		events, err := s.oldest(ctx, rows)
		if err != nil {
			return err
		}
		n = len(events)
		if !cutoff.IsZero() {
			times := make([]int64, n)
			for i := range events {
				times[i] = events[i].time
			}
			n = expired(times, toMillis(cutoff), toMillis(time.Now()))
		}
		if !cutoff.IsZero() {
			if err := s.dropAudit(ctx, toMillis(cutoff)); err != nil {
				return err
			}
		}
		if n == 0 {
			return nil
		}
		return s.drop(ctx, events[:n])
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

func (s *store) oldest(ctx context.Context, n int) (events []old, err error) {
	rows, err := s.conn.QueryContext(ctx, `SELECT id, time, class, coalesce(client, 0), coalesce(host, 0)
		FROM events ORDER BY id LIMIT ?`, n)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var o old
		if err := rows.Scan(&o.id, &o.time, &o.class, &o.client, &o.host); err != nil {
			return nil, err
		}
		events = append(events, o)
	}
	return events, rows.Err()
}

// drop deletes the oldest events with all that was kept about them: their share
// of the roll-ups, the incidents that began with them, and the hosts and
// clients that no event names any more. What is left of such an incident, by
// then as old within minutes, belongs to none. The other kinds of words are ours and few.
func (s *store) drop(ctx context.Context, events []old) error {
	last := events[len(events)-1].id
	for _, query := range []string{
		"DELETE FROM events WHERE id <= ?", "DELETE FROM incidents WHERE id <= ?", "UPDATE ids SET last = max(last, ?)",
	} {
		if _, err := s.conn.ExecContext(ctx, query, last); err != nil {
			return err
		}
	}
	t := newTally()
	hosts, clients := map[int64]bool{}, map[int64]bool{}
	for _, o := range events {
		var client any
		if o.client != 0 {
			client = o.client
		}
		t.add(o.id, o.time, o.class, client)
		hosts[o.host] = true
		clients[o.client] = true
	}
	if err := s.discount(ctx, t, last); err != nil {
		return err
	}
	for _, unused := range []struct {
		query string
		words map[int64]bool
	}{
		{"DELETE FROM words WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM events WHERE host = ?1)", hosts},
		{"DELETE FROM words WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM events WHERE client = ?1)", clients},
		{"DELETE FROM devices WHERE client = ?1 AND NOT EXISTS (SELECT 1 FROM words WHERE id = ?1)", clients},
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

// dropAudit deletes the oldest entries of the audit log that were made before
// cutoff, a slice of them at most.
func (s *store) dropAudit(ctx context.Context, cutoff int64) error {
	_, err := s.conn.ExecContext(ctx, `DELETE FROM audit WHERE id IN
		(SELECT id FROM (SELECT id, time FROM audit ORDER BY id LIMIT ?) WHERE time < ?)`, sliceAudit, cutoff)
	return err
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
