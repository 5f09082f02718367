package journal

import "context"

// tally is what a number of events add to the roll-ups, or take away from them.
type tally struct {
	hours map[int64]span
	class map[hourClass]int64
	seen  map[clientClass]sighting
}

type (
	// span is a range of ids.
	span struct{ first, last int64 }

	hourClass   struct{ hour, class int64 }
	clientClass struct{ client, class int64 }

	// sighting counts a client's events and has the newest of them.
	sighting struct{ events, newest, time int64 }
)

func newTally() *tally {
	return &tally{hours: map[int64]span{}, class: map[hourClass]int64{}, seen: map[clientClass]sighting{}}
}

// add counts one event; client is its number or nil.
func (t *tally) add(id, ms, class int64, client any) {
	hour := hourOf(ms)
	h, ok := t.hours[hour]
	if !ok {
		h = span{id, id}
	}
	t.hours[hour] = span{min(h.first, id), max(h.last, id)}
	t.class[hourClass{hour, class}]++
	if c, ok := client.(int64); ok {
		key := clientClass{c, class}
		t.seen[key] = sighting{t.seen[key].events + 1, id, ms}
	}
}

const (
	// hourAhead is by how many ids the range of an hour is ahead of its events,
	// so that not every commit writes one. Too wide a range does no harm: what
	// is found by it is asked for its time as well.
	hourAhead = 1024
	// hourCacheSize bounds the hours that the writer remembers. One is in use.
	hourCacheSize = 64
)

const (
	addHour = `INSERT INTO hours (hour, first, last) VALUES (?, ?, ?)
		ON CONFLICT (hour) DO UPDATE SET first = min(first, excluded.first), last = max(last, excluded.last)`
	addCount = `INSERT INTO counts (hour, class, events) VALUES (?, ?, ?)
		ON CONFLICT (hour, class) DO UPDATE SET events = events + excluded.events`
	addSeen = `INSERT INTO seen (client, class, events, newest, time) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (client, class) DO UPDATE
		SET events = events + excluded.events, newest = excluded.newest, time = excluded.time`
)

// count enters t into the roll-ups.
func (s *store) count(ctx context.Context, t *tally) error {
	for hour, h := range t.hours {
		known, ok := s.words.hours[hour]
		if ok && known.first <= h.first && known.last >= h.last {
			continue
		}
		h.last += hourAhead
		if _, err := s.hour.ExecContext(ctx, hour, h.first, h.last); err != nil {
			return err
		}
		if len(s.words.hours) >= hourCacheSize {
			clear(s.words.hours)
		}
		s.words.hours[hour] = h
	}
	for k, n := range t.class {
		if _, err := s.counts.ExecContext(ctx, k.hour, k.class, n); err != nil {
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

// discount takes t out of the roll-ups, and from hours what ended by the id
// last. A count that reaches nothing goes.
func (s *store) discount(ctx context.Context, t *tally, last int64) error {
	run := func(query string, args ...any) error {
		_, err := s.conn.ExecContext(ctx, query, args...)
		return err
	}
	if err := run("DELETE FROM hours WHERE last <= ?", last); err != nil {
		return err
	}
	for k, n := range t.class {
		if err := run("UPDATE counts SET events = events - ? WHERE hour = ? AND class = ?", n, k.hour, k.class); err != nil {
			return err
		}
		if err := run("DELETE FROM counts WHERE hour = ? AND class = ? AND events <= 0", k.hour, k.class); err != nil {
			return err
		}
	}
	for k, v := range t.seen {
		if err := run("UPDATE seen SET events = events - ? WHERE client = ? AND class = ?", v.events, k.client, k.class); err != nil {
			return err
		}
		if err := run("DELETE FROM seen WHERE client = ? AND class = ? AND events <= 0", k.client, k.class); err != nil {
			return err
		}
	}
	return nil
}

const millisPerHour = 3600 * 1000

// hourOf numbers the hour that ms is in, rounding down before 1970 as well.
func hourOf(ms int64) int64 {
	h := ms / millisPerHour
	if ms%millisPerHour < 0 {
		h--
	}
	return h
}
