package journal

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// rowsVar says how many events BenchmarkConsole asks: five million in earnest.
const rowsVar = "SEKISHO_JOURNAL_ROWS"

// quarter makes the events of ninety days, n of them, and writes them to path:
// visits of one to four events, hosts of which a few come often and most once
// or twice, twelve devices, one flood.
func quarter(b *testing.B, path string, n int) (from, to time.Time) {
	b.Helper()
	rng := rand.New(rand.NewPCG(1, 2))
	from = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	step := 90 * day / time.Duration(n)
	w, err := newWriter(path, Options{Log: nopLog})
	if err != nil {
		b.Fatal(err)
	}
	for _, pragma := range []string{"synchronous = OFF", "wal_autocheckpoint = 100000", "cache_size = -400000"} { // only the reading counts
		if _, err := w.store.conn.ExecContext(b.Context(), "PRAGMA "+pragma); err != nil {
			b.Fatal(err)
		}
	}
	doors := []string{DoorDNS, DoorDNS, DoorProxy, DoorGuard, DoorPage}
	techniques := []string{"combosquat", "edit", "homoglyph", "", "sign-in-copy", "unfamiliar-sign-in"}
	batch := make([]Event, 0, batchSize)
	var visit Event
	left := 0
	for i := range n {
		if left == 0 {
			left = 1 + rng.IntN(4)
			visit = Event{
				Client: fmt.Sprintf("192.0.2.%d", rng.IntN(12)), Incident: NewIncident(), Ground: "lookalike",
				Technique: techniques[rng.IntN(len(techniques))], Target: "amazon.co.jp", Score: 0.97, Detail: "amozon ~ amazon + seller",
			}
			switch h := rng.IntN(10); {
			case h < 3:
				visit.Host = fmt.Sprintf("amazon-%d.example", rng.IntN(2000))
			case h < 4 || i > n/2 && i < n/2+n/20: // the flood
				visit.Host, visit.Client = "flood.example", "192.0.2.250"
			default:
				visit.Host = fmt.Sprintf("login-%d.amazon-%d.example", rng.IntN(n/20+1), rng.IntN(3))
			}
		}
		left--
		e := visit
		e.ID, e.Time = int64(i+1), from.Add(time.Duration(i)*step)
		e.Door, e.Action, e.Severity = doors[rng.IntN(len(doors))], ActionBlock, SeverityAmber
		if rng.IntN(3) == 0 {
			e.Action = ActionWarn
		}
		if rng.IntN(50) == 0 {
			e.Severity, e.Action, e.Sent = SeverityRed, ActionHold, ptr(false)
			e.Signs, e.Fields, e.Account = []string{"brand", "form"}, []string{"password"}, "shop"
		}
		if e.Client == "192.0.2.3" {
			e.Device = "front desk"
		}
		if i == n/10 {
			e.Technique, e.Host, e.Incident = "guess-oracle", "rare.example", NewIncident()
		}
		if batch = append(batch, clean(e)); len(batch) == batchSize || i == n-1 {
			if err := w.store.write(batch); err != nil {
				b.Fatal(err)
			}
			batch = batch[:0]
		}
	}
	w.finish()
	if w.closeErr != nil {
		b.Fatal(w.closeErr)
	}
	return from, from.Add(90 * day)
}

// BenchmarkConsole asks what the console's pages ask. The metric max-ms is the
// slowest of the answers.
//
//	SEKISHO_JOURNAL_ROWS=5000000 go test -run '^$' -bench Console ./journal
func BenchmarkConsole(b *testing.B) {
	n := 50_000
	if s := os.Getenv(rowsVar); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil || n < 1000 {
			b.Fatalf("%s=%q: want a number from 1,000 on", rowsVar, s)
		}
	}
	budget, mostSkipped = scanBudget, maxSkip
	b.Cleanup(func() { budget, mostSkipped = testBudget, testSkipped })
	path := filepath.Join(b.TempDir(), "journal.db")
	start := time.Now()
	from, to := quarter(b, path, n)
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	b.Logf("%d events written in %v, %d bytes each", n, time.Since(start).Round(time.Second), info.Size()/int64(n))
	r := reader(b, path)
	var visit string
	run := func(name string, ask func() error) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			var slowest time.Duration
			for b.Loop() {
				began := time.Now()
				if err := ask(); err != nil {
					b.Fatal(err)
				}
				slowest = max(slowest, time.Since(began))
			}
			b.ReportMetric(float64(slowest.Microseconds())/1000, "max-ms")
		})
	}
	mid := from.Add(50 * day)
	for _, s := range []struct {
		name string
		f    Filter
	}{
		{"all", Filter{}},
		{"severity", Filter{Severity: SeverityRed}},
		{"door+action+severity", Filter{Door: DoorDNS, Action: ActionWarn, Severity: SeverityAmber}},
		{"rare-technique", Filter{Technique: "guess-oracle"}},
		{"host", Filter{Host: "amazon-7.example"}},
		{"flood-host+severity", Filter{Host: "flood.example", Severity: SeverityRed}},
		{"flood-host+another-client", Filter{Host: "flood.example", Client: "192.0.2.3"}},
		{"client", Filter{Client: "192.0.2.3"}},
		{"client+severity", Filter{Client: "192.0.2.3", Severity: SeverityRed}},
		{"client+rare-technique", Filter{Client: "192.0.2.3", Technique: "guess-oracle"}},
		{"device", Filter{Device: "front desk"}},
		{"account", Filter{Account: "shop"}},
		{"text-of-one", Filter{Text: "rare."}},
		{"text-of-many", Filter{Text: "login-77"}},
		{"text-of-many+rare-technique", Filter{Text: "amazon-1", Technique: "guess-oracle"}},
		{"text-of-none", Filter{Text: "no such"}},
		{"day+severity", Filter{Since: mid, Until: mid.Add(day), Severity: SeverityRed}},
		{"minute", Filter{Since: mid.Add(59 * time.Minute), Until: mid.Add(time.Hour)}},
	} {
		run("search/"+s.name, func() error { _, err := r.Search(b.Context(), s.f, ""); return err })
	}
	for _, s := range []struct {
		name string
		f    IncidentFilter
	}{
		{"all", IncidentFilter{}},
		{"open+red", IncidentFilter{State: StateOpen, Severity: SeverityRed}},
		{"confirmed", IncidentFilter{State: StateConfirmed}},
		{"host", IncidentFilter{Host: "flood.example"}},
		{"client", IncidentFilter{Client: "192.0.2.3", Severity: SeverityRed}},
		{"day", IncidentFilter{Since: mid, Until: mid.Add(day)}},
	} {
		run("incidents/"+s.name, func() error {
			list, _, err := r.Incidents(b.Context(), s.f, "")
			if len(list) > 0 {
				visit = list[0].ID
			}
			return err
		})
	}
	run("incident", func() error { _, _, err := r.IncidentByID(b.Context(), visit); return err })
	run("open", func() error { _, err := r.OpenIncidents(b.Context(), to.Add(-30*day)); return err })
	run("hours/day", func() error { _, err := r.Hours(b.Context(), to.Add(-day), to); return err })
	run("hours/month", func() error { _, err := r.Hours(b.Context(), to.Add(-30*day), to); return err })
	run("hours/all", func() error { _, err := r.Hours(b.Context(), from, to); return err })
	run("totals/month", func() error { _, err := r.Totals(b.Context(), to.Add(-30*day), to); return err })
	run("clients", func() error { _, _, err := r.Clients(b.Context(), to.Add(-day), 200); return err })
	var named []string
	for i := range maxNames {
		named = append(named, fmt.Sprintf("192.0.2.%d", i))
	}
	run("clients/named", func() error { _, _, err := r.Clients(b.Context(), time.Time{}, 0, named...); return err })
}
