package journal

import (
	"testing"
	"time"
)

// TestFiguresWithoutExercises: what is counted of an office leaves exercises out, and
// equals what a filter that does so finds; live events are selected alike.
func TestFiguresWithoutExercises(t *testing.T) {
	t.Parallel()
	path := place(t)
	j := open(t, path, Options{})
	r := reader(t, path)
	found := func(f Filter) (n int) {
		t.Helper()
		f.Limit = 7 // several pages
		for cursor := ""; ; {
			page, err := r.Search(t.Context(), f, cursor)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range page.Events {
				if e.Exercise() && f.NoExercise || !e.Exercise() && f.Exercise {
					t.Errorf("%+v finds %+v", f, e)
				}
			}
			if n += len(page.Events); page.Next == "" {
				return n
			}
			cursor = page.Next
		}
	}
	e := func(i int) Event {
		return Event{
			Door: DoorPage, Client: "192.0.2.1", Host: "shop.example", Action: []string{ActionBlock, ActionHold}[i%2],
			Severity: []string{SeverityRed, SeverityAmber, SeverityInfo}[i%3], Ground: "page",
		}
	}
	var all []Event
	for i := range 12 {
		all = append(all, record(t, j, e(i)))
	}
	if n := found(Filter{NoExercise: true}); n != 12 || found(Filter{Exercise: true}) != 0 {
		t.Errorf("%d events before there was an exercise", n)
	}
	for i := range 18 {
		drill := e(i)
		drill.Ground, drill.Host = GroundDrill, "q7rk2-drill.test"
		all = append(all, record(t, j, drill))
	}
	hours, err := r.Hours(t.Context(), time.Now().Add(-time.Hour), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	clients, _, err := r.Clients(t.Context(), time.Time{}, 10)
	if err != nil || len(clients) != 1 || clients[0].Events != 30 {
		t.Fatalf("clients %+v, %v", clients, err)
	}
	for severity, of := range map[string]int{SeverityRed: clients[0].Red, SeverityAmber: clients[0].Amber, SeverityInfo: 4} {
		n := 0
		for _, h := range hours {
			if h.Severity == severity {
				n += h.Events
			}
		}
		f := Filter{Severity: severity, Client: "192.0.2.1", NoExercise: true}
		if n != 4 || of != 4 || found(f) != 4 {
			t.Errorf("%s: %d in hours, %d of the client, %d found; want 4", severity, n, of, found(f))
		}
		if f.NoExercise, f.Exercise = false, true; found(f) != 6 {
			t.Errorf("%s: %d exercises; want 6", severity, found(f))
		}
	}
	for _, f := range []Filter{
		{Exercise: true},
		{NoExercise: true},
		{NoExercise: true, Text: "shop"},
		{NoExercise: true, Action: ActionHold},
		{NoExercise: true, Host: "q7rk2-drill.test"},
		{NoExercise: true, Exercise: true},
		{},
	} {
		want := 0
		for _, e := range all {
			if f.Matches(e) {
				want++
			}
		}
		if n := found(f); n != want {
			t.Errorf("%+v finds %d, and %d match", f, n, want)
		}
	}
	consistent(t, path)
}
