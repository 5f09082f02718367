package journal

import (
	"context"
	"errors"
)

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
