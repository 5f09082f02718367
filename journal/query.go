package journal

import (
	"context"
	"database/sql"
	"errors"
	"strings"
)

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

// columns maps kinds of words to the columns of classes or of events.
var columns = [...]string{
	kindDoor: "door", kindClient: "client", kindDevice: "device", kindHost: "host", kindAction: "action",
	kindSeverity: "severity", kindGround: "ground", kindTechnique: "technique", kindTarget: "target", kindAccount: "account",
}

// wanted is what a query asks for, in numbers.
type wanted struct {
	host, client, device int64   // 0 is any; of device, see named
	named                []int64 // clients that are called like the device
	byDevice             bool    // whether a device was asked for
	classes              []int64 // those that match
	classy               bool    // whether any class was asked for
	nearlyAll            bool    // whether these are all but those of exercises, which few events are
}

// want looks up the words of q; nil says that nothing can match.
func (q *query) want(ctx context.Context, tx *sql.Tx) (*wanted, error) {
	w := &wanted{}
	conditions := []string{"true"}
	for _, word := range q.words {
		var id int64
		err := tx.QueryRowContext(ctx, "SELECT id FROM words WHERE kind = ? AND text = ?", word.kind, word.text).Scan(&id)
		if word.kind == kindDevice && (err == nil || errors.Is(err, sql.ErrNoRows)) {
			w.byDevice, w.device = true, id
			if w.named, err = numbers(ctx, tx, findNamed, kindClient, word.text, maxBranches); err == nil && id == 0 && len(w.named) == 0 {
				return nil, nil
			}
			if err != nil {
				return nil, err
			}
			continue
		}
		if errors.Is(err, sql.ErrNoRows) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		switch word.kind {
		case kindHost:
			w.host = id
		case kindClient:
			w.client = id
		default:
			w.classy = true
			conditions = append(conditions, eq(columns[word.kind], id))
		}
	}
	w.nearlyAll = q.noExercise && !w.classy
	if q.exercise {
		w.classy, conditions = true, append(conditions, exercises)
	}
	if q.noExercise {
		w.classy, conditions = true, append(conditions, "NOT "+exercises)
	}
	var err error
	w.classes, err = numbers(ctx, tx, "SELECT id FROM classes WHERE "+strings.Join(conditions, " AND "))
	if len(w.classes) == 0 {
		return nil, err
	}
	return w, err
}

// findNamed finds the clients with a name. There are few names.
const findNamed = "SELECT id FROM words WHERE kind = ?1 AND text IN (SELECT client FROM names WHERE name = ?2) LIMIT ?3"
