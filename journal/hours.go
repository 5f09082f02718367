package journal

import (
	"cmp"
	"context"
	"database/sql"
	"maps"
	"slices"
	"strings"
	"time"
)

// HourCount is how many events of a kind an hour has. What an hour does not
// have is not there.
type HourCount struct {
	Hour                   time.Time // its beginning, in UTC
	Door, Action, Severity string
	Events                 int
}

// ClassCount is how many events of a kind a number of hours has.
type ClassCount struct {
	Door, Action, Severity, Ground, Technique, Account string
	Events                                             int
}

// maxHours bounds the hours that one call counts: a hundred days, a little
// more than the default retention.
const maxHours = 100 * 24

// Hours returns the counts of the hours from the one that since is in to the
// one before until, both rounded down, in ascending order; a zero until is the
// end of the hour that is running. Of more than a hundred days, it returns the
// last hundred. They count the events by the time they are stamped with, and
// only those that are kept, without exercises: see [Filter.NoExercise].
func (r *Reader) Hours(ctx context.Context, since, until time.Time) (counts []HourCount, err error) {
	type kind struct{ door, action, severity string }
	sum := map[kind]int64{}
	err = r.eachHour(ctx, since, until, func(hour time.Time, of map[class]int64) {
		clear(sum)
		for c, n := range of {
			if c.ground == GroundDrill {
				continue
			}
			sum[kind{c.door, c.action, c.severity}] += n
		}
		first := len(counts)
		for k, n := range sum {
			counts = append(counts, HourCount{hour, k.door, k.action, k.severity, int(n)})
		}
		slices.SortFunc(counts[first:], func(a, b HourCount) int {
			return cmp.Or(strings.Compare(a.Door, b.Door), strings.Compare(a.Action, b.Action), strings.Compare(a.Severity, b.Severity))
		})
	})
	return counts, err
}

// Totals returns the counts of the same hours together, the largest first.
func (r *Reader) Totals(ctx context.Context, since, until time.Time) (counts []ClassCount, err error) {
	sum := map[class]int64{}
	err = r.eachHour(ctx, since, until, func(_ time.Time, of map[class]int64) {
		for c, n := range of {
			sum[c] += n
		}
	})
	for c, n := range sum {
		counts = append(counts, ClassCount{c.door, c.action, c.severity, c.ground, c.technique, c.account, int(n)})
	}
	slices.SortFunc(counts, func(a, b ClassCount) int {
		return cmp.Or(cmp.Compare(b.Events, a.Events), strings.Compare(a.Technique, b.Technique), strings.Compare(a.Door, b.Door))
	})
	return counts, err
}

// eachHour calls f with the hours of a range that have events. f does not keep
// its map.
func (r *Reader) eachHour(ctx context.Context, since, until time.Time, f func(time.Time, map[class]int64)) error {
	if until.IsZero() {
		until = time.Now().Add(time.Hour)
	}
	to := hourOf(toMillis(until)) - 1
	from := max(hourOf(toMillis(since)), to-maxHours+1)
	err := r.view(ctx, func(src *source, tx *sql.Tx) error {
		hours, err := readHours(ctx, tx, from, to)
		if err != nil {
			return err
		}
		of, classes := map[class]int64{}, map[int64]class{}
		for _, n := range slices.Sorted(maps.Keys(hours)) {
			clear(of)
			var bad error
			eachCount(hours[n], func(id, events int64) {
				c, ok := classes[id]
				if !ok {
					if c, err = src.class(ctx, tx, id); err != nil {
						bad = err
					}
					classes[id] = c
				}
				of[c] += events
			})
			if bad != nil {
				return bad
			}
			if len(of) > 0 {
				f(time.UnixMilli(n*millisPerHour).UTC(), of)
			}
		}
		return nil
	})
	if err != nil {
		return r.wrap(ctx, err)
	}
	return nil
}

// readHours returns the stored counts of a range of hours.
func readHours(ctx context.Context, tx *sql.Tx, from, to int64) (map[int64]string, error) {
	rows, err := tx.QueryContext(ctx, "SELECT hour, counts FROM hours WHERE hour BETWEEN ? AND ?", from, to)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	hours := map[int64]string{}
	for rows.Next() {
		var n int64
		var counts string
		if err := rows.Scan(&n, &counts); err != nil {
			return nil, err
		}
		hours[n] = counts
	}
	return hours, rows.Err()
}
