package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"
)

// ChangeException gives an exception for host another reason and, unless until is nil,
// another end; the zero time is never. One that has ended holds again. The incident it
// was decided on shows the same end. kind is as in [Journal.RemoveException]. Errors:
// those that wrap ErrInvalid, for an end that is past; ErrNotFound; ErrClosed; and the
// disk's.
func (j *Journal) ChangeException(ctx context.Context, host, kind, reason string, until *time.Time) error {
	host, reason = cleanText(host, maxHost), cleanText(reason, maxDetail)
	if until != nil && !until.IsZero() && !until.After(time.Now()) {
		return fmt.Errorf("%w exception for %q: its end is past", ErrInvalid, host)
	}
	err := j.do(ctx, func(ctx context.Context, s *store) error {
		s.words.confirmed = nil
		kind, err := s.counting(ctx, host, kind)
		if err != nil {
			return err
		}
		if _, err := s.conn.ExecContext(ctx, "UPDATE exceptions SET reason = ? WHERE host = ? AND kind = ?", text(reason), host, kind); err != nil || until == nil {
			return err
		}
		if _, err := s.conn.ExecContext(ctx, "UPDATE exceptions SET until = ? WHERE host = ? AND kind = ?", millisOr(*until), host, kind); err != nil {
			return err
		}
		_, err = s.conn.ExecContext(ctx, "UPDATE incidents SET until = ?1 WHERE decided IS NOT NULL AND "+decidedOn, millisOr(*until), host, kind, slices.Index(states, StateConfirmed))
		return err
	})
	return j.asked("change an exception", err)
}

// RemoveException removes the exception of this kind for host, or with no kind the one
// that counts, or counted last; a block that rested below it counts then. Errors:
// ErrNotFound; ErrClosed; and the disk's.
func (j *Journal) RemoveException(ctx context.Context, host, kind string) error {
	host = cleanText(host, maxHost)
	err := j.do(ctx, func(ctx context.Context, s *store) error {
		s.words.confirmed = nil
		kind, err := s.counting(ctx, host, kind)
		if err != nil {
			return err
		}
		if err := s.endDecision(ctx, host, kind, "", time.Now()); err != nil {
			return err
		}
		_, err = s.conn.ExecContext(ctx, "DELETE FROM exceptions WHERE host = ? AND kind = ?", host, kind)
		return err
	})
	return j.asked("remove an exception", err)
}

// counting returns the kind of the exception for host that is of this kind, or with no
// kind of the one that counts, or counted last.
func (s *store) counting(ctx context.Context, host, kind string) (string, error) {
	err := s.conn.QueryRowContext(ctx, `SELECT kind FROM exceptions WHERE host = ?1 AND ?2 IN (kind, '')
		ORDER BY coalesce(until, ?3) <= ?4, kind LIMIT 1`, host, kind, maxID, toMillis(time.Now())).Scan(&kind)
	if errors.Is(err, sql.ErrNoRows) {
		err = fmt.Errorf("exception for %q: %w", host, ErrNotFound)
	}
	return kind, err
}

// giveWay removes what x takes the place of. A block is kept below what lets the host
// pass for a while; who calls it a false alarm says that it was none.
func (s *store) giveWay(ctx context.Context, x Exception, now time.Time) error {
	gone := []string{ExceptionAllow, ExceptionBlock}
	if x.Kind == ExceptionAllow && !x.Until.IsZero() && x.Decision != DecisionFalseAlarm {
		gone = gone[:1]
	}
	for _, kind := range gone {
		if err := s.endDecision(ctx, x.Host, kind, x.Incident, now); err != nil {
			return err
		}
		if _, err := s.conn.ExecContext(ctx, "DELETE FROM exceptions WHERE host = ? AND kind = ?", x.Host, kind); err != nil {
			return err
		}
	}
	return nil
}

// decidedOn is the condition on an incident that the exception for ?2 of kind ?3 is by
// what was decided on it; ?4 is the number of [StateConfirmed].
const decidedOn = `(iif(state = 0, again, state) = ?4) = (?3 = '` + ExceptionBlock + `')
	AND id = (SELECT id FROM events WHERE name = (SELECT incident FROM exceptions WHERE host = ?2 AND kind = ?3))`

// endDecision has the incident that an exception was decided on, unless it is the one
// called except, say that this holds no more.
func (s *store) endDecision(ctx context.Context, host, kind, except string, now time.Time) error {
	_, err := s.conn.ExecContext(ctx, `UPDATE incidents SET until = ?1 WHERE decided IS NOT NULL AND (until IS NULL OR until > ?1) AND id IS NOT
		(SELECT id FROM events WHERE name = ?5) AND `+decidedOn, toMillis(now), host, kind, slices.Index(states, StateConfirmed), except)
	return err
}
