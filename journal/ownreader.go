package journal

import (
	"context"
	"database/sql"
	"errors"
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
