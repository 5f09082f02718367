package journal

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestIncidents(t *testing.T) {
	t.Parallel()
	path := place(t)
	all := office(4000)
	filled(t, path, all)
	r := reader(t, path)
	list, clients := incidentsOf(all)
	mid := all[len(all)/2].Time
	for _, tt := range []struct {
		name string
		f    IncidentFilter
	}{
		{"all", IncidentFilter{}},
		{"red", IncidentFilter{Severity: SeverityRed}},
		{"info", IncidentFilter{Severity: SeverityInfo}},
		{"host", IncidentFilter{Host: "popular.example"}},
		{"client", IncidentFilter{Client: "192.0.2.3"}},
		{"host, client and severity", IncidentFilter{Host: "popular.example", Client: "192.0.2.3", Severity: SeverityAmber}},
		{"open", IncidentFilter{State: StateOpen}},
		{"confirmed", IncidentFilter{State: StateConfirmed}},
		{"no such state", IncidentFilter{State: "x"}},
		{"no such severity", IncidentFilter{Severity: "x"}},
		{"appealed", IncidentFilter{Appealed: true}},
		{"since", IncidentFilter{Since: mid}},
		{"until", IncidentFilter{Until: mid, Severity: SeverityRed}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var want, got []Incident
			for _, inc := range list {
				if (tt.f.Severity == "" || tt.f.Severity == inc.Severity) && (tt.f.Host == "" || tt.f.Host == inc.Host) &&
					(tt.f.Client == "" || tt.f.Client == clients[inc.ID]) && (tt.f.State == "" || tt.f.State == inc.State) && !tt.f.Appealed &&
					(tt.f.Since.IsZero() || !inc.First.Before(tt.f.Since)) && (tt.f.Until.IsZero() || inc.First.Before(tt.f.Until)) {
					want = append(want, inc)
				}
			}
			tt.f.Limit = 300
			for cursor := ""; ; {
				page, next, err := r.Incidents(t.Context(), tt.f, cursor)
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, page...)
				if cursor = next; cursor == "" {
					break
				}
			}
			if diff := cmp.Diff(sortedClients(want), sortedClients(got)); diff != "" {
				t.Errorf("Incidents (-want +got):\n%.2000s", diff)
			}
		})
	}
}

// TestRollups compares the figures with the events, before and after retention
// took some.
func TestRollups(t *testing.T) {
	t.Parallel()
	path := place(t)
	all := office(3000)
	filled(t, path, all)
	for range 4 {
		consistent(t, path)
		r := reader(t, path)
		counts, err := r.Hours(t.Context(), all[0].Time.Add(-time.Hour), all[len(all)-1].Time.Add(2*time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(countsOf(all), sortedCounts(counts)); diff != "" {
			t.Errorf("Hours (-want +got):\n%.2000s", diff)
		}
		seen, _, err := r.Clients(t.Context(), time.Time{}, 100)
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]string{}
		for _, e := range all {
			events, red := 0, 0
			var last time.Time
			for _, o := range all {
				if o.Client == e.Client && want[e.Client] == "" {
					events++
					if o.Severity == SeverityRed {
						red++
					}
					last = o.Time
				}
			}
			if want[e.Client] == "" {
				want[e.Client] = fmt.Sprint(events, red, !last.IsZero())
			}
		}
		got := map[string]string{}
		for _, c := range seen {
			got[c.Client] = fmt.Sprint(c.Events, c.Red, !c.Last.IsZero())
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Clients (-want +got):\n%s", diff)
		}
		s, err := openStore(path, walSize, nil)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			n, err := s.dropOldest(time.Time{}, sliceRows)
			if err != nil {
				t.Fatal(err)
			}
			all = all[n:]
		}
		if err := s.close(); err != nil {
			t.Fatal(err)
		}
	}
}
