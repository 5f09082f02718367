package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"
)

// ErrInvalid is returned for a decision or an exception that says nothing that
// can be done; the error says what is wrong.
var ErrInvalid = errors.New("invalid")

// Values of [Decision.Decision].
const (
	DecisionConfirmed  = "confirmed"
	DecisionFalseAlarm = "false_alarm"
	DecisionAllow      = "allow"
)

// ErrDecided is returned for a decision over another than the one that there is.
var ErrDecided = errors.New("decided meanwhile")

// decisions and the states they lead to.
var decisions = map[string]string{
	DecisionConfirmed: StateConfirmed, DecisionFalseAlarm: StateFalseAlarm, DecisionAllow: StateAllowed,
}

// terms are the values of [Decision.For]; 0 is without end.
var terms = map[string]time.Duration{
	"": 0, "always": 0, "15m": 15 * time.Minute, "24h": 24 * time.Hour, "30d": 30 * 24 * time.Hour, "90d": 90 * 24 * time.Hour,
}

// termOf returns when a term ends that begins at a time; the zero time is never. A
// day is meant to its end, where we are, and to be that of begin or later.
func termOf(term string, begin time.Time) (end time.Time, ok bool) {
	if d, ok := terms[term]; ok && d == 0 {
		return time.Time{}, true
	} else if ok {
		return begin.Add(d), true
	}
	_, end, err := ParseDay(term, time.Local)
	return end, err == nil && end.After(begin)
}

// Decision is what a person says of an incident.
type Decision struct {
	Incident string
	Decision string
	For      string    // 15m, 24h, 30d, 90d, always or the last day, as 2026-01-31; "" is always
	Note, By string    // cut to 1,024 and 128 bytes
	Time     time.Time // zero is now
	// Over is the decision that this one is to replace: what was decided, changed or
	// removed meanwhile is [ErrDecided]. With nil it replaces any.
	Over *Known
}

// Known is what somebody knows of the decision on an incident: [Incident.Decided], zero
// for none, and [Incident.NotedEnd].
type Known struct{ Decided, NotedEnd time.Time }

// Decide stores a decision in place of an earlier one and, in the same
// transaction, the exception for the incident's host that follows from it:
// block when confirmed, allow otherwise, to the same end. An incident without
// a host gets the decision alone. Whatever else waits for a decision about that
// host, or a name below it, is decided with it: see others.
//
// What lets the host pass for longer, because of another incident, is not cut: it
// stays, and the incident says its end and, as Earlier, where it was decided. It
// can be shortened by what is its own, or by [Journal.ChangeException].
//
// It returns once that is durable, except that of very many others the rest is decided
// while the caller goes on. Errors, after which nothing is stored: those
// that wrap ErrInvalid; ErrDecided; ErrNotFound; ErrClosed; and the disk's. After ctx's it is stored
// as a whole, with the others, or not at all.
func (j *Journal) Decide(ctx context.Context, d Decision) error {
	state, ok := decisions[d.Decision]
	if !ok {
		return fmt.Errorf("%w decision %q", ErrInvalid, cleanText(d.Decision, maxWord))
	}
	if d.Time.IsZero() {
		d.Time = time.Now()
	}
	until, ok := termOf(d.For, d.Time)
	if !ok {
		return fmt.Errorf("%w term %q", ErrInvalid, cleanText(d.For, maxWord))
	}
	x := Exception{
		Kind: ExceptionAllow, Reason: d.Note, By: d.By, Incident: d.Incident, Decision: d.Decision, Added: d.Time, Until: until,
	}
	if d.Decision == DecisionConfirmed {
		x.Kind = ExceptionBlock
	}
	x = x.clean()
	err := j.settle(ctx, func(ctx context.Context, s *store) (*others, error) { return s.decide(ctx, x, state, d.Over) })
	return j.asked("decide on an incident", err)
}

// decide stores a decision, x without its host, and returns what is left of the others.
func (s *store) decide(ctx context.Context, x Exception, state string, over *Known) (*others, error) {
	id, host, err := s.ownRow(ctx, x.Incident)
	if err == nil && over != nil {
		err = s.stillDecided(ctx, id, *over)
	}
	if err != nil {
		return nil, err
	}
	x.Host = host
	of := x.Incident // whose decision it is that counts
	if earlier, ok, err := s.longer(ctx, x); err != nil {
		return nil, err
	} else if ok {
		of, x.Until = earlier.Incident, earlier.Until
	} else if host != "" {
		if err := s.putException(ctx, x); err != nil {
			return nil, err
		}
	}
	_, err = s.conn.ExecContext(ctx, `UPDATE incidents SET state = ?, note = ?, author = ?, decided = ?, until = ?, again = 0, earlier = ? WHERE id = ?`,
		slices.Index(states, state), text(x.Reason), text(x.By), toMillis(x.Added), millisOr(x.Until), unless(of, x.Incident), id)
	if err != nil || host == "" {
		return nil, err
	}
	rest, err := s.newOthers(ctx, id, state, of, x)
	if err != nil {
		return nil, err
	}
	return rest, rest.decide(ctx, s)
}

// stillDecided returns ErrDecided when the decision on an incident is another one than
// is known, or its end is.
func (s *store) stillDecided(ctx context.Context, id int64, known Known) error {
	var decided, until sql.NullInt64
	err := s.conn.QueryRowContext(ctx, `SELECT i.decided, iif(e.id IS NULL, i.until, e.until) FROM incidents i
		LEFT JOIN incidents e ON i.state <> 0 AND e.id = (SELECT id FROM events WHERE name = i.earlier) WHERE i.id = ?`, id).Scan(&decided, &until)
	if err == nil && (!timeOr(decided).Equal(known.Decided) || !timeOr(until).Equal(known.NotedEnd)) {
		return fmt.Errorf("incident %d: %w", id, ErrDecided)
	}
	return err
}

// longer returns the exception that lets the host of x pass for longer than x does,
// and that was decided on another incident, and notes there that it was said once more.
func (s *store) longer(ctx context.Context, x Exception) (kept Exception, ok bool, err error) {
	if x.Kind != ExceptionAllow || x.Until.IsZero() {
		return Exception{}, false, nil
	}
	var until sql.NullInt64
	err = s.conn.QueryRowContext(ctx, `SELECT incident, until FROM exceptions
		WHERE host = ? AND kind = ? AND incident <> ? AND (until IS NULL OR until > ?)`,
		x.Host, ExceptionAllow, x.Incident, max(toMillis(x.Until), toMillis(time.Now()))).Scan(&kept.Incident, &until)
	if errors.Is(err, sql.ErrNoRows) {
		return Exception{}, false, nil
	}
	kept.Until = timeOr(until)
	if err == nil {
		_, err = s.conn.ExecContext(ctx, "UPDATE exceptions SET renewed = ? WHERE host = ? AND kind = ?", toMillis(x.Added), x.Host, ExceptionAllow)
	}
	return kept, err == nil, err
}

// unless is s, or NULL when it is t.
func unless(s, t string) any {
	if s == t {
		return nil
	}
	return text(s)
}

// Appeal stores the reason for which a visitor thinks that an incident is none,
// cut to 1,024 bytes, in place of an earlier one. One that was decided waits again,
// and what was decided holds until somebody decides once more. Errors: ErrNotFound, also for
// an incident whose events wait for the disk; ErrClosed; and the disk's.
func (j *Journal) Appeal(ctx context.Context, incident, reason string) error {
	incident, reason = cleanText(incident, maxWord), cleanText(reason, maxDetail)
	now := toMillis(time.Now())
	err := j.do(ctx, func(ctx context.Context, s *store) error {
		id, _, err := s.ownRow(ctx, incident)
		if err != nil {
			return err
		}
		_, err = s.conn.ExecContext(ctx, "UPDATE incidents SET appeal = ?, appealed = ?, again = iif(state = 0, again, state), state = 0 WHERE id = ?", reason, now, id)
		return err
	})
	return j.asked("appeal against an incident", err)
}

// ownRow sees to it that the incident with this name has a row of its own, and
// returns its number and host.
func (s *store) ownRow(ctx context.Context, name string) (id int64, host string, err error) {
	var text sql.NullString
	err = s.conn.QueryRowContext(ctx, "SELECT id, (SELECT text FROM words WHERE words.id = events.host) FROM events WHERE name = ?", name).
		Scan(&id, &text)
	if errors.Is(err, sql.ErrNoRows) {
		err = fmt.Errorf("incident %q: %w", name, ErrNotFound)
	}
	if err == nil {
		_, err = s.openIncident.ExecContext(ctx, id)
	}
	return id, text.String, err
}

// millisOr is NULL for the zero time.
func millisOr(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return toMillis(t)
}
