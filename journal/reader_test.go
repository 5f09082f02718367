package journal

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sekisho/journal/datafile"
)

func TestFilter(t *testing.T) {
	t.Parallel()
	path := place(t)
	j := open(t, path, Options{})
	base := time.Date(2026, 3, 4, 5, 0, 0, 0, time.UTC)
	at := func(minutes int) time.Time { return base.Add(time.Duration(minutes) * time.Minute) }
	for _, e := range []Event{
		{Time: at(0), Host: "a.example", Client: "192.0.2.1", Door: DoorProxy, Action: ActionBlock, Severity: SeverityRed, Technique: "edit", Incident: "I1"},
		{Time: at(30), Host: "b.example", Client: "192.0.2.1", Door: DoorDNS, Action: ActionBlock, Severity: SeverityAmber},
		{Time: at(90), Host: "a.example", Client: "192.0.2.11", Door: DoorProxy, Action: ActionWarn, Incident: "I2"},
		{Time: at(10), Host: "xa.example", Client: "2001:db8::1", Door: DoorProxy, Action: ActionAllow}, // the clock went back
		{Time: at(200), Host: "a.example.com", Client: "192.0.2.1", Door: DoorGuard, Action: ActionHold, Severity: SeverityRed, Technique: "edit"},
	} {
		record(t, j, e)
	}
	r := reader(t, path)
	for _, tt := range []struct {
		name string
		f    Filter
		want []int64
	}{
		{"all", Filter{}, []int64{1, 2, 3, 4, 5}},
		{"host", Filter{Host: "a.example"}, []int64{1, 3}},
		{"host, no part of it", Filter{Host: "example"}, nil},
		{"host, no pattern", Filter{Host: "%"}, nil},
		{"unknown host", Filter{Host: "c.example"}, nil},
		{"client", Filter{Client: "192.0.2.1"}, []int64{1, 2, 5}},
		{"door", Filter{Door: DoorProxy}, []int64{1, 3, 4}},
		{"action", Filter{Action: ActionBlock}, []int64{1, 2}},
		{"severity", Filter{Severity: SeverityRed}, []int64{1, 5}},
		{"technique", Filter{Technique: "edit"}, []int64{1, 5}},
		{"incident", Filter{Incident: "I2"}, []int64{3}},
		{"several", Filter{Host: "a.example", Action: ActionWarn, Door: DoorProxy}, []int64{3}},
		{"several, none", Filter{Host: "a.example", Action: ActionHold}, nil},
		{"since", Filter{Since: at(30)}, []int64{2, 3, 5}},
		{"since, a moment later", Filter{Since: at(30).Add(time.Nanosecond)}, []int64{3, 5}},
		{"until", Filter{Until: at(30)}, []int64{1, 4}},
		{"until, a moment later", Filter{Until: at(30).Add(time.Millisecond)}, []int64{1, 2, 4}},
		{"since and until", Filter{Since: at(5), Until: at(100)}, []int64{2, 3, 4}},
		{"until before since", Filter{Since: at(100), Until: at(5)}, nil},
		{"since the future", Filter{Since: at(1e6)}, nil},
		{"until 1969", Filter{Until: time.Unix(-1, 0)}, nil},
		{"since the year 1", Filter{Since: time.Date(1, 1, 1, 0, 0, 0, 1, time.UTC)}, []int64{1, 2, 3, 4, 5}},
		{"after", Filter{After: 3}, []int64{4, 5}},
		{"after the end", Filter{After: 5}, nil},
		{"after a negative id", Filter{After: -7}, []int64{1, 2, 3, 4, 5}},
		{"limit is the newest", Filter{Limit: 2}, []int64{4, 5}},
		{"limit of a host", Filter{Host: "a.example", Limit: 1}, []int64{3}},
		{"limit beyond", Filter{Limit: 100}, []int64{1, 2, 3, 4, 5}},
		{"negative limit", Filter{Limit: -1}, []int64{1, 2, 3, 4, 5}},
		{"limit after is the next", Filter{After: 1, Limit: 2}, []int64{2, 3}},
		{"limit after, filtered", Filter{After: 1, Limit: 1, Door: DoorProxy}, []int64{3}},
		{"limit since", Filter{Since: at(10), Limit: 3}, []int64{3, 4, 5}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var want []int64
			if got := ids(collect(t, r.Events(t.Context(), tt.f))); !cmp.Equal(got, append(want, tt.want...), cmp.Transformer("empty", func(s []int64) string { return fmt.Sprint(s) })) {
				t.Errorf("ids = %v; want %v", got, tt.want)
			}
		})
	}
}

// TestPages reads more than fits a page, with limits around its size.
func TestPages(t *testing.T) {
	t.Parallel()
	path := place(t)
	j := open(t, path, Options{})
	const n = 2*pageSize + 37
	recordMany(t, j, n, numbered)
	r := reader(t, path)
	for _, limit := range []int{0, 1, pageSize - 1, pageSize, pageSize + 1, 2 * pageSize, n, n + 1} {
		want := limit
		if limit == 0 || limit > n {
			want = n
		}
		got := ids(collect(t, r.Events(t.Context(), Filter{Limit: limit})))
		if len(got) != want || got[0] != int64(n-want+1) || got[want-1] != n {
			t.Errorf("limit %d: %d events from %d; want the newest %d", limit, len(got), got[0], want)
		}
		var paged []int64
		for after := int64(1); limit > 0; {
			page := ids(collect(t, r.Events(t.Context(), Filter{After: after, Limit: limit})))
			if len(page) == 0 {
				break
			}
			paged = append(paged, page...)
			if after = page[len(page)-1]; limit == 1 && after > 50 {
				break
			}
		}
		for i, id := range paged {
			if id != int64(i+2) {
				t.Fatalf("limit %d: event %d comes as number %d", limit, id, i)
			}
		}
	}
	for _, err := range r.Events(t.Context(), Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		break // and no goroutine or transaction is left behind
	}
}

func TestOpenReaderErrors(t *testing.T) {
	t.Parallel()
	path := place(t)
	if _, err := OpenReader(path); !errors.Is(err, ErrNoJournal) || !strings.Contains(err.Error(), path) {
		t.Errorf("OpenReader = %v; want ErrNoJournal and the path", err)
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("OpenReader left something behind: %v", err)
	}
	made(t, path, 1)
	replace(t, path, nil)
	if _, err := OpenReader(path); !errors.Is(err, ErrNoJournal) {
		t.Errorf("OpenReader of an empty file = %v; want ErrNoJournal", err)
	}
	replace(t, path, noise(5000))
	if _, err := OpenReader(path); err == nil || !strings.Contains(err.Error(), "not a SQLite database") {
		t.Errorf("OpenReader of noise = %v; want it to be refused", err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	execSQL(t, path, "CREATE TABLE cookies (name TEXT)")
	if _, err := OpenReader(path); err == nil || !strings.Contains(err.Error(), "another program") {
		t.Errorf("OpenReader of another database = %v; want it to be refused", err)
	}
}

func TestReaderEnds(t *testing.T) {
	t.Parallel()
	path := place(t)
	j := open(t, path, Options{})
	recordMany(t, j, 3*pageSize, numbered)
	r := reader(t, path)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n := 0
	for _, err := range r.Events(ctx, Filter{}) {
		if err != nil {
			if !errors.Is(err, context.Canceled) {
				t.Errorf("Events = %v; want the context's error", err)
			}
			break
		}
		n++
		cancel()
	}
	if n == 0 || n > pageSize {
		t.Errorf("%d events after the context ended; want the rest of a page at most", n)
	}
	n = 0
	for _, err := range r.Events(t.Context(), Filter{}) {
		if err != nil {
			if !errors.Is(err, ErrClosed) {
				t.Errorf("Events = %v; want ErrClosed", err)
			}
			break
		}
		if n++; n == 1 {
			if err := r.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if n != pageSize {
		t.Errorf("%d events after Close; want the rest of the page", n)
	}
	if err := r.Close(); err != nil {
		t.Errorf("second Close = %v", err)
	}
}

func TestFollow(t *testing.T) {
	t.Parallel()
	path := place(t)
	j := open(t, path, Options{})
	for i := range 5 {
		record(t, j, numbered(i%2))
	}
	r := reader(t, path)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var got []int64
	for e, err := range r.Follow(ctx, Filter{Host: "h0.example", Limit: 2}) {
		if err != nil {
			t.Fatal(err)
		}
		switch got = append(got, e.ID); len(got) {
		case 2, 3:
			record(t, j, numbered(1))
			record(t, j, numbered(0))
		case 4: // a host that was unknown so far, and many at once
			recordMany(t, j, 2*pageSize, func(int) Event { return numbered(0) })
		case 4 + 2*pageSize:
			cancel()
		}
	}
	if fmt.Sprint(got[:4]) != "[3 5 7 9]" || len(got) != 4+2*pageSize {
		t.Errorf("followed %d events, first %v; want %d, first [3 5 7 9]", len(got), got[:4], 4+2*pageSize)
	}
	for e, err := range r.Follow(ctx, Filter{}) {
		t.Errorf("Follow with a context that ended gave %v, %v", e, err)
	}
}

// TestFollowThroughReplacement goes on when the journal becomes another file.
func TestFollowThroughReplacement(t *testing.T) {
	t.Parallel()
	path := place(t)
	j := open(t, path, Options{})
	record(t, j, Event{Host: "first.example"})
	r := reader(t, path)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var hosts []string
	for e, err := range r.Follow(ctx, Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		switch hosts = append(hosts, e.Host); e.Host {
		case "first.example":
			if err := j.Close(); err != nil {
				t.Fatal(err)
			}
			if _, err := datafile.MoveAside(path, time.Now()); err != nil {
				t.Skipf("an open file cannot be moved here: %v", err)
			}
			j = open(t, path, Options{})
			record(t, j, Event{Host: "second.example"})
		case "second.example":
			cancel()
		}
	}
	if diff := cmp.Diff([]string{"first.example", "", "second.example"}, hosts); diff != "" && strings.Join(hosts, "") != "first.examplesecond.example" {
		t.Errorf("followed (-want +got):\n%s", diff)
	}
}
