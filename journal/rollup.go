package journal

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"time"
)

// HourCount is how many events of one class an hour has. Hours without events
// have none.
type HourCount struct {
	Hour                                               time.Time // its beginning, in UTC
	Door, Action, Severity, Ground, Technique, Account string
	Events                                             int
}

// maxHours bounds the hours that one call counts: a hundred days, a little
// more than the default retention.
const maxHours = 100 * 24

// hoursQuery counts a range of hours.
const hoursQuery = "SELECT hour, class, events FROM counts WHERE hour BETWEEN ? AND ? ORDER BY hour, class"

// Hours returns the counts of the hours from the one that since is in to the
// one before until, both rounded down, in ascending order; a zero until is the
// end of the hour that is running. Of more than a hundred days, it returns the
// last hundred. They count the events by the time they are stamped with, and
// only those that are kept.
func (r *Reader) Hours(ctx context.Context, since, until time.Time) (counts []HourCount, err error) {
	if until.IsZero() {
		until = time.Now().Add(time.Hour)
	}
	to := hourOf(toMillis(until)) - 1
	from := max(hourOf(toMillis(since)), to-maxHours+1)
	err = r.view(ctx, func(src *source, tx *sql.Tx) error {
		rows, err := triples(ctx, tx, hoursQuery, from, to)
		if err != nil {
			return err
		}
		for _, t := range rows {
			c, err := src.class(ctx, tx, t[1])
			if err != nil {
				return err
			}
			counts = append(counts, HourCount{
				Hour: time.UnixMilli(t[0] * millisPerHour).UTC(), Events: int(t[2]),
				Door: c.door, Action: c.action, Severity: c.severity, Ground: c.ground, Technique: c.technique, Account: c.account,
			})
		}
		return nil
	})
	if err != nil {
		return nil, r.wrap(ctx, err)
	}
	return counts, nil
}

// ClientSeen is what the journal knows of a client. A client of which there is
// nothing to record is not there.
type ClientSeen struct {
	Client string
	Device string // the name in its newest event
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
	slices.SortStableFunc(list, func(a, b ClientSeen) int { return cmp.Or(b.Last.Compare(a.Last), cmp.Compare(a.Client, b.Client)) })
	return list, nil
}
