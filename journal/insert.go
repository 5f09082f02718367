package journal

import (
	"context"
	"strings"
)

// write stores events in one transaction and returns once they are durable in
// the file that stands at the journal's path.
func (s *store) write(events []Event) error {
	err := s.transact(func(ctx context.Context) error {
		if err := s.addAll(ctx, events); err != nil {
			return err
		}
		return s.addHours(ctx, events)
	})
	if err != nil {
		return err
	}
	return s.intact()
}

func (s *store) addAll(ctx context.Context, events []Event) error {
	for i := range events {
		row, err := s.row(ctx, &events[i])
		if err != nil {
			return err
		}
		if _, err := s.insert.ExecContext(ctx, row...); err != nil {
			return err
		}
	}
	return nil
}

// row returns the columns of e in the order of the insert statement.
func (s *store) row(ctx context.Context, e *Event) ([]any, error) {
	row := make([]any, 0, 18)
	row = append(row, e.ID, toMillis(e.Time))
	for _, w := range [...]wordKey{
		{kindDoor, e.Door},
		{kindClient, e.Client},
		{kindDevice, e.Device},
		{kindHost, e.Host},
		{kindAction, e.Action},
		{kindSeverity, e.Severity},
		{kindGround, e.Ground},
		{kindTechnique, e.Technique},
		{kindTarget, e.Target},
		{kindAccount, e.Account},
	} {
		n, err := s.words.number(ctx, w.kind, w.text)
		if err != nil {
			return nil, err
		}
		row = append(row, n)
	}
	var score, sent any
	if e.Score != 0 {
		score = e.Score
	}
	if e.Sent != nil {
		sent = *e.Sent
	}
	// A clean string holds no newline: it can separate.
	return append(row, score, text(e.Detail), text(strings.Join(e.Signs, "\n")),
		text(strings.Join(e.Fields, "\n")), sent, text(e.Incident)), nil
}

// text is NULL for the empty string.
func text(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// addHours enters the ids of events under the hours they are stamped with.
func (s *store) addHours(ctx context.Context, events []Event) error {
	type span struct{ first, last int64 }
	spans := make(map[int64]span)
	for i := range events {
		hour, id := hourOf(toMillis(events[i].Time)), events[i].ID
		h, ok := spans[hour]
		if !ok {
			h = span{id, id}
		}
		spans[hour] = span{min(h.first, id), max(h.last, id)}
	}
	for hour, h := range spans {
		if _, err := s.hour.ExecContext(ctx, hour, h.first, h.last); err != nil {
			return err
		}
	}
	return nil
}

const millisPerHour = 3600 * 1000

// hourOf numbers the hour that ms is in, rounding down before 1970 as well.
func hourOf(ms int64) int64 {
	h := ms / millisPerHour
	if ms%millisPerHour < 0 {
		h--
	}
	return h
}
