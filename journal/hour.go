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
