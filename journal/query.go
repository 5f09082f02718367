package journal

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"
)

// Filter selects events. The zero value selects all; what is set has to hold
// together. Strings match exactly: hosts in the form of hostname.Name.String,
// clients as they were recorded.
type Filter struct {
	Since time.Time // events of this time and later
	Until time.Time // events before this time
	After int64     // events with higher ids: a cursor

	Action, Host, Client, Door, Severity, Technique, Incident string
	Device, Account                                           string

	// Text is a part of the host's name, in any case. Only Search knows it.
	Text string

	// Limit, when positive, is how many events are wanted: the next ones when
	// After is set, otherwise the newest. They ascend either way.
	Limit int
}

// query is a Filter on its way through the pages.
type query struct {
	words        []wordKey
	incident     string
	since, until *int64 // milliseconds
	after        int64  // the next page begins behind this id
	left         int    // events still wanted; negative is any number
	newest       bool   // left counts from the end; resolved on the first page
}

func (f Filter) query() query {
	q := query{after: max(f.After, 0), left: -1, incident: cleanText(f.Incident, maxWord)}
	if f.Limit > 0 {
		q.left, q.newest = f.Limit, q.after == 0
	}
	if !f.Since.IsZero() {
		ms := toMillis(f.Since)
		if f.Since.After(fromMillis(ms)) {
			ms++ // between two milliseconds
		}
		q.since = &ms
	}
	if !f.Until.IsZero() && f.Until.Before(fromMillis(maxMillis)) {
		ms := toMillis(f.Until)
		q.until = &ms
	}
	// Cleaned as on the way in, so that what is shown can be asked for.
	for _, w := range [...]wordKey{
		{kindHost, cleanText(f.Host, maxHost)},
		{kindClient, cleanText(f.Client, maxClient)},
		{kindAction, cleanText(f.Action, maxWord)},
		{kindDoor, cleanText(f.Door, maxWord)},
		{kindSeverity, cleanText(f.Severity, maxWord)},
		{kindTechnique, cleanText(f.Technique, maxWord)},
	} {
		if w.text != "" {
			q.words = append(q.words, w)
		}
	}
	return q
}

// unlimited drops the limit.
func (q *query) unlimited() { q.left, q.newest = -1, false }

// columns maps kinds of words to the columns of events.
var columns = [...]string{
	kindDoor: "door", kindClient: "client", kindDevice: "device", kindHost: "host", kindAction: "action",
	kindSeverity: "severity", kindGround: "ground", kindTechnique: "technique", kindTarget: "target", kindAccount: "account",
}

// condition returns the WHERE clause of q for ids up to to. none says that
// nothing can match.
func (q *query) condition(ctx context.Context, tx *sql.Tx, to int64) (where string, args []any, none bool, err error) {
	from := q.after
	if q.since != nil || q.until != nil {
		first, last, err := q.hours(ctx, tx)
		if err != nil {
			return "", nil, false, err
		}
		from, to = max(from, first-1), min(to, last)
	}
	if from >= to {
		return "", nil, true, nil
	}
	conditions := []string{"id > ? AND id <= ?"}
	args = []any{from, to}
	for _, w := range q.words {
		var id int64
		err := tx.QueryRowContext(ctx, "SELECT id FROM words WHERE kind = ? AND text = ?", w.kind, w.text).Scan(&id)
		if errors.Is(err, sql.ErrNoRows) {
			return "", nil, true, nil
		}
		if err != nil {
			return "", nil, false, err
		}
		conditions, args = append(conditions, columns[w.kind]+" = ?"), append(args, id)
	}
	if q.incident != "" {
		conditions, args = append(conditions, "incident = ?"), append(args, q.incident)
	}
	if q.since != nil {
		conditions, args = append(conditions, "time >= ?"), append(args, *q.since)
	}
	if q.until != nil {
		conditions, args = append(conditions, "time < ?"), append(args, *q.until)
	}
	return strings.Join(conditions, " AND "), args, false, nil
}

// hours turns the time range into a range of ids, both ends included; it is
// empty when first > last.
func (q *query) hours(ctx context.Context, tx *sql.Tx) (first, last int64, err error) {
	from, to := hourOf(minMillis), hourOf(maxMillis)
	if q.since != nil {
		from = hourOf(*q.since)
	}
	if q.until != nil {
		to = hourOf(*q.until)
	}
	err = tx.QueryRowContext(ctx, "SELECT coalesce(min(first), 1), coalesce(max(last), 0) FROM hours WHERE hour BETWEEN ? AND ?", from, to).
		Scan(&first, &last)
	return first, last, err
}

// rows reads one page of rows with ids up to to.
func (q *query) rows(ctx context.Context, tx *sql.Tx, to int64) ([]row, error) {
	where, args, none, err := q.condition(ctx, tx, to)
	if none || err != nil {
		return nil, err
	}
	if q.newest {
		var first int64
		err := tx.QueryRowContext(ctx, "SELECT coalesce(min(id), 1) FROM (SELECT id FROM events WHERE "+where+" ORDER BY id DESC LIMIT ?)",
			append(args, q.left)...).Scan(&first)
		if err != nil {
			return nil, err
		}
		q.after, q.newest = max(q.after, first-1), false
		args[0] = max(args[0].(int64), q.after)
	}
	n := pageSize
	if q.left >= 0 {
		n = min(n, q.left)
	}
	return readRows(ctx, tx, "SELECT "+rowColumns+" FROM events WHERE "+where+" ORDER BY id LIMIT ?", append(args, n)...)
}

// moveOn steps past the rows of a page. It reports whether they were the last.
func (q *query) moveOn(rows []row) (done bool) {
	if len(rows) > 0 {
		q.after = rows[len(rows)-1].id
	}
	if q.left >= 0 {
		q.left -= len(rows)
	}
	return len(rows) < pageSize
}
