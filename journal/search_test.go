package journal

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// enough events that a search for few of them has to give up in between.
const enough = 2*testBudget + 500

// pages turns all pages of a search, and returns the events and how many pages
// there were.
func pages(t *testing.T, r *Reader, f Filter) (events []Event, n int) {
	t.Helper()
	for cursor := ""; ; n++ {
		page, err := r.Search(t.Context(), f, cursor)
		if err != nil {
			t.Fatal(err)
		}
		if limit := pageLimit(f.Limit); len(page.Events) > limit {
			t.Fatalf("a page of %d events; want at most %d", len(page.Events), limit)
		}
		events = append(events, page.Events...)
		if cursor = page.Next; cursor == "" {
			return events, n + 1
		}
	}
}

func TestSearch(t *testing.T) {
	t.Parallel()
	path := place(t)
	all := office(enough)
	filled(t, path, all)
	consistent(t, path)
	r := reader(t, path)
	mid := all[len(all)/2].Time
	for _, tt := range []struct {
		name string
		f    Filter
	}{
		{"all", Filter{}},
		{"host", Filter{Host: "site7.example"}},
		{"host and severity", Filter{Host: "popular.example", Severity: SeverityRed, Technique: "edit"}},
		{"host and client", Filter{Host: "popular.example", Client: "192.0.2.3"}},
		{"rare host of a client", Filter{Host: "rare.example", Client: "192.0.2.77"}},
		{"client", Filter{Client: "192.0.2.3"}},
		{"client and severity", Filter{Client: "192.0.2.3", Severity: SeverityRed}},
		{"client and rare technique", Filter{Client: "192.0.2.77", Technique: "guess-oracle"}},
		{"severity", Filter{Severity: SeverityRed}},
		{"action and door", Filter{Action: ActionHold, Door: DoorProxy}},
		{"rare technique", Filter{Technique: "guess-oracle"}},
		{"none: technique", Filter{Technique: "none"}},
		{"device", Filter{Device: "front"}},
		{"device and severity", Filter{Device: "front", Severity: SeverityAmber}},
		{"account", Filter{Account: "shop"}},
		{"account and device", Filter{Account: "shop", Device: "back"}},
		{"incident", Filter{Incident: visitsOf(all)[0]}},
		{"none: incident", Filter{Incident: "none"}},
		{"text of few hosts", Filter{Text: "SITE7."}},
		{"text of many hosts", Filter{Text: "amazon-1"}},
		{"text of many hosts and client", Filter{Text: "amazon-1", Client: "192.0.2.3", Severity: SeverityRed}},
		{"text of all hosts, rare technique", Filter{Text: "example", Technique: "guess-oracle"}},
		{"text of many old hosts", Filter{Text: "nr1"}},
		{"two letters of many old hosts", Filter{Text: "r1"}},
		{"two letters at the end of few", Filter{Text: "7."}},
		{"two letters of all", Filter{Text: "le"}},
		{"none: two letters", Filter{Text: "zq"}},
		{"none: a quote and a letter", Filter{Text: "\"a"}},
		{"short: a letter", Filter{Text: "9"}},
		{"text of nearly all hosts", Filter{Text: "example"}},
		{"none: text", Filter{Text: "%"}},
		{"text of some hosts and an account", Filter{Text: "site", Account: "shop"}},
		{"text, account, client and severity", Filter{Text: "example", Account: "shop", Client: "192.0.2.3", Severity: SeverityRed}},
		{"text and an incident", Filter{Text: "e", Incident: visitsOf(all)[0]}},
		{"none: text and an incident of another host", Filter{Text: "zzz", Incident: visitsOf(all)[0]}},
		{"text and host", Filter{Text: "site", Host: "site7.example"}},
		{"none: text and another host", Filter{Text: "amazon", Host: "site7.example"}},
		{"since", Filter{Since: mid}},
		{"until and severity", Filter{Until: mid, Severity: SeverityRed}},
		{"an hour of a client", Filter{Since: mid, Until: mid.Add(time.Hour), Client: "192.0.2.3"}},
		{"after", Filter{After: int64(len(all) - 100)}},
		{"up to", Filter{UpTo: 100}},
		{"after and up to, of a client", Filter{After: 50, UpTo: int64(len(all) - 7), Client: "192.0.2.3"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var want []Event
			for _, e := range all {
				if tt.f.Matches(e) != matches(tt.f, e) {
					t.Fatalf("Matches(%+v) = %v", e, tt.f.Matches(e))
				}
				if matches(tt.f, e) {
					want = append(want, e)
				}
			}
			if diff := cmp.Diff(want, collect(t, r.Events(t.Context(), tt.f))); diff != "" {
				t.Errorf("Events (-want +got):\n%.2000s", diff)
			}
			if none := strings.HasPrefix(tt.name, "none: "); none != (len(want) == 0) {
				t.Errorf("%d events match", len(want))
			}
			slices.Reverse(want)
			tt.f.Limit = 400
			got, n := pages(t, r, tt.f)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("Search (-want +got):\n%.2000s", diff)
			}
			if most := 2 + len(want)/400 + enough*5/2/testBudget; n > most {
				t.Errorf("%d pages; want at most %d", n, most)
			}
			if last := len(want); last > 3 && !strings.HasPrefix(tt.name, "short: ") { // a letter is paged for
				tt.f.Limit = 3
				page, err := r.Search(t.Context(), tt.f, "")
				if err != nil || !cmp.Equal(want[:3], page.Events) {
					t.Errorf("the first three are %v, %v; want %v", ids(page.Events), err, ids(want[:3]))
				}
			}
		})
	}
}

// TestSearchWhileRecording turns pages while events arrive: none is doubled or
// left out, and the time range stays that of the first page.
func TestSearchWhileRecording(t *testing.T) {
	t.Parallel()
	path := place(t)
	j := open(t, path, Options{})
	start := time.Now().Add(-time.Hour).Truncate(time.Millisecond)
	for i := range 20 {
		e := numbered(i)
		e.Time = start.Add(time.Duration(i) * time.Second)
		record(t, j, e)
	}
	r := reader(t, path)
	f := Filter{Since: start.Add(5 * time.Second), Limit: 4}
	var got []int64
	for cursor := ""; ; {
		page, err := r.Search(t.Context(), f, cursor)
		if err != nil {
			t.Fatal(err)
		}
		if !page.Since.Equal(start.Add(5*time.Second)) || !page.Until.IsZero() {
			t.Errorf("range = %v to %v; want that of the first page", page.Since, page.Until)
		}
		got = append(got, ids(page.Events)...)
		if cursor = page.Next; cursor == "" {
			break
		}
		record(t, j, numbered(1))
		f.Since = f.Since.Add(time.Minute) // "the last hour", a minute later
	}
	want := []int64{20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6}
	if !slices.Equal(got, want) {
		t.Errorf("ids = %v; want %v", got, want)
	}
}
