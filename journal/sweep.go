package journal

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"time"
)

// old is an event as far as retention needs to know it; the numbers are 0 for
// what it does not have.
type old struct{ id, time, class, client, host, incident int64 }

// dropOldest deletes at most sliceRows events, oldest first, that were
// recorded before cutoff; a zero cutoff deletes whatever is oldest. It returns
// how many.
func (s *store) dropOldest(cutoff time.Time) (n int, err error) {
	err = s.transact(func(ctx context.Context) error {
		events, err := s.oldest(ctx)
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

func (s *store) oldest(ctx context.Context) (events []old, err error) {
	rows, err := s.conn.QueryContext(ctx, `SELECT id, time, class, coalesce(client, 0), coalesce(host, 0), coalesce(incident, 0)
		FROM events ORDER BY id LIMIT ?`, sliceRows)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var o old
		if err := rows.Scan(&o.id, &o.time, &o.class, &o.client, &o.host, &o.incident); err != nil {
			return nil, err
		}
		events = append(events, o)
	}
	return events, rows.Err()
}

// drop deletes the oldest events with all that was kept about them: their share
// of the roll-ups, incidents without events, and the hosts and clients that no
// event names any more. The other kinds of words are ours and few.
func (s *store) drop(ctx context.Context, events []old) error {
	last := events[len(events)-1].id
	if _, err := s.conn.ExecContext(ctx, "DELETE FROM events WHERE id <= ?", last); err != nil {
		return err
	}
	t := newTally()
	hosts, clients, incidents := map[int64]int64{}, map[int64]int64{}, map[int64]int64{}
	for _, o := range events {
		var client any
		if o.client != 0 {
			client = o.client
		}
		t.add(o.id, o.time, o.class, client)
		hosts[o.host]++
		clients[o.client]++
		incidents[o.incident]++
	}
	if err := s.discount(ctx, t, last); err != nil {
		return err
	}
	if err := s.shrinkIncidents(ctx, incidents, last); err != nil {
		return err
	}
	for _, unused := range []struct {
		query string
		words map[int64]int64
	}{
		{"DELETE FROM words WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM events WHERE host = ?1)", hosts},
		{"DELETE FROM words WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM events WHERE client = ?1)", clients},
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

// worstAmong bounds the events that are looked at to find the severest that is
// left of an incident. Few incidents have as many.
const worstAmong = 256

// shrinkIncidents takes events, by their number, from incidents, after the
// events up to the id last were deleted.
func (s *store) shrinkIncidents(ctx context.Context, dropped map[int64]int64, last int64) error {
	for id, n := range dropped {
		var left, worst int64
		err := s.conn.QueryRowContext(ctx, "UPDATE incidents SET events = events - ? WHERE id = ? RETURNING events, worst", n, id).
			Scan(&left, &worst)
		switch {
		case errors.Is(err, sql.ErrNoRows): // the event had none
			continue
		case err != nil:
			return err
		case left > 0 && worst > last:
			continue
		}
		queries := []string{"DELETE FROM incidents WHERE id = ?", "DELETE FROM reviews WHERE id = ?"}
		if left > 0 {
			queries = []string{`UPDATE incidents SET (worst, rank) = (SELECT e.id, c.rank
				FROM (SELECT id, class FROM events WHERE incident = incidents.id ORDER BY id LIMIT ` + strconv.Itoa(worstAmong) + `) e
				JOIN classes c ON c.id = e.class ORDER BY c.rank DESC, e.id LIMIT 1) WHERE id = ?`}
		}
		for _, query := range queries {
			if _, err := s.conn.ExecContext(ctx, query, id); err != nil {
				return err
			}
		}
	}
	return nil
}
