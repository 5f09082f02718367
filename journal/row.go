package journal

import (
	"context"
	"database/sql"
	"strings"
)

// row is an event as the table has it.
type row struct {
	id, time, class       int64
	words                 [4]sql.NullInt64 // client, device, host, target
	score                 sql.NullFloat64
	detail, signs, fields sql.NullString
	sent, observed        sql.NullBool
	incident              sql.NullString // its name
	certificate           sql.NullString
	given                 sql.NullString // the client's name, when there is no device
}

// rowColumns are those of the event that is called e in a query.
const rowColumns = "e.id, e.time, e.class, e.client, e.device, e.host, e.target, " +
	"e.score, e.detail, e.signs, e.fields, e.sent, e.observed, e.certificate, coalesce(e.name, (SELECT h.name FROM events h WHERE h.id = e.incident)), " +
	"iif(e.device IS NULL, (SELECT n.name FROM words w CROSS JOIN names n ON n.client = w.text WHERE w.id = e.client), NULL)"

// into returns where the columns of rowColumns go.
func (w *row) into() []any {
	into := []any{&w.id, &w.time, &w.class}
	for i := range w.words {
		into = append(into, &w.words[i])
	}
	return append(into, &w.score, &w.detail, &w.signs, &w.fields, &w.sent, &w.observed, &w.certificate, &w.incident, &w.given)
}

func readRows(ctx context.Context, tx *sql.Tx, query string, args ...any) (page []row, err error) {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var w row
		if err := rows.Scan(w.into()...); err != nil {
			return nil, err
		}
		page = append(page, w)
	}
	return page, rows.Err()
}

// event looks up the words of a row, in the transaction that read it: between
// two, retention may delete both.
func (s *source) event(ctx context.Context, tx *sql.Tx, w *row) (Event, error) {
	c, err := s.class(ctx, tx, w.class)
	if err != nil {
		return Event{}, err
	}
	e := Event{
		ID: w.id, Time: fromMillis(w.time),
		Door: c.door, Action: c.action, Severity: c.severity, Ground: c.ground, Technique: c.technique, Account: c.account,
		Score: cleanScore(w.score.Float64), Detail: w.detail.String,
		Signs: lines(w.signs.String), Fields: lines(w.fields.String), Incident: w.incident.String,
	}
	e.setCertificate(w.certificate.String)
	if w.sent.Valid {
		e.Sent = &w.sent.Bool
	}
	e.Observed = w.observed.Bool
	for i, into := range [...]*string{&e.Client, &e.Device, &e.Host, &e.Target} {
		if !w.words[i].Valid {
			continue
		}
		if *into, err = s.word(ctx, tx, w.words[i].Int64); err != nil {
			return Event{}, err
		}
	}
	if e.Device == "" {
		e.Device = w.given.String
	}
	return e, nil
}

// events looks up the words of all rows.
func (s *source) events(ctx context.Context, tx *sql.Tx, rows []row) (events []Event, err error) {
	events = make([]Event, len(rows))
	for i := range rows {
		if events[i], err = s.event(ctx, tx, &rows[i]); err != nil {
			return nil, err
		}
	}
	return events, nil
}

// lines is the inverse of joining a list with newlines.
func lines(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, "\n")
}
