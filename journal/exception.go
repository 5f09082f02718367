package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Values of [Exception.Kind].
const (
	ExceptionAllow = "allow"
	ExceptionBlock = "block"
)

// maxExceptions bounds what the console keeps and a restart has to load. They
// are made one by one, by people.
const maxExceptions = 10_000

// Exception is what a person said of a host. There is one for each, or two: a block,
// and what lets the host pass for a while, after which the block holds again. It is for
// others to act on it, and to leave Amazon's own names alone.
type Exception struct {
	Host     string    `json:"host"` // in ASCII, as hostname.Name.String gives it
	Kind     string    `json:"kind"`
	Reason   string    `json:"reason,omitempty"`
	By       string    `json:"by,omitempty"`
	Incident string    `json:"incident,omitempty"` // the one it was decided on
	Decision string    `json:"decision,omitempty"` // what was decided there, as in [Decision]
	Added    time.Time `json:"added"`              // zero is now
	Until    time.Time `json:"until,omitzero"`     // zero is never
	// Renewed is when somebody last let the host pass for a time that ends sooner, so
	// that this one stayed; zero when nobody did.
	Renewed time.Time `json:"renewed,omitzero"`
	// Rests says of a block that something lets the host pass at present.
	Rests bool `json:"rests,omitempty"`
}

// Ended reports whether its time is over.
func (x Exception) Ended(now time.Time) bool { return !x.Until.IsZero() && !x.Until.After(now) }

// clean returns x fit to be stored and shown.
func (x Exception) clean() Exception {
	x.Host = cleanText(x.Host, maxHost)
	x.Reason = cleanText(x.Reason, maxDetail)
	x.By = cleanText(x.By, maxLabel)
	x.Incident = cleanText(x.Incident, maxWord)
	x.Decision = cleanText(x.Decision, maxWord)
	if x.Added.IsZero() {
		x.Added = time.Now()
	}
	return x
}

// keepEnded is how long an exception is still shown after its end: a person who
// wonders why a site is stopped again finds it.
const keepEnded = 30 * 24 * time.Hour

// Exceptions returns those that count now, one a host, in the order of hosts.
func (j *Journal) Exceptions(ctx context.Context) ([]Exception, error) {
	list, err := j.exceptions(ctx, time.Now())
	return slices.DeleteFunc(list, func(x Exception) bool { return x.Rests }), err
}

// AllExceptions is Exceptions with the blocks that rest and with those that have ended
// within a month.
func (j *Journal) AllExceptions(ctx context.Context) ([]Exception, error) {
	return j.exceptions(ctx, time.Now().Add(-keepEnded))
}

// exceptions returns those that end after a time.
func (j *Journal) exceptions(ctx context.Context, after time.Time) ([]Exception, error) {
	return j.someExceptions(ctx, "until IS NULL OR until > ?", toMillis(after))
}

// someExceptions returns those that a condition holds for, in the order of hosts.
func (j *Journal) someExceptions(ctx context.Context, where string, args ...any) ([]Exception, error) {
	r, err := j.ownReader()
	if errors.Is(err, ErrNoJournal) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var list []Exception
	err = r.view(ctx, func(_ *source, tx *sql.Tx) (err error) {
		list, err = readExceptions(ctx, tx, where, args...)
		return err
	})
	if err != nil {
		return nil, r.wrap(ctx, err)
	}
	return list, nil
}

// readExceptions is someExceptions of q. With an error it returns what it read before that.
func readExceptions(ctx context.Context, q querier, where string, args ...any) (list []Exception, err error) {
	rows, err := q.QueryContext(ctx, `SELECT host, kind, coalesce(reason, ''), coalesce(author, ''), coalesce(incident, ''), coalesce(decision, ''), added, until, renewed
		FROM exceptions WHERE `+where+` ORDER BY host, kind`, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var (
			x              Exception
			added          int64
			until, renewed sql.NullInt64
		)
		if err := rows.Scan(&x.Host, &x.Kind, &x.Reason, &x.By, &x.Incident, &x.Decision, &added, &until, &renewed); err != nil {
			return list, err
		}
		x.Added, x.Until, x.Renewed = fromMillis(added), timeOr(until), timeOr(renewed)
		if n := len(list); n > 0 && list[n-1].Host == x.Host { // what lets pass comes first
			x.Rests = !list[n-1].Ended(time.Now())
		}
		list = append(list, x)
	}
	return list, rows.Err()
}

// ExceptionFor returns the exception for host that counts now, and whether there is one.
func (j *Journal) ExceptionFor(ctx context.Context, host string) (x Exception, ok bool, err error) {
	list, err := j.someExceptions(ctx, "host = ?2 AND (until IS NULL OR until > ?1)", toMillis(time.Now()), cleanText(host, maxHost))
	if err != nil || len(list) == 0 {
		return Exception{}, false, err
	}
	return list[0], true, nil
}

// Around returns what counts now about names above and below host, in the order of hosts.
func (j *Journal) Around(ctx context.Context, host string) ([]Exception, error) {
	list, err := j.someExceptions(ctx, `(until IS NULL OR until > ?1) AND host <> '' AND
		(substr(host, -length(?2) - 1) = '.' || ?2 OR substr(?2, -length(host) - 1) = '.' || host)`, toMillis(time.Now()), cleanText(host, maxHost))
	return slices.DeleteFunc(list, func(x Exception) bool { return x.Rests }), err
}

// PutException stores x in place of what there is for its host, and returns
// once it is durable. A block rests below what is decided to let the host pass
// until an end, and holds again after it. Errors: those that wrap ErrInvalid, also when there are
// too many; ErrClosed; and the disk's.
func (j *Journal) PutException(ctx context.Context, x Exception) error {
	x = x.clean()
	switch {
	case x.Host == "":
		return fmt.Errorf("%w exception: no host", ErrInvalid)
	case x.Kind != ExceptionAllow && x.Kind != ExceptionBlock:
		return fmt.Errorf("%w exception for %q: kind %q", ErrInvalid, x.Host, cleanText(x.Kind, maxWord))
	}
	err := j.do(ctx, func(ctx context.Context, s *store) error { return s.putException(ctx, x) })
	return j.asked("store an exception", err)
}

// putException stores x, and drops those that ended long ago, or that are too many.
func (s *store) putException(ctx context.Context, x Exception) error {
	s.words.confirmed = nil
	now := time.Now()
	_, err := s.conn.ExecContext(ctx, `DELETE FROM exceptions WHERE until <= ?1 OR (host, kind) IN (SELECT host, kind FROM exceptions
		WHERE until <= ?2 ORDER BY until LIMIT max(0, (SELECT count(*) FROM exceptions) - ?3))`,
		toMillis(now.Add(-keepEnded)), toMillis(now), maxExceptions-1)
	if err != nil {
		return err
	}
	if err := s.giveWay(ctx, x, now); err != nil {
		return err
	}
	_, err = s.conn.ExecContext(ctx, "INSERT OR REPLACE INTO exceptions (host, kind, reason, author, incident, decision, added, until) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		x.Host, x.Kind, text(x.Reason), text(x.By), text(x.Incident), text(x.Decision), toMillis(x.Added), millisOr(x.Until))
	if err != nil {
		return err
	}
	var n int
	if err := s.conn.QueryRowContext(ctx, "SELECT count(*) FROM exceptions").Scan(&n); err != nil {
		return err
	}
	if n > maxExceptions {
		return fmt.Errorf("%w exception for %q: there are %d already", ErrInvalid, x.Host, maxExceptions)
	}
	return nil
}

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
