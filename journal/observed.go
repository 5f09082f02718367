package journal

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// passed reports whether e tells of something that was to be stopped, or asked about, and
// reached its site.
func (e *Event) passed() bool {
	return e.Sent != nil && *e.Sent && (e.Action == ActionWarn || e.Action == ActionBlock || e.Action == ActionHold)
}

// ObservedSince reports whether the newest event that was only observed is of that time
// or later.
func (r *Reader) ObservedSince(ctx context.Context, since time.Time) (found bool, err error) {
	err = r.view(ctx, func(_ *source, tx *sql.Tx) error {
		var at int64
		err := tx.QueryRowContext(ctx, "SELECT time FROM events INDEXED BY events_observed WHERE observed = 1 AND id > 0 ORDER BY id DESC LIMIT 1").Scan(&at)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		found = err == nil && at >= toMillis(since)
		return err
	})
	if err != nil {
		return false, r.wrap(ctx, err)
	}
	return found, nil
}
