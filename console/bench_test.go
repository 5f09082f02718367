package console

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"go.uber.org/zap"

	"sekisho/journal"
	"sekisho/staff"
)

const (
	// rowsVar says how many events the benchmark asks, when five million take too long.
	rowsVar = "SEKISHO_CONSOLE_ROWS"
	// fileVar names the journal's file, written by the first run and read by those after it.
	fileVar = "SEKISHO_CONSOLE_JOURNAL"
)

// BenchmarkFiveMillion asks for the pages of a journal with five million events of
// half a million hosts, by the handler: session, reading, page. The metric max-ms is
// the slowest answer; cpu-ms is the processor time of one, which is what a busy machine
// does not change. Writing the events takes ten minutes and more.
//
//	go test -run '^$' -bench FiveMillion -timeout 60m ./console
//	SEKISHO_CONSOLE_ROWS=50000 go test -run '^$' -bench FiveMillion ./console
//	SEKISHO_CONSOLE_JOURNAL=FILE go test -run '^$' -bench FiveMillion ./console
func BenchmarkFiveMillion(b *testing.B) {
	n := 5_000_000
	if text := os.Getenv(rowsVar); text != "" {
		var err error
		if n, err = strconv.Atoi(text); err != nil || n < 1000 {
			b.Fatalf("%s=%q: want a number from 1,000 on", rowsVar, text)
		}
	}
	s := start(b, func(o *Options) {
		o.Log = zap.NewNop()
		if file := os.Getenv(fileVar); file != "" {
			o.JournalFile, o.Journal = file, kept(b, file)
		}
	})
	if s.options.Journal.LastID() == 0 {
		began := time.Now()
		fill(b, s.options.Journal, n)
		b.Logf("%d events written in %v", n, time.Since(began).Round(time.Second))
	}
	visit := rareVisit(b, s)
	token, err := s.options.Staff.AddToken("bench", staff.Viewer, time.Time{})
	if err != nil {
		b.Fatal(err)
	}
	cookie := signedIn(b, s, "viewer")
	for _, path := range []string{
		"/", "/incidents", "/incidents?state=open&severity=red", "/incidents?severity=red", "/incidents?client=192.0.2.3",
		"/incidents?host=flood.example&severity=red", "/incidents?state=confirmed", "/incidents?appealed=true", "/incidents?danger=true", "/incidents?danger=harmless",
		"/incidents?danger=left", "/incidents?danger=sent", "/incidents?danger=unknown", "/incidents?danger=kept", "/incidents?danger=sent&until=10d", "/api/v1/incidents?danger=kept&since=30d",
		"/incidents?danger=true&client=192.0.2.3&since=24h", "/incidents?until=80d&severity=amber",
		"/incidents/" + visit, "/incidents/" + visit + "/report", "/events", "/events?severity=red", "/events?door=dns&action=warn&severity=amber",
		"/events?host=amazon-7.example", "/events?host=flood.example&severity=red", "/events?client=192.0.2.3", "/events?device=front+desk",
		"/events?account=shop", "/events?technique=guess-oracle", "/events?since=24h&severity=red",
		"/events?text=rare.", "/events?text=login-77", "/events?text=no+such", "/events?text=zq", "/events?text=am", "/events?text=9.", "/events?text=z", "/events?text=zq&severity=red", "/events?text=77&technique=guess-oracle",
		"/events?text=q&severity=red&client=192.0.2.3", "/events?text=xx&client=192.0.2.3&technique=edit", "/events?until=80d&severity=red", "/events?text=example&account=shop&until=85d",
		"/events?text=amazon-1&technique=guess-oracle", "/events?text=%E3%82%A2%E3%83%9E",
		"/events?text=amazon-12&severity=red&client=192.0.2.3", "/events?text=amazon-12&technique=edit&account=shop&client=192.0.2.3",
		"/events?text=amazon-12&door=guard&severity=red&limit=500", "/events?text=login-12&door=guard&severity=red&limit=500",
		"/events?text=amazon-12", "/events?text=amazon-5&severity=red&device=front+desk", "/events?text=azon-9&severity=red&client=192.0.2.3", "/events?text=azon-12&door=dns&client=192.0.2.3",
		"/events?exercise=false", "/events?exercise=true", "/events?exercise=false&client=192.0.2.3&severity=red", "/events?exercise=false&text=amazon-12",

		"/exceptions", "/clients", "/audit", "/settings", "/set-up",
		"/api/v1/status", "/api/v1/events?limit=500", "/api/v1/incidents?limit=500",
	} {
		b.Run(path[1:], func(b *testing.B) {
			b.ReportAllocs()
			var slowest time.Duration
			used := processorTime()
			for b.Loop() {
				r := httptest.NewRequest("GET", "http://"+s.Addr().String()+path, nil)
				if isAPI(r.URL.Path) {
					r.Header.Set("Authorization", "Bearer "+token)
				} else {
					r.Header.Set("Cookie", cookie)
				}
				w := httptest.NewRecorder()
				began := time.Now()
				s.plain.Handler.ServeHTTP(w, r)
				slowest = max(slowest, time.Since(began))
				if body, _ := io.ReadAll(w.Body); w.Code != http.StatusOK {
					b.Fatalf("%d %.300s", w.Code, body)
				}
			}
			b.ReportMetric(float64((processorTime()-used).Microseconds())/1000/float64(b.N), "cpu-ms")
			b.ReportMetric(float64(slowest.Microseconds())/1000, "max-ms")
		})
	}
}

// kept opens a journal that outlives the benchmark.
func kept(b *testing.B, file string) *journal.Journal {
	b.Helper()
	j, err := journal.Open(file, journal.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = j.Close() })
	return j
}

// rareVisit is the visit of the one host that fill lets come once.
func rareVisit(b *testing.B, s *Server) string {
	b.Helper()
	r, err := s.reader.get()
	if err != nil {
		b.Fatal(err)
	}
	p, err := r.Search(b.Context(), journal.Filter{Host: "rare.example", Limit: 1}, "")
	if err != nil || len(p.Events) == 0 {
		b.Fatalf("rare.example: %d events, %v", len(p.Events), err)
	}
	return p.Events[0].Incident
}

// fill records n events of the last ninety days: visits of one to four events, hosts
// of which a few come often and most once or twice, twelve devices, one flood, and one
// host that comes once.
func fill(b *testing.B, j *journal.Journal, n int) {
	b.Helper()
	const writers = 512 // a batch of the journal
	from := time.Now().Add(-90 * 24 * time.Hour)
	step := 90 * 24 * time.Hour / time.Duration(n)
	if err := j.NameClient(b.Context(), journal.ClientName{Client: "192.0.2.3", Name: "front desk", Kind: "staff"}); err != nil {
		b.Fatal(err)
	}
	doors := []string{journal.DoorDNS, journal.DoorDNS, journal.DoorProxy, journal.DoorGuard, journal.DoorPage}
	techniques := []string{"combosquat", "edit", "homoglyph", "", "sign-in-copy", "unfamiliar-sign-in"}
	rare := journal.NewIncident()
	var all sync.WaitGroup
	for k := range writers {
		all.Go(func() {
			rng := rand.New(rand.NewPCG(1, uint64(k)))
			var e journal.Event
			for i, left := k, 0; i < n; i, left = i+writers, left-1 {
				if left == 0 {
					left = 1 + rng.IntN(4)
					e = journal.Event{
						Client: fmt.Sprintf("192.0.2.%d", rng.IntN(12)), Incident: journal.NewIncident(), Ground: "lookalike",
						Technique: techniques[rng.IntN(len(techniques))], Target: "amazon.co.jp", Score: 0.97, Detail: "amozon ~ amazon + seller",
					}
					switch h := rng.IntN(10); {
					case h < 3:
						e.Host = fmt.Sprintf("amazon-%d.example", rng.IntN(2000))
					case h < 4 || i > n/2 && i < n/2+n/20: // the flood
						e.Host, e.Client = "flood.example", "192.0.2.250"
					default:
						e.Host = fmt.Sprintf("login-%d.amazon-%d.example", rng.IntN(n/20+1), rng.IntN(3))
					}
				}
				e.Time, e.Door, e.Action, e.Severity = from.Add(time.Duration(i)*step), doors[rng.IntN(len(doors))], journal.ActionBlock, journal.SeverityAmber
				e.Signs, e.Fields, e.Account, e.Sent = nil, nil, "", nil
				if rng.IntN(3) == 0 {
					e.Action = journal.ActionWarn
				}
				if rng.IntN(50) == 0 {
					sent := false
					e.Severity, e.Action, e.Sent = journal.SeverityRed, journal.ActionHold, &sent
					e.Signs, e.Fields, e.Account = []string{"brand", "form"}, []string{"password"}, "shop"
				}
				if rng.IntN(20) == 0 {
					sent := true // somebody went on
					e.Severity, e.Action, e.Sent, e.Account = journal.SeverityAmber, journal.ActionRelease, &sent, "shop"
				}
				if i == n/10 {
					e.Technique, e.Host, e.Incident = "guess-oracle", "rare.example", rare
				}
				if _, err := j.Record(b.Context(), e); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
}
