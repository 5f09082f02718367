package journal

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"
)

// ClientSeen is what the journal knows of a client. A client of which there is
// nothing to record is not there.
type ClientSeen struct {
	Client string
	Device string    // its name, or else that in its newest event
	Kind   string    // one of Kinds, or ""
	Last   time.Time // of its events, zero when there are none
	Events int       // of all that is kept, as are Red and Amber
	Red    int       // without exercises, as is Amber: see [Filter.NoExercise]
	Amber  int
	// Doors and Techniques have the time of its newest event through each door
	// and of each technique.
	Doors, Techniques map[string]time.Time
}

// maxSeen bounds the rows that Clients reads: a client has one for each class
// of its events.
const maxSeen = 20_000

// newestSeen finds the clients that were seen last. It reads from both ends, because
// the order is that in which clients were first seen: those of the office come first,
// today's visitors last. A flood of made-up addresses in between takes the place of
// neither.
const newestSeen = `SELECT client FROM (
		SELECT * FROM (SELECT client, time FROM seen ORDER BY client ASC LIMIT ?1)
		UNION ALL SELECT * FROM (SELECT client, time FROM seen ORDER BY client DESC LIMIT ?1)
	) GROUP BY client HAVING max(time) >= ?2 ORDER BY max(time) DESC LIMIT ?3`

// Clients returns the clients with an event since then, the one seen last first, of
// very many limit; those called also are there in any case, with what is known of
// them. more says that there are further ones.
func (r *Reader) Clients(ctx context.Context, since time.Time, limit int, also ...string) (list []ClientSeen, more bool, err error) {
	err = r.view(ctx, func(src *source, tx *sql.Tx) error {
		from, _ := millis(since, time.Time{})
		if from == nil {
			from = new(int64)
			*from = minMillis
		}
		var found []int64
		if limit > 0 {
			if found, err = numbers(ctx, tx, newestSeen, maxSeen/2, *from, limit+1); err != nil {
				return err
			}
		}
		more = len(found) > limit
		for _, client := range found[:min(len(found), limit)] {
			text, err := src.word(ctx, tx, client)
			if err == nil {
				list, err = src.addSeen(ctx, tx, list, client, text)
			}
			if err != nil {
				return err
			}
		}
		for _, text := range also {
			if slices.ContainsFunc(list, func(c ClientSeen) bool { return c.Client == text }) {
				continue
			}
			var client int64 // 0 is nobody's
			err := tx.QueryRowContext(ctx, "SELECT id FROM words WHERE kind = ? AND text = ?", kindClient, text).Scan(&client)
			if err == nil || errors.Is(err, sql.ErrNoRows) {
				list, err = src.addSeen(ctx, tx, list, client, text)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, false, r.wrap(ctx, err)
	}
	slices.SortFunc(list, func(a, b ClientSeen) int { return cmp.Or(b.Last.Compare(a.Last), cmp.Compare(a.Client, b.Client)) })
	return list, more, nil
}

// seenRow is a row of seen.
type seenRow struct{ class, events, newest, time int64 }

// addSeen adds what is known of a client to list.
func (s *source) addSeen(ctx context.Context, tx *sql.Tx, list []ClientSeen, client int64, text string) ([]ClientSeen, error) {
	rows, err := tx.QueryContext(ctx, "SELECT class, events, newest, time FROM seen WHERE client = ?", client)
	if err != nil {
		return nil, err
	}
	var all []seenRow
	for rows.Next() {
		var w seenRow
		if err := rows.Scan(&w.class, &w.events, &w.newest, &w.time); err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		all = append(all, w)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, err
	}
	c, err := s.clientSeen(ctx, tx, text, all)
	return append(list, c), err
}

// clientSeen puts together what rows say of their client.
func (s *source) clientSeen(ctx context.Context, tx *sql.Tx, client string, rows []seenRow) (ClientSeen, error) {
	out := ClientSeen{Client: client, Doors: map[string]time.Time{}, Techniques: map[string]time.Time{}}
	var newest int64
	for _, w := range rows {
		c, err := s.class(ctx, tx, w.class)
		if err != nil {
			return ClientSeen{}, err
		}
		out.Events += int(w.events)
		switch {
		case c.ground == GroundDrill:
		case c.severity == SeverityRed:
			out.Red += int(w.events)
		case c.severity == SeverityAmber:
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
		newest = max(newest, w.newest)
	}
	var name, kind sql.NullString
	err := tx.QueryRowContext(ctx, "SELECT name, kind FROM names WHERE client = ?", out.Client).Scan(&name, &kind)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return ClientSeen{}, err
	}
	if out.Device, out.Kind = name.String, kind.String; out.Device != "" {
		return out, nil
	}
	var device sql.NullInt64
	err = tx.QueryRowContext(ctx, "SELECT device FROM events WHERE id = ?", newest).Scan(&device)
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
