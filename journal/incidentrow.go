package journal

import (
	"context"
	"database/sql"
	"time"
)

// incidentRow is an incident as the tables have it.
type incidentRow struct {
	row                  // its severest event
	head                 int64
	name                 string
	host                 sql.NullInt64
	first, last, events  int64
	sent                 sql.NullBool
	state, again, others int
	earlier              sql.NullString
	note, by, appeal     sql.NullString
	decided, until, when sql.NullInt64 // when is that of the appeal
	at                   int64         // the event that it was found by
}

func readIncidents(ctx context.Context, tx *sql.Tx, query string, args ...any) (list []incidentRow, err error) {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var w incidentRow
		into := append(w.into(), &w.head, &w.name, &w.host, &w.first, &w.last, &w.events,
			&w.sent, &w.state, &w.again, &w.others, &w.earlier, &w.note, &w.by, &w.decided, &w.until, &w.appeal, &w.when, &w.at)
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		list = append(list, w)
	}
	return list, rows.Err()
}

// incident looks up the words of a row, and the incident's clients.
func (s *source) incident(ctx context.Context, tx *sql.Tx, w *incidentRow) (Incident, error) {
	e, err := s.event(ctx, tx, &w.row)
	if err != nil {
		return Incident{}, err
	}
	inc := Incident{
		ID: w.name, First: fromMillis(w.first), Last: fromMillis(w.last), Events: int(w.events),
		Action: e.Action, Severity: e.Severity, Door: e.Door, Ground: e.Ground, Technique: e.Technique, Target: e.Target,
		Score: e.Score, Detail: e.Detail, Signs: e.Signs, Fields: e.Fields, Account: e.Account, Device: e.Device,
		Observed: e.Observed,
		State:    StateOpen, Earlier: w.earlier.String, Others: w.others, Note: w.note.String, By: w.by.String, Appeal: w.appeal.String,
		Decided: timeOr(w.decided), Until: timeOr(w.until), Appealed: timeOr(w.when),
	}
	if w.state > 0 && w.state < len(states) {
		inc.State = states[w.state]
		inc.Ended = !inc.Until.IsZero() && !inc.Until.After(time.Now())
	}
	if w.again > 0 && w.again < len(states) {
		inc.Again = states[w.again]
		inc.Ended = !inc.Until.IsZero() && !inc.Until.After(time.Now())
	}
	if inc.Earlier != "" && inc.State != StateOpen {
		if err := s.underEarlier(ctx, tx, &inc); err != nil {
			return Incident{}, err
		}
	}
	inc.NotedEnd = inc.Until
	if w.sent.Valid {
		inc.Sent = &w.sent.Bool
	}
	if w.host.Valid {
		if inc.Host, err = s.word(ctx, tx, w.host.Int64); err != nil {
			return Incident{}, err
		}
	}
	if inc.State == StateOpen && inc.Ground == GroundDrill {
		inc.State = StateExercise
	}
	inc.Clients, err = s.clients(ctx, tx, w, e.Client)
	return inc, err
}

// clients returns those of an incident; one is that of its severest event.
func (s *source) clients(ctx context.Context, tx *sql.Tx, w *incidentRow, one string) (clients []string, err error) {
	if w.events == 1 {
		if one != "" {
			clients = []string{one}
		}
		return clients, nil
	}
	found, err := numbers(ctx, tx, `SELECT DISTINCT client FROM (
			SELECT client FROM events WHERE id = ?1
			UNION ALL SELECT * FROM (SELECT client FROM events INDEXED BY events_incident WHERE incident = ?1 AND incident <> id ORDER BY id LIMIT ?2)
		) WHERE client IS NOT NULL`, w.head, clientsAmong)
	for _, n := range found {
		text, err := s.word(ctx, tx, n)
		if err != nil {
			return nil, err
		}
		clients = append(clients, text)
	}
	return clients, err
}

// timeOr is the zero time for NULL.
func timeOr(ms sql.NullInt64) time.Time {
	if !ms.Valid {
		return time.Time{}
	}
	return fromMillis(ms.Int64)
}
