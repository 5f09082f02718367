package journal

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// office makes n events of an office, the same ones every time: hosts that
// repeat and hosts seen once, visits of several events, a clock that goes back.
func office(n int) []Event {
	rng := rand.New(rand.NewPCG(7, uint64(n)))
	base := time.Date(2026, 5, 6, 0, 0, 0, 0, time.UTC)
	pick := func(of ...string) string { return of[rng.IntN(len(of))] }
	var events []Event
	for i := range n {
		e := Event{
			Time: base.Add(time.Duration(i)*10*time.Second - time.Duration(rng.IntN(30))*time.Minute),
			Door: pick(DoorProxy, DoorDNS, DoorDNS), Client: fmt.Sprintf("192.0.2.%d", rng.IntN(9)),
			Action: pick(ActionBlock, ActionBlock, ActionWarn, ActionHold), Severity: pick(SeverityRed, SeverityAmber, SeverityAmber, SeverityInfo),
			Technique: pick("", "edit", "combosquat"),
		}
		switch rng.IntN(4) {
		case 0:
			e.Host = fmt.Sprintf("nr%d.amazon-%d.example", i, i%3)
		case 1:
			e.Host = "popular.example"
		default:
			e.Host = fmt.Sprintf("site%d.example", rng.IntN(50))
		}
		if rng.IntN(3) > 0 {
			e.Incident = fmt.Sprintf("INC%d", i-rng.IntN(4))
		}
		if rng.IntN(10) == 0 {
			e.Device = pick("front", "back")
			e.Account = pick("shop", "")
		}
		if i == n/10 {
			e.Technique, e.Client, e.Host = "guess-oracle", "192.0.2.77", "rare.example"
		}
		e = clean(e)
		e.ID = int64(i + 1)
		events = append(events, e)
	}
	return events
}

// filled writes events to a journal at path, without a commit for each.
func filled(t testing.TB, path string, events []Event) {
	t.Helper()
	w, err := newWriter(path, Options{Log: nopLog})
	if err != nil {
		t.Fatal(err)
	}
	for part := range slices.Chunk(events, batchSize) {
		if err := w.store.write(part); err != nil {
			t.Fatal(err)
		}
	}
	w.next = events[len(events)-1].ID + 1
	w.finish()
	if w.closeErr != nil {
		t.Fatal(w.closeErr)
	}
}

// matches is what a Filter means, said the simple way.
func matches(f Filter, e Event) bool {
	for _, p := range [][2]string{
		{f.Action, e.Action},
		{f.Host, e.Host},
		{f.Client, e.Client},
		{f.Door, e.Door},
		{f.Severity, e.Severity},
		{f.Technique, e.Technique},
		{f.Incident, e.Incident},
		{f.Device, e.Device},
		{f.Account, e.Account},
	} {
		if p[0] != "" && p[0] != p[1] {
			return false
		}
	}
	return (f.Since.IsZero() || !e.Time.Before(f.Since)) && (f.Until.IsZero() || e.Time.Before(f.Until)) &&
		strings.Contains(e.Host, strings.ToLower(f.Text)) && e.ID > f.After && (f.UpTo == 0 || e.ID <= f.UpTo)
}

// incidentsOf is what Incidents returns for events, newest first.
func incidentsOf(events []Event) (list []Incident, clients map[string]string) {
	at := map[string]int{}
	clients = map[string]string{}
	for _, e := range events {
		if e.Incident == "" {
			continue
		}
		i, ok := at[e.Incident]
		if !ok {
			i = len(list)
			at[e.Incident], clients[e.Incident] = i, e.Client
			list = append(list, Incident{ID: e.Incident, Host: e.Host, First: e.Time, Last: e.Time, State: StateOpen})
		}
		inc := &list[i]
		inc.Events++
		if e.Time.After(inc.Last) {
			inc.Last = e.Time
		}
		if inc.Events == 1 || rank(e.Severity) > rank(inc.Severity) {
			inc.Action, inc.Severity, inc.Door, inc.Technique, inc.Account, inc.Device = e.Action, e.Severity, e.Door, e.Technique, e.Account, e.Device
		}
		if e.Sent != nil && (inc.Sent == nil || *e.Sent) {
			inc.Sent = e.Sent
		}
		if !slices.Contains(inc.Clients, e.Client) && e.Client != "" {
			inc.Clients = append(inc.Clients, e.Client)
		}
	}
	slices.Reverse(list)
	return list, clients
}

// visitsOf names the incidents of several events.
func visitsOf(events []Event) (names []string) {
	n := map[string]int{}
	for _, e := range events {
		if n[e.Incident]++; n[e.Incident] == 2 && e.Incident != "" {
			names = append(names, e.Incident)
		}
	}
	return names
}

// sortedClients makes incidents comparable, in a copy: tests share what they expect.
func sortedClients(list []Incident) []Incident {
	list = slices.Clone(list)
	for i := range list {
		list[i].Clients = slices.Sorted(slices.Values(list[i].Clients))
	}
	return list
}

// countsOf is what Hours returns for events.
func countsOf(events []Event) (counts []HourCount) {
	n := map[HourCount]int{}
	for _, e := range events {
		n[HourCount{
			Hour: e.Time.Truncate(time.Hour), Door: e.Door, Action: e.Action, Severity: e.Severity,
		}]++
	}
	for c, events := range n {
		c.Events = events
		counts = append(counts, c)
	}
	return sortedCounts(counts)
}

func sortedCounts(counts []HourCount) []HourCount {
	slices.SortFunc(counts, func(a, b HourCount) int {
		return cmp.Or(a.Hour.Compare(b.Hour), cmp.Compare(fmt.Sprint(a), fmt.Sprint(b)))
	})
	return counts
}
