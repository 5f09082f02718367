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
	t, additions := newTally(), map[int64]*addition{}
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
		if err := s.add(ctx, e, row, additions); err != nil {
			return err
		}
		t.add(e.ID, toMillis(e.Time), class, row[clientColumn])
		if err := s.addDevice(ctx, row[clientColumn], row[deviceColumn]); err != nil {
			return err
		}
	}
	if err := s.addToIncidents(ctx, additions); err != nil {
		return err
	}
	return s.count(ctx, t)
}

// add inserts the row of e, and notes in additions what its incident gains.
func (s *store) add(ctx context.Context, e *Event, row []any, additions map[int64]*addition) error {
	if e.Incident != "" {
		head, ok := s.words.heads[e.Incident]
		if !ok {
			var err error
			if head, err = s.head(ctx, e.Incident, e.ID, row); err != nil {
				return err
			}
			if head == e.ID {
				return s.follow(ctx, e)
			}
		}
		if additions[head] == nil {
			additions[head] = &addition{}
		}
		additions[head].add(e)
		row[incidentColumn], row[nameColumn] = head, nil
	}
	_, err := s.insert.ExecContext(ctx, row...)
	return err
}

// Where row has the numbers of client and device, and what add fills in.
const (
	clientColumn   = 3
	deviceColumn   = 4
	incidentColumn = 12
	nameColumn     = 13
)

// row returns the columns of e in the order of the insert statement, those of
// its incident empty.
func (s *store) row(ctx context.Context, e *Event, class int64) ([]any, error) {
	row := make([]any, 0, 16)
	row = append(row, e.ID, toMillis(e.Time), class)
	for _, w := range [...]wordKey{
		{kindClient, e.Client},
		{kindDevice, e.Device},
		{kindHost, e.Host},
		{kindTarget, e.Target},
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
		text(strings.Join(e.Fields, "\n")), truth(e.Sent), nil, nil, text(certificateText(e)), set(e.Observed)), nil
}

// text is NULL for the empty string.
func text(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// set is NULL for what is not.
func set(b bool) any {
	if !b {
		return nil
	}
	return b
}

// truth is NULL for what is unknown.
func truth(b *bool) any {
	if b == nil {
		return nil
	}
	return *b
}

// addDevice notes that a client goes by the name of a device.
func (s *store) addDevice(ctx context.Context, client, device any) error {
	c, ok := client.(int64)
	d, named := device.(int64)
	if !ok || !named || s.words.devices[c] == d {
		return nil
	}
	_, err := s.conn.ExecContext(ctx, "INSERT OR IGNORE INTO devices (client, device) VALUES (?, ?)", c, d)
	if err == nil {
		s.words.devices[c] = d
	}
	return err
}
