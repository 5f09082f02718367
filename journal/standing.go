package journal

import (
	"context"
	"database/sql"
	"encoding/json"
	"strings"
	"time"
)

// standing is a decision about a host, or a name above it, that holds.
type standing struct {
	kind, incident string
	until          time.Time
}

// standingFor returns the decision about host that counts now, the one about the longest
// name, and the one that does when its time is over; nil where there is none.
func (s *source) standingFor(ctx context.Context, tx *sql.Tx, host string) (now, then *standing, err error) {
	var names []string
	for at, more := host, host != ""; more; _, at, more = strings.Cut(at, ".") {
		names = append(names, at)
	}
	list, err := json.Marshal(names)
	if err != nil || len(names) == 0 {
		return nil, nil, err
	}
	rows, err := tx.QueryContext(ctx, `SELECT kind, coalesce(incident, ''), until FROM exceptions
		WHERE host IN (SELECT value FROM json_each(?)) AND (until IS NULL OR until > ?) ORDER BY length(host) DESC, kind LIMIT 2`,
		string(list), toMillis(time.Now()))
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = rows.Close() }()
	var found []*standing
	for rows.Next() {
		x, until := &standing{}, sql.NullInt64{}
		if err := rows.Scan(&x.kind, &x.incident, &until); err != nil {
			return nil, nil, err
		}
		x.until = timeOr(until)
		found = append(found, x)
	}
	switch {
	case len(found) > 1 && !found[0].until.IsZero():
		return found[0], found[1], rows.Err()
	case len(found) > 0:
		return found[0], nil, rows.Err()
	}
	return nil, nil, rows.Err()
}

// stand fills in what holds about the host of a decided incident now, be it by another
// decision than its own: a block rests while something lets the host pass for a while,
// and holds again after it.
func (s *source) stand(ctx context.Context, tx *sql.Tx, inc *Incident) error {
	state := inc.State
	if inc.Again != "" {
		state = inc.Again
	}
	if state == StateOpen {
		return nil
	}
	now, then, err := s.standingFor(ctx, tx, inc.Host)
	switch {
	case err != nil || now == nil:
		return err
	case now.kind == ExceptionBlock && state == StateConfirmed:
		inc.Ended, inc.Until = false, now.until
	case now.kind == ExceptionBlock:
		inc.Ended, inc.BlockedBy = true, now.incident
	case state != StateConfirmed:
	case then != nil && then.kind == ExceptionBlock:
		inc.Ended, inc.Until, inc.PassesUntil = false, then.until, now.until
	default:
		inc.Ended = true
	}
	return nil
}
