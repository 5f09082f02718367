package journal

import "context"

// tally is what a number of events add to the roll-ups, or take away from them.
type tally struct {
	hours map[int64]*hour
	seen  map[clientClass]sighting
}

type (
	// span is a range of ids, both ends included.
	span struct{ first, last int64 }

	clientClass struct{ client, class int64 }

	// sighting counts a client's events and has the newest of them.
	sighting struct{ events, newest, time int64 }
)

func newTally() *tally {
	return &tally{hours: map[int64]*hour{}, seen: map[clientClass]sighting{}}
}

// add counts one event; client is its number or nil.
func (t *tally) add(id, ms, class int64, client any) {
	n := hourOf(ms)
	h := t.hours[n]
	if h == nil {
		h = newHour()
		t.hours[n] = h
	}
	h.add(span{id, id}, class, 1)
	if c, ok := client.(int64); ok {
		key := clientClass{c, class}
		t.seen[key] = sighting{t.seen[key].events + 1, id, ms}
	}
}

const addSeen = `INSERT INTO seen (client, class, events, newest, time) VALUES (?, ?, ?, ?, ?)
	ON CONFLICT (client, class) DO UPDATE
	SET events = events + excluded.events, newest = excluded.newest, time = excluded.time`

// count enters t into the roll-ups.
func (s *store) count(ctx context.Context, t *tally) error {
	for n, gain := range t.hours {
		h, err := s.hour(ctx, n)
		if err != nil {
			return err
		}
		for class, events := range gain.counts {
			h.add(gain.span, class, events)
		}
		if _, err := s.putHour.ExecContext(ctx, n, h.first, h.last, h.String()); err != nil {
			return err
		}
	}
	for k, v := range t.seen {
		if _, err := s.seen.ExecContext(ctx, k.client, k.class, v.events, v.newest, v.time); err != nil {
			return err
		}
	}
	return nil
}

// discount takes t out of the roll-ups, after the events up to the id last were
// deleted. What counts nothing any more goes.
func (s *store) discount(ctx context.Context, t *tally, last int64) error {
	for n, loss := range t.hours {
		h, err := s.hour(ctx, n)
		if err != nil {
			return err
		}
		for class, events := range loss.counts {
			h.add(loss.span, class, -events)
		}
		if _, err := s.putHour.ExecContext(ctx, n, h.first, h.last, h.String()); err != nil {
			return err
		}
	}
	if _, err := s.conn.ExecContext(ctx, "DELETE FROM hours WHERE last <= ?", last); err != nil {
		return err
	}
	for k, v := range t.seen {
		for _, query := range []string{
			"UPDATE seen SET events = events - ?3 WHERE client = ?1 AND class = ?2",
			"DELETE FROM seen WHERE client = ?1 AND class = ?2 AND events <= 0 AND ?3 > 0",
		} {
			if _, err := s.conn.ExecContext(ctx, query, k.client, k.class, v.events); err != nil {
				return err
			}
		}
	}
	return nil
}
