package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// ownReader opens the reader that the journal itself uses.
func (j *Journal) ownReader() (*Reader, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	select {
	case <-j.closing:
		return nil, ErrClosed
	default:
	}
	if j.reader == nil {
		r, err := OpenReader(j.w.path)
		if err != nil {
			return nil, err
		}
		j.reader = r
	}
	return j.reader, nil
}

// Incident returns the events of one incident in ascending id, those still
// waiting for the disk included. An unknown id gives none.
func (j *Journal) Incident(ctx context.Context, id string) ([]Event, error) {
	id = cleanText(id, maxWord)
	if id == "" {
		return nil, nil
	}
	waiting := j.w.backlog.incident(id)
	stored, err := j.stored(ctx, id)
	if len(waiting) == 0 {
		return stored, err
	}
	// The backlog is younger than anything stored, except for what was
	// written between the two looks; the disk's trouble is no news here.
	for _, e := range waiting {
		if n := len(stored); n == 0 || stored[n-1].ID < e.ID {
			stored = append(stored, e)
		}
	}
	return stored, nil
}

func (j *Journal) stored(ctx context.Context, id string) ([]Event, error) {
	r, err := j.ownReader()
	if errors.Is(err, ErrNoJournal) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var found []Event
	for e, err := range r.Events(ctx, Filter{Incident: id}) {
		if err != nil {
			return nil, err
		}
		found = append(found, e)
	}
	return found, nil
}

// Released returns the times that a person went on past a warning since then, the latest
// limit of them, in ascending id. Exercises are left out, and so is what was let go
// because of an earlier decision.
func (j *Journal) Released(ctx context.Context, since time.Time, limit int) (list []Event, err error) {
	r, err := j.ownReader()
	if errors.Is(err, ErrNoJournal) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	for e, err := range r.Events(ctx, Filter{Since: since, Action: ActionRelease, Door: DoorPage, NoExercise: true, Limit: limit}) {
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, nil
}

// SentBefore reports whether an event since then says that a request to host which was to
// be held, or asked about, for what it carried reached it, as far as it is one of that
// client or of that account; an empty account is none. Exercises do not count.
func (j *Journal) SentBefore(ctx context.Context, since time.Time, host, client, account string) (found bool, err error) {
	r, err := j.ownReader()
	if errors.Is(err, ErrNoJournal) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	err = r.view(ctx, func(_ *source, tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, sentBefore, cleanText(host, maxHost), cleanText(client, maxClient), cleanText(account, maxLabel), toMillis(since)).Scan(&found)
	})
	if err != nil {
		return false, r.wrap(ctx, err)
	}
	return found, nil
}

// sentBefore looks at events that reached a site alone, which are few.
var sentBefore = fmt.Sprintf(`SELECT EXISTS (SELECT 1 FROM classes c CROSS JOIN events e INDEXED BY events_sent ON e.class = c.id
	WHERE c.door = (SELECT id FROM words WHERE kind = %d AND text = '%s') AND NOT c.%s
	AND e.sent = 1 AND e.time >= ?4 AND e.host = (SELECT id FROM words WHERE kind = %d AND text = ?1)
	AND (e.client = (SELECT id FROM words WHERE kind = %d AND text = ?2)
		OR ?3 <> '' AND c.account = (SELECT id FROM words WHERE kind = %d AND text = ?3)))`,
	kindDoor, DoorGuard, exercises, kindHost, kindClient, kindAccount)

// AppealWaits reports whether what a visitor said about an incident waits for a decision.
func (j *Journal) AppealWaits(ctx context.Context, incident string) (waits bool, err error) {
	r, err := j.ownReader()
	if err != nil {
		return false, err
	}
	err = r.view(ctx, func(_ *source, tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM incidents WHERE id = (`+findIncident+`) AND state = 0 AND appealed IS NOT NULL)`,
			cleanText(incident, maxWord)).Scan(&waits)
	})
	if err != nil {
		return false, r.wrap(ctx, err)
	}
	return waits, nil
}
