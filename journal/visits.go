package journal

import "context"

// visit is what a batch of events adds to an incident.
type visit struct {
	id          int64 // of its first event here
	first, last int64 // times
	events      int64
	rank        int
	worst       int64
	sent        any
}

func (v *visit) add(e *Event) {
	ms := toMillis(e.Time)
	v.first, v.last = min(v.first, ms), max(v.last, ms)
	v.events++
	if r := rank(e.Severity); r > v.rank {
		v.rank, v.worst = r, e.ID
	}
	if e.Sent != nil && (*e.Sent || v.sent == nil) {
		v.sent = *e.Sent
	}
}

// addIncidents enters events under their incidents, and returns the numbers of
// those.
func (s *store) addIncidents(ctx context.Context, events []Event) (map[string]int64, error) {
	visits := make(map[string]*visit)
	var names []string // in the order of their first events
	for i := range events {
		e := &events[i]
		if e.Incident == "" {
			continue
		}
		v := visits[e.Incident]
		if v == nil {
			ms := toMillis(e.Time)
			v = &visit{id: e.ID, first: ms, last: ms, rank: -1}
			visits[e.Incident] = v
			names = append(names, e.Incident)
		}
		v.add(e)
	}
	numbers := make(map[string]int64, len(names))
	for _, name := range names {
		id, err := s.addIncident(ctx, name, visits[name])
		if err != nil {
			return nil, err
		}
		numbers[name] = id
	}
	return numbers, nil
}

// addIncident returns the number of the incident. The statement leaves the last
// row id alone when there is one already, so that this tells whether to look.
func (s *store) addIncident(ctx context.Context, name string, v *visit) (int64, error) {
	res, err := s.incident.ExecContext(ctx, v.id, name, v.first, v.last, v.events, v.rank, v.worst, v.sent)
	if err != nil {
		return 0, err
	}
	id, err := res.LastInsertId()
	if err != nil || id == v.id {
		return id, err
	}
	err = s.findIncident.QueryRowContext(ctx, name).Scan(&id)
	return id, err
}

const (
	addIncident = `INSERT INTO incidents (id, name, first, last, events, rank, worst, sent)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (name) DO UPDATE SET
			first = min(first, excluded.first), last = max(last, excluded.last), events = events + excluded.events,
			worst = CASE WHEN excluded.rank > rank THEN excluded.worst ELSE worst END,
			rank = max(rank, excluded.rank),
			sent = coalesce(max(sent, excluded.sent), sent, excluded.sent)`
	findIncident = "SELECT id FROM incidents WHERE name = ?"
)
