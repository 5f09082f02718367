package journal

import (
	"context"
	"database/sql"
	"strings"
)

// row is an event as the table has it.
type row struct {
	id, time              int64
	words                 [10]sql.NullInt64 // in the order of rowColumns
	score                 sql.NullFloat64
	detail, signs, fields sql.NullString
	sent                  sql.NullBool
	incident              sql.NullString
}

const rowColumns = "id, time, door, client, device, host, action, severity, ground, technique, target, account, " +
	"score, detail, signs, fields, sent, incident"

func readRows(ctx context.Context, tx *sql.Tx, query string, args ...any) (page []row, err error) {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var r row
		into := []any{&r.id, &r.time}
		for i := range r.words {
			into = append(into, &r.words[i])
		}
		into = append(into, &r.score, &r.detail, &r.signs, &r.fields, &r.sent, &r.incident)
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		page = append(page, r)
	}
	return page, rows.Err()
}

// event looks up the words of a row, in the transaction that read it: between
// two, retention may delete both.
func (s *source) event(ctx context.Context, tx *sql.Tx, w *row) (Event, error) {
	e := Event{
		ID: w.id, Time: fromMillis(w.time),
		Score: cleanScore(w.score.Float64), Detail: w.detail.String,
		Signs: lines(w.signs.String), Fields: lines(w.fields.String), Incident: w.incident.String,
	}
	if w.sent.Valid {
		e.Sent = &w.sent.Bool
	}
	for i, into := range [...]*string{
		&e.Door, &e.Client, &e.Device, &e.Host, &e.Action, &e.Severity, &e.Ground, &e.Technique, &e.Target, &e.Account,
	} {
		if !w.words[i].Valid {
			continue
		}
		text, err := s.word(ctx, tx, w.words[i].Int64)
		if err != nil {
			return Event{}, err
		}
		*into = text
	}
	return e, nil
}

// lines is the inverse of joining a list with newlines.
func lines(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, "\n")
}
