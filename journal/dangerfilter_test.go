package journal

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// eventful are events of a few hours: red ones and others, exercises, and people who went
// on, in visits of one event to many.
func eventful(n int) (list []Event) {
	rng := rand.New(rand.NewPCG(1, 2))
	begin := time.Now().Add(-5 * time.Hour).Truncate(time.Millisecond)
	visits := make([]string, n/6)
	for i := range visits {
		visits[i] = NewIncident()
	}
	for i := range n {
		visit := rng.IntN(40) + i*(len(visits)-40)/n
		e := Event{
			Door: DoorProxy, Host: fmt.Sprintf("s%d.example", visit), Client: fmt.Sprintf("192.0.2.%d", visit%7), Incident: visits[visit],
			Time: begin.Add(time.Duration(i) * 5 * time.Hour / time.Duration(n)), Severity: SeverityAmber, Action: ActionHold, Ground: "page",
		}
		if visit%5 == 0 {
			e.Severity = SeverityRed
		} else if rng.IntN(12) == 0 {
			e.Severity = SeverityRed
		}
		if rng.IntN(8) == 0 {
			e.Action, e.Account = ActionRelease, []string{"", "shop"}[rng.IntN(2)]
		}
		if rng.IntN(3) > 0 {
			e.Sent = ptr(rng.IntN(5) == 0 || e.Action == ActionRelease)
		}
		if visit%9 == 0 {
			e.Ground = GroundDrill
		}
		e = clean(e)
		e.ID = int64(i + 1)
		list = append(list, e)
	}
	return list
}

// TestDangers holds that the figures of any time are those of the events in it, and that
// the lists have exactly those incidents.
func TestDangers(t *testing.T) {
	t.Parallel()
	path := place(t)
	all := eventful(3000)
	filled(t, path, all)
	j := open(t, path, Options{})
	r := reader(t, path)
	states := map[string]string{}
	var visits []string
	for _, e := range all {
		if !slices.Contains(visits, e.Incident) {
			visits = append(visits, e.Incident)
		}
	}
	for i, visit := range visits {
		for _, d := range [][2]string{{"", ""}, {DecisionConfirmed, ""}, {"", ""}, {DecisionFalseAlarm, DangerHarmless}, {"", ""}, {DecisionAllow, ""}}[i%6 : i%6+1] {
			if d[0] != "" {
				if err := j.Decide(t.Context(), Decision{Incident: visit, Decision: d[0], For: "24h"}); err != nil {
					t.Fatal(err)
				}
			}
			states[visit] = d[1]
		}
	}
	incidents := map[string]Incident{}
	for visit := range states {
		inc, _, err := r.IncidentByID(t.Context(), visit)
		if err != nil {
			t.Fatal(err)
		}
		incidents[visit] = inc
	}
	for name, of := range map[string][2]int{"everything": {0, 3000}, "the middle": {700, 2200}, "minutes": {1500, 1560}, "nothing": {1500, 1500}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			since, until := all[of[0]].Time, time.Now()
			if of[1] < 3000 {
				until = all[of[1]].Time
			}
			left, devices, order := map[string]bool{}, map[string]bool{}, map[string][]string{DangerReal: {}, DangerLeft: {}, DangerSent: {}, DangerUnknown: {}, DangerKept: {}, DangerHarmless: {}}
			var want Dangers
			for _, e := range all[of[0]:of[1]] {
				gone := e.Action == ActionRelease && e.Account != "" && e.Sent != nil && *e.Sent
				if e.Ground == GroundDrill || e.Severity != SeverityRed && !gone {
					continue
				}
				kind := DangerReal
				if states[e.Incident] == DangerHarmless {
					kind = DangerHarmless
				} else {
					devices[e.Client] = true
				}
				if !slices.Contains(order[kind], e.Incident) {
					order[kind] = append(order[kind], e.Incident)
				}
				if gone && kind == DangerReal && !left[e.Incident] {
					order[DangerLeft] = append(order[DangerLeft], e.Incident)
				}
				left[e.Incident] = left[e.Incident] || gone
			}
			want.Count, want.Devices, want.Harmless = len(order[DangerReal]), len(devices), len(order[DangerHarmless])
			for _, visit := range order[DangerHarmless] {
				if sent := incidents[visit].Sent; left[visit] || sent == nil || *sent {
					want.Cleared++
				}
			}
			for _, visit := range order[DangerReal] {
				outcome := DangerKept
				switch sent := incidents[visit].Sent; {
				case left[visit]:
					want.Left, want.Sent = want.Left+1, want.Sent+1
					continue
				case sent == nil:
					outcome, want.Unknown = DangerUnknown, want.Unknown+1
				case *sent:
					outcome, want.Sent = DangerSent, want.Sent+1
				}
				order[outcome] = append(order[outcome], visit)
			}
			got, err := r.Dangers(t.Context(), since, until, 0)
			if err != nil {
				t.Fatal(err)
			}
			if n := min(maxWorst, want.Sent+want.Unknown); len(got.Worst) != n || n > 0 && want.Left > 0 && !left[got.Worst[0].ID] {
				t.Errorf("%d are the worst: %+v", len(got.Worst), got.Worst)
			}
			if want.Count == 0 != (got.Newest == nil) || got.Newest != nil && got.Newest.ID != order[DangerReal][want.Count-1] {
				t.Errorf("the newest is %+v", got.Newest)
			}
			slices.Sort(got.Clients)
			want.Clients = slices.Sorted(maps.Keys(devices))
			got.Worst, got.Newest = nil, nil
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("Dangers (-want +got):\n%s", diff)
			}
			for kind, visits := range order {
				slices.Reverse(visits)
				list := allOf(t, r, IncidentFilter{Danger: kind, Since: since, Until: until, Limit: 7})
				if diff := cmp.Diff(visits, list); diff != "" {
					t.Errorf("list of %s (-want +got):\n%s", kind, diff)
				}
			}
		})
	}
}

// allOf returns the ids of the incidents of all pages.
func allOf(t *testing.T, r *Reader, f IncidentFilter) []string {
	t.Helper()
	list := []string{}
	for cursor := ""; ; {
		page, next, err := r.Incidents(t.Context(), f, cursor)
		if err != nil {
			t.Fatal(err)
		}
		for _, inc := range page {
			list = append(list, inc.ID)
		}
		if cursor = next; cursor == "" {
			return list
		}
	}
}

// TestDangersBehindMany: very many newer ones that were found harmless hide no danger. The
// figures say that there was more, the list goes on to it, and what was sent is found.
func TestDangersBehindMany(t *testing.T) {
	t.Parallel()
	path := place(t)
	var all []Event
	for i := range dangerLook() + 20 {
		e := Event{Door: DoorProxy, Host: "flood.example", Client: "192.0.2.1", Severity: SeverityRed, Incident: NewIncident(), Time: time.Now().Add(-time.Minute), Sent: ptr(false)}
		switch i {
		case 3:
			e.Host = "danger.example"
		case 5:
			e.Host, e.Client, e.Sent = "sent.example", "192.0.2.5", ptr(true)
		}
		e = clean(e)
		e.ID = int64(i + 1)
		all = append(all, e)
	}
	filled(t, path, all)
	j := open(t, path, Options{})
	r := reader(t, path)
	figures := func(upTo int64) (n Dangers) {
		t.Helper()
		n, err := r.Dangers(t.Context(), time.Time{}, time.Time{}, upTo)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := figures(0); n.Count != dangerLook()+1 || n.Sent != 1 || !n.More || n.Worst[0].Host != "sent.example" {
		t.Errorf("before a decision: %+v", n)
	}
	if err := j.Decide(t.Context(), Decision{Incident: all[9].Incident, Decision: DecisionFalseAlarm}); err != nil {
		t.Fatal(err)
	}
	for decided := ""; decided != StateFalseAlarm; { // very many are decided bit by bit
		inc, _, err := r.IncidentByID(t.Context(), all[len(all)-1].Incident)
		if err != nil {
			t.Fatal(err)
		}
		decided = inc.State
	}
	if n := figures(0); n.Count != 1 || n.Sent != 1 || n.Devices != 1 || n.Harmless != dangerLook()+1 || !n.More || n.Newest == nil || n.Newest.Host != "sent.example" {
		t.Errorf("all found harmless: %+v", n)
	}
	if n := figures(100); n.Count != 2 || n.Sent != 1 || n.Harmless != 98 || n.More {
		t.Errorf("of the first hundred: %+v", n)
	}
	list, next, err := r.Incidents(t.Context(), IncidentFilter{Danger: DangerReal, Limit: 1}, "")
	if err != nil || len(list) != 0 || next == "" {
		t.Errorf("first page %+v, %q, %v; want that it goes on", list, next, err)
	}
	if got := allOf(t, r, IncidentFilter{Danger: DangerReal}); !slices.Equal(got, []string{all[5].Incident, all[3].Incident}) {
		t.Errorf("all pages have %q", got)
	}
}
