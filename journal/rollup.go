package journal

import (
	"context"
	"database/sql"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// hour is the roll-up of an hour of time: the range of the ids that are stamped
// with it, to turn a time range into a range of ids, and how many events it
// has of each class.
type hour struct {
	span
	counts map[int64]int64
}

func newHour() *hour { return &hour{counts: map[int64]int64{}} }

// add adds events, which may be negative, with ids in a range.
func (h *hour) add(ids span, class, events int64) {
	if h.last == 0 {
		h.span = ids
	}
	h.first, h.last = min(h.first, ids.first), max(h.last, ids.last)
	if h.counts[class] += events; h.counts[class] <= 0 {
		delete(h.counts, class)
	}
}

// String is the stored form of the counts: "3:120 7:1".
func (h *hour) String() string {
	var b []byte
	for _, class := range slices.Sorted(maps.Keys(h.counts)) {
		if len(b) > 0 {
			b = append(b, ' ')
		}
		b = strconv.AppendInt(b, class, 10)
		b = append(b, ':')
		b = strconv.AppendInt(b, h.counts[class], 10)
	}
	return string(b)
}

// eachCount calls f with what String wrote. What it did not write is left out.
func eachCount(s string, f func(class, events int64)) {
	for entry := range strings.SplitSeq(s, " ") {
		class, events, _ := strings.Cut(entry, ":")
		c, err := strconv.ParseInt(class, 10, 64)
		n, err2 := strconv.ParseInt(events, 10, 64)
		if err == nil && err2 == nil && n > 0 {
			f(c, n)
		}
	}
}

const (
	findHour = "SELECT first, last, counts FROM hours WHERE hour = ?"
	putHour  = "INSERT OR REPLACE INTO hours (hour, first, last, counts) VALUES (?, ?, ?, ?)"
	// hourCacheSize bounds the hours that the writer remembers. One is in use.
	hourCacheSize = 64
)

// hour returns the hour with a number, for the caller to change and store.
func (s *store) hour(ctx context.Context, n int64) (*hour, error) {
	if h := s.words.hours[n]; h != nil {
		return h, nil
	}
	h := newHour()
	var counts string
	err := s.findHour.QueryRowContext(ctx, n).Scan(&h.first, &h.last, &counts)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, err
	}
	eachCount(counts, func(class, events int64) { h.counts[class] = events })
	if len(s.words.hours) >= hourCacheSize {
		clear(s.words.hours)
	}
	s.words.hours[n] = h
	return h, nil
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
