package journal

import (
	"context"
	"database/sql"
	"time"
)

// Filter selects events. The zero value selects all; what is set has to hold
// together. Strings match exactly: hosts in the form of hostname.Name.String,
// clients as they were recorded.
type Filter struct {
	Since time.Time // events of this time and later
	Until time.Time // events before this time
	After int64     // events with higher ids
	UpTo  int64     // events with ids up to this one; 0 is no end

	Action, Host, Client, Door, Severity, Technique, Incident string
	Device, Account                                           string

	Exercise   bool // only those of exercises, see [Event.Exercise]
	NoExercise bool // none of them

	// Text is a part of the host's name, in any case and width. In other letters than
	// ASCII it is a part of what the name shows, and looked for among the 10,000 hosts
	// with such letters that came last.
	Text string

	// Limit, when positive, is how many events are wanted: the next ones when
	// After is set, otherwise the newest. They ascend either way, but in a
	// [Page].
	Limit int
}

// maxID is the largest integer that a script in any language reads exactly.
const maxID = 1<<53 - 1

// query is a Filter on its way through the pages.
type query struct {
	words          []wordKey
	incident, text string
	since, until   *int64 // milliseconds
	after          int64  // the next page begins behind this id
	upTo           int64  // the last id that counts
	exercise       bool   // only exercises
	noExercise     bool   // none
	left           int    // events still wanted; negative is any number
	newest         bool   // left counts from the end; resolved on the first page
}

func (f Filter) query() query {
	q := query{
		after: max(f.After, 0), upTo: maxID, left: -1, exercise: f.Exercise, noExercise: f.NoExercise,
		incident: cleanText(f.Incident, maxWord), text: searched(f.Text),
	}
	if f.Limit > 0 {
		q.left, q.newest = f.Limit, q.after == 0
	}
	if f.UpTo > 0 {
		q.upTo = f.UpTo
	}
	q.since, q.until = millis(f.Since, f.Until)
	// Cleaned as on the way in, so that what is shown can be asked for.
	for _, w := range [...]wordKey{
		{kindHost, cleanText(f.Host, maxHost)},
		{kindClient, cleanText(f.Client, maxClient)},
		{kindDevice, cleanText(f.Device, maxLabel)},
		{kindAccount, cleanText(f.Account, maxLabel)},
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

// millis returns a time range in milliseconds, nil for an open end.
func millis(since, until time.Time) (from, to *int64) {
	if !since.IsZero() {
		ms := toMillis(since)
		if since.After(fromMillis(ms)) {
			ms++ // between two milliseconds
		}
		from = &ms
	}
	if !until.IsZero() && until.Before(fromMillis(maxMillis)) {
		ms := toMillis(until)
		to = &ms
	}
	return from, to
}

// unlimited drops the limit.
func (q *query) unlimited() { q.left, q.newest = -1, false }

// between narrows a range of ids to the hours of a time range.
func between(ctx context.Context, tx *sql.Tx, ids span, since, until *int64) (span, error) {
	if since == nil && until == nil {
		return ids, nil
	}
	from, to := hourOf(minMillis), hourOf(maxMillis)
	if since != nil {
		from = hourOf(*since)
	}
	if until != nil {
		to = hourOf(*until)
	}
	var first, last int64
	err := tx.QueryRowContext(ctx, "SELECT coalesce(min(first), 1), coalesce(max(last), 0) FROM hours WHERE hour BETWEEN ? AND ?", from, to).
		Scan(&first, &last)
	return span{max(ids.first, first), min(ids.last, last)}, err
}

// rows reads one page of rows with ids up to to, and moves q on. done says that
// there are no more.
func (q *query) rows(ctx context.Context, tx *sql.Tx, to int64) (rows []row, done bool, err error) {
	p, err := q.plan(ctx, tx)
	if len(p.branches) == 0 || err != nil {
		return nil, true, err
	}
	ids, err := between(ctx, tx, span{q.after + 1, min(to, q.upTo)}, q.since, q.until)
	if err != nil {
		return nil, false, err
	}
	if q.newest {
		var first int64
		err := tx.QueryRowContext(ctx, "SELECT coalesce(min(id), 1) FROM ("+p.query("m.id", eventRows, descending)+")",
			p.args(ids, -1, q.left)...).Scan(&first)
		if err != nil {
			return nil, false, err
		}
		ids.first, q.newest = max(ids.first, first), false
	}
	n := pageSize
	if q.left >= 0 {
		n = min(n, q.left)
	}
	rows, reached, err := p.rows(ctx, tx, ascending, ids, n)
	if err != nil {
		return nil, false, err
	}
	if q.left >= 0 {
		q.left -= len(rows)
	}
	q.after = max(q.after, reached)
	return rows, reached == 0 || q.left == 0, nil
}
