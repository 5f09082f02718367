package journal

import (
	"context"
	"database/sql"
	"errors"
	"strings"
)

// write stores events, and everything that is kept about them, in one
// transaction and returns once they are durable in the file that stands at the
// journal's path.
func (s *store) write(events []Event) error {
	err := s.transact(func(ctx context.Context) error {
		events, err := s.missing(ctx, events)
		if err != nil {
			return err
		}
		return s.addAll(ctx, events)
	})
	if err != nil {
		s.unsure = true
		return err
	}
	s.unsure = false
	return s.intact()
}

// missing leaves out the events that are stored. One can be when a commit
// failed although it had got through; ids are handed out once, so that it is
// the same event, and was counted.
func (s *store) missing(ctx context.Context, events []Event) ([]Event, error) {
	if !s.unsure {
		return events, nil
	}
	var out []Event
	for i := range events {
		var id int64
		err := s.conn.QueryRowContext(ctx, "SELECT id FROM events WHERE id = ?", events[i].ID).Scan(&id)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			out = append(out, events[i])
		case err != nil:
			return nil, err
		}
	}
	return out, nil
}

func (s *store) addAll(ctx context.Context, events []Event) error {
	incidents, err := s.addIncidents(ctx, events)
	if err != nil {
		return err
	}
	t := newTally()
	for i := range events {
		e := &events[i]
		class, err := s.words.class(ctx, classOf(e))
		if err != nil {
			return err
		}
		row, err := s.row(ctx, e, class)
		if err != nil {
			return err
		}
		if id, ok := incidents[e.Incident]; ok {
			row[len(row)-1] = id
		}
		if _, err := s.insert.ExecContext(ctx, row...); err != nil {
			return err
		}
		t.add(e.ID, toMillis(e.Time), class, row[clientColumn])
	}
	return s.count(ctx, t)
}

// clientColumn is where row has the number of the client.
const clientColumn = 3

// row returns the columns of e in the order of the insert statement, the last
// one, of its incident, empty.
func (s *store) row(ctx context.Context, e *Event, class int64) ([]any, error) {
	row := make([]any, 0, 14)
	row = append(row, e.ID, toMillis(e.Time), class)
	for _, w := range [...]wordKey{
		{kindClient, e.Client},
		{kindDevice, e.Device},
		{kindHost, e.Host},
		{kindTarget, e.Target},
		{kindAccount, e.Account},
	} {
		n, err := s.words.number(ctx, w.kind, w.text)
		if err != nil {
			return nil, err
		}
		row = append(row, n)
	}
	var score any
	if e.Score != 0 {
		score = e.Score
	}
	// A clean string holds no newline: it can separate.
	return append(row, score, text(e.Detail), text(strings.Join(e.Signs, "\n")),
		text(strings.Join(e.Fields, "\n")), truth(e.Sent), nil), nil
}

// text is NULL for the empty string.
func text(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// truth is NULL for what is unknown.
func truth(b *bool) any {
	if b == nil {
		return nil
	}
	return *b
}
