package journal

import (
	"context"
	"database/sql"
	"time"
)

// Decided reports whether a decision of people about some host holds now. Errors: those
// of [Reader.Incidents].
func (r *Reader) Decided(ctx context.Context) (found bool, err error) {
	err = r.view(ctx, func(_ *source, tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM exceptions WHERE until IS NULL OR until > ?)", toMillis(time.Now())).Scan(&found)
	})
	if err != nil {
		return false, r.wrap(ctx, err)
	}
	return found, nil
}
