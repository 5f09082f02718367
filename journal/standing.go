package journal

import (
	"context"
	"database/sql"
	"encoding/json"
	"iter"
	"slices"
	"strings"
	"time"
)

// standing is a decision about a host, or a name above it, that holds.
type standing struct {
	kind, incident string
	until          time.Time
}

// standings are those of hosts, what lets one pass before what blocks it.
type standings map[string][]standing

// stand fills in what holds about the hosts of decided incidents now, be it by another
// decision than their own: a block rests while something lets the host pass for a while,
// and holds again after it.
func stand(ctx context.Context, tx *sql.Tx, list []Incident) error {
	about := standings{}
	for _, inc := range list {
		if inc.decidedAs() != "" {
			for at := range above(inc.Host) {
				about[at] = nil
			}
		}
	}
	if len(about) == 0 {
		return nil
	}
	if err := about.read(ctx, tx); err != nil {
		return err
	}
	for i := range list {
		list[i].stand(about)
	}
	return nil
}

// decidedAs is what was decided about it last, "" when nothing was.
func (i *Incident) decidedAs() string {
	state := i.State
	if i.Again != "" {
		state = i.Again
	}
	if state == StateOpen || state == StateExercise {
		return ""
	}
	return state
}

// above yields host and the names above it, the longest first.
func above(host string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for more := host != ""; more; _, host, more = strings.Cut(host, ".") {
			if !yield(host) {
				return
			}
		}
	}
}

// read finds the decisions about the hosts that s has as keys.
func (s standings) read(ctx context.Context, tx *sql.Tx) error {
	var names []string
	for host := range s {
		names = append(names, host)
	}
	list, err := json.Marshal(names)
	if err != nil {
		return err
	}
	rows, err := tx.QueryContext(ctx, `SELECT x.host, x.kind, coalesce(x.incident, ''), x.until FROM json_each(?) n CROSS JOIN exceptions x ON x.host = n.value
		WHERE x.until IS NULL OR x.until > ?`, string(list), toMillis(time.Now()))
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var host string
		var x standing
		var until sql.NullInt64
		if err := rows.Scan(&host, &x.kind, &x.incident, &until); err != nil {
			return err
		}
		x.until = timeOr(until)
		if s[host] = append(s[host], x); x.kind == ExceptionAllow {
			slices.Reverse(s[host])
		}
	}
	return rows.Err()
}

// of returns the decision about host that counts now, the one about the longest name,
// and the one that does when its time is over; nil where there is none.
func (s standings) of(host string) (now, then *standing) {
	for at := range above(host) {
		for i := range s[at] {
			x := &s[at][i]
			switch {
			case now == nil:
				now = x
			case now.until.IsZero():
				return now, nil
			default:
				return now, x
			}
		}
	}
	return now, nil
}

// stand is the function of that name for one incident.
func (i *Incident) stand(about standings) {
	state := i.decidedAs()
	now, then := about.of(i.Host)
	switch {
	case state == "" || now == nil:
	case now.kind == ExceptionBlock && state == StateConfirmed:
		i.Ended, i.Until = false, now.until
	case now.kind == ExceptionBlock:
		i.Ended, i.BlockedBy = true, now.incident
	case state != StateConfirmed:
		if then != nil && then.kind == ExceptionBlock {
			i.PassesUntil = now.until
		}
	case then != nil && then.kind == ExceptionBlock:
		i.Ended, i.Until, i.PassesUntil = false, then.until, now.until
	default:
		i.Ended = true
	}
}
