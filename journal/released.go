package journal

import (
	"context"
	"errors"
	"time"
)

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
