package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// seenRow is a row of seen.
type seenRow struct{ client, class, events, newest, time int64 }

// sightings returns the rows of seen by client.
func sightings(ctx context.Context, tx *sql.Tx) (map[int64][]seenRow, error) {
	byClient := map[int64][]seenRow{}
	read := map[clientClass]bool{}
	for _, order := range []string{ascending, descending} {
		rows, err := tx.QueryContext(ctx, fmt.Sprintf(seenQuery, order), maxSeen/2)
		if err != nil {
			return nil, err
		}
		for rows.Next() {
			var w seenRow
			if err := rows.Scan(&w.client, &w.class, &w.events, &w.newest, &w.time); err != nil {
				return nil, errors.Join(err, rows.Close())
			}
			if key := (clientClass{w.client, w.class}); !read[key] {
				read[key] = true
				byClient[w.client] = append(byClient[w.client], w)
			}
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return nil, err
		}
	}
	return byClient, nil
}

// clientSeen puts together what rows say of their client.
func (s *source) clientSeen(ctx context.Context, tx *sql.Tx, rows []seenRow) (ClientSeen, error) {
	out := ClientSeen{Doors: map[string]time.Time{}, Techniques: map[string]time.Time{}}
	newest := rows[0]
	for _, w := range rows {
		c, err := s.class(ctx, tx, w.class)
		if err != nil {
			return ClientSeen{}, err
		}
		out.Events += int(w.events)
		switch c.severity {
		case SeverityRed:
			out.Red += int(w.events)
		case SeverityAmber:
			out.Amber += int(w.events)
		}
		at := fromMillis(w.time)
		out.Last = later(out.Last, at)
		if c.door != "" {
			out.Doors[c.door] = later(out.Doors[c.door], at)
		}
		if c.technique != "" {
			out.Techniques[c.technique] = later(out.Techniques[c.technique], at)
		}
		if w.newest > newest.newest {
			newest = w
		}
	}
	var err error
	if out.Client, err = s.word(ctx, tx, newest.client); err != nil {
		return ClientSeen{}, err
	}
	var device sql.NullInt64
	err = tx.QueryRowContext(ctx, "SELECT device FROM events WHERE id = ?", newest.newest).Scan(&device)
	if err == nil && device.Valid {
		out.Device, err = s.word(ctx, tx, device.Int64)
	}
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return out, err
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// triples reads three columns of numbers.
func triples(ctx context.Context, tx *sql.Tx, query string, args ...any) (out [][3]int64, err error) {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var t [3]int64
		if err := rows.Scan(&t[0], &t[1], &t[2]); err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, rows.Err()
}
