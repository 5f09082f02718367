package journal

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// ChangeException gives the exception for host another reason and end; the zero
// time is never. One that has ended holds again. The incident it was decided on
// shows the same end. Errors: those that wrap ErrInvalid, for an end that is past;
// ErrNotFound; ErrClosed; and the disk's.
func (j *Journal) ChangeException(ctx context.Context, host, reason string, until time.Time) error {
	host, reason = cleanText(host, maxHost), cleanText(reason, maxDetail)
	if !until.IsZero() && !until.After(time.Now()) {
		return fmt.Errorf("%w exception for %q: its end is past", ErrInvalid, host)
	}
	err := j.do(ctx, func(ctx context.Context, s *store) error {
		s.words.confirmed = nil
		res, err := s.conn.ExecContext(ctx, "UPDATE exceptions SET reason = ?, until = ? WHERE host = ?", text(reason), millisOr(until), host)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, fmt.Errorf("exception for %q: %w", host, ErrNotFound))
		}
		_, err = s.conn.ExecContext(ctx, `UPDATE incidents SET until = ?1 WHERE decided IS NOT NULL AND id =
			(SELECT id FROM events WHERE name = (SELECT incident FROM exceptions WHERE host = ?2))`, millisOr(until), host)
		return err
	})
	return j.asked("change an exception", err)
}

// RemoveException removes the exception for host. Errors: ErrNotFound;
// ErrClosed; and the disk's.
func (j *Journal) RemoveException(ctx context.Context, host string) error {
	host = cleanText(host, maxHost)
	err := j.do(ctx, func(ctx context.Context, s *store) error {
		s.words.confirmed = nil
		if err := s.endDecision(ctx, host, "", time.Now()); err != nil {
			return err
		}
		res, err := s.conn.ExecContext(ctx, "DELETE FROM exceptions WHERE host = ?", host)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, fmt.Errorf("exception for %q: %w", host, ErrNotFound))
		}
		return nil
	})
	return j.asked("remove an exception", err)
}

// endDecision has the incident that the exception for host was decided on, unless it
// is the one called except, say that this holds no more.
func (s *store) endDecision(ctx context.Context, host, except string, now time.Time) error {
	_, err := s.conn.ExecContext(ctx, `UPDATE incidents SET until = ?1 WHERE decided IS NOT NULL AND (until IS NULL OR until > ?1) AND id =
		(SELECT id FROM events WHERE name = (SELECT incident FROM exceptions WHERE host = ?2 AND incident <> ?3))`, toMillis(now), host, except)
	return err
}
