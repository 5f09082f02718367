package journal

import (
	"context"
	"database/sql"
	"testing"
	"time"
)

// TestRarestFirst: of several conditions the one that fewest events meet leads the
// search, however the filter has them.
func TestRarestFirst(t *testing.T) {
	t.Parallel()
	path := place(t)
	var all []Event
	from := time.Now().Add(-time.Hour).UTC().Truncate(time.Millisecond)
	for i := range 6 * fewCounted {
		e := Event{ID: int64(i + 1), Time: from.Add(time.Duration(i) * time.Millisecond), Door: DoorDNS, Host: "amazon-popular.example", Client: "192.0.2.1", Severity: SeverityAmber}
		if i%3 > 0 {
			e.Host, e.Client = "other.example", "192.0.2.2"
		}
		if i%60 == 0 {
			e.Severity, e.Door = SeverityRed, DoorGuard
		}
		all = append(all, e)
	}
	for i := range 10 {
		all[10*i].Host = "rare.example"
	}
	filled(t, path, all)
	r := reader(t, path)
	for _, tt := range []struct {
		f    Filter
		want string
	}{
		{Filter{Text: "popular", Severity: SeverityRed}, "events_class"},
		{Filter{Host: "amazon-popular.example", Severity: SeverityRed}, "events_class"},
		{Filter{Host: "other.example", Client: "192.0.2.1"}, "events_client"},
		{Filter{Text: "rare", Severity: SeverityRed}, "events_host"},
		{Filter{Text: "rare", Severity: SeverityAmber, Client: "192.0.2.1"}, "events_host"},
		{Filter{Client: "192.0.2.2", Severity: SeverityAmber}, "events_client"},
		{Filter{Text: "popular"}, "events_host"},
	} {
		err := r.view(t.Context(), func(_ *source, tx *sql.Tx) error {
			q := tt.f.query()
			p, err := q.plan(context.Background(), tx)
			if err == nil && (len(p.branches) == 0 || p.branches[0].index != tt.want) {
				t.Errorf("%+v is found by %+v, want %s", tt.f, p.branches, tt.want)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
