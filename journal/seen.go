package journal

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"
)

// ClientSeen is what the journal knows of a client. A client of which there is
// nothing to record is not there.
type ClientSeen struct {
	Client string
	Device string // its name, or else that in its newest event
	Kind   string // one of Kinds, or ""
	Last   time.Time
	Events int // of all that is kept, as are Red and Amber
	Red    int
	Amber  int
	// Doors and Techniques have the time of its newest event through each door
	// and of each technique.
	Doors, Techniques map[string]time.Time
}

// maxSeen bounds the rows that Clients reads: a client has one for each class
// of its events.
const maxSeen = 20_000

// seenQuery reads from both ends, because the order is that in which clients
// were first seen: those of the office come first, today's visitors last. A
// flood of made-up addresses in between takes the place of neither.
const seenQuery = `SELECT client, class, events, newest, time FROM seen ORDER BY client %s LIMIT ?`

// Clients returns the clients with an event since then, the one seen last
// first. Of very many, those first seen long ago and those first seen just now
// are returned.
func (r *Reader) Clients(ctx context.Context, since time.Time) (list []ClientSeen, err error) {
	err = r.view(ctx, func(src *source, tx *sql.Tx) error {
		rows, err := sightings(ctx, tx)
		if err != nil {
			return err
		}
		for _, of := range rows {
			c, err := src.clientSeen(ctx, tx, of)
			if err != nil {
				return err
			}
			if c.Last.Before(since) {
				continue
			}
			list = append(list, c)
		}
		return nil
	})
	if err != nil {
		return nil, r.wrap(ctx, err)
	}
	slices.SortFunc(list, func(a, b ClientSeen) int { return cmp.Or(b.Last.Compare(a.Last), cmp.Compare(a.Client, b.Client)) })
	return list, nil
}

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
	var name, kind sql.NullString
	err = tx.QueryRowContext(ctx, "SELECT name, kind FROM names WHERE client = ?", out.Client).Scan(&name, &kind)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return ClientSeen{}, err
	}
	if out.Device, out.Kind = name.String, kind.String; out.Device != "" {
		return out, nil
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
