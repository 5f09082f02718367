package journal

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const day = 24 * time.Hour

func TestExpired(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name string
		ages []int // days, by ascending id; negative is the future
		want int   // how many are older than 90 days
	}{
		{"none", nil, 0},
		{"all young", []int{89, 50, 1}, 0},
		{"some old", []int{200, 100, 91, 90, 1}, 3},
		{"all old", []int{200, 100}, 2},
		{"clock went back later", []int{50, 40, 700, 30}, 0},
		{"clock went back among the old", []int{100, 700, 95, 30}, 3},
		{"clock had been ahead, then old ones", []int{-700, 100, 30}, 2},
		{"clock had been ahead, then young ones", []int{100, -700, 30}, 1},
		{"clock is ahead", []int{100, -700, -701}, 1},
		{"seconds ahead", []int{0, 100}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var times []int64
			for _, d := range tt.ages {
				times = append(times, toMillis(now.AddDate(0, 0, -d)))
			}
			if got := expired(times, toMillis(now.AddDate(0, 0, -90)), toMillis(now)); got != tt.want {
				t.Errorf("expired = %d; want %d", got, tt.want)
			}
		})
	}
}

func TestClockGuard(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	type look struct {
		now     time.Duration // since start, by the wall clock
		running time.Duration
		want    bool
	}
	for _, tt := range []struct {
		name   string
		newest time.Time
		looks  []look
	}{
		{"empty journal", time.Time{}, []look{{0, 0, true}, {time.Hour, time.Hour, true}}},
		{"used yesterday", start.Add(-day), []look{{0, 0, true}}},
		{"unused for a month", start.Add(-30 * day), []look{{0, 0, false}, {30 * time.Minute, 30 * time.Minute, false}, {time.Hour, time.Hour, true}}},
		{"two years ahead, set right", start, []look{{730 * day, 0, false}, {10 * time.Minute, 10 * time.Minute, false}, {2 * time.Hour, 2 * time.Hour, true}}},
		{"leap while running", start, []look{{0, 0, true}, {730 * day, time.Minute, false}, {730*day + time.Minute, 2 * time.Minute, false}}},
		{"clock goes back", start, []look{{0, 0, true}, {-730 * day, time.Minute, true}, {-730*day + time.Minute, 2 * time.Minute, true}}},
		{"journal from the future", start.Add(730 * day), []look{{0, 0, true}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var g clockGuard
			for i, l := range tt.looks {
				if got := g.trusts(start.Add(l.now), l.running, tt.newest); got != l.want {
					t.Errorf("look %d: trusts = %v; want %v", i, got, l.want)
				}
			}
		})
	}
}

// aged makes events that get younger by a minute each, the first some days old.
func aged(days, i int) Event {
	e := numbered(i)
	e.Time = time.Now().Add(-time.Duration(days)*day + time.Duration(i)*time.Second)
	return e
}

// swept opens the journal at path with o and waits until retention is done.
func swept(t *testing.T, path string, o Options) {
	t.Helper()
	w, err := newWriter(path, o)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; w.sweep.active; i++ {
		if w.step(); i > 10000 {
			t.Fatal("retention does not come to an end")
		}
	}
	w.finish()
	if w.closeErr != nil || w.failing != nil {
		t.Fatal(w.closeErr, w.failing)
	}
}

// words counts the words of a kind in the file at path.
func words(t *testing.T, path string, kind int) (n int) {
	t.Helper()
	db, err := sql.Open("sqlite", dsn(path, "ro"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if err := db.QueryRowContext(t.Context(), "SELECT count(*) FROM words WHERE kind = ?", kind).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestRetentionByAge(t *testing.T) {
	t.Parallel()
	path := place(t)
	j := open(t, path, Options{})
	for i := range 600 {
		e := aged(100, i)
		if i < 100 {
			e.Host = "also-young.example"
		}
		r := &request{event: clean(e), done: make(chan struct{})}
		if err := j.enqueue(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	var young []Event
	for i := range 50 {
		e := aged(10, i)
		if i == 0 {
			e.Host = "also-young.example"
		}
		young = append(young, record(t, j, e))
	}
	young = append(young, record(t, j, Event{Host: "now.example"}))
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	swept(t, path, Options{Retention: 90 * day, Log: nopLog})
	if diff := cmp.Diff(young, stored(t, path)); diff != "" {
		t.Errorf("left (-want +got):\n%s", diff)
	}
	if n := words(t, path, kindHost); n != 51 {
		t.Errorf("%d hosts are left in the dictionary; want 51", n)
	}
	if n := words(t, path, kindClient); n != 1 {
		t.Errorf("%d clients are left in the dictionary; want 1", n)
	}
	// Time ranges still find what is left, and ids go on.
	r := reader(t, path)
	if got := collect(t, r.Events(t.Context(), Filter{Since: time.Now().Add(-50 * day)})); len(got) != 51 {
		t.Errorf("%d events since 50 days ago; want 51", len(got))
	}
	consistent(t, path)
	swept(t, path, Options{Retention: time.Nanosecond, Log: nopLog})
	consistent(t, path)
	if n := len(stored(t, path)); n != 0 {
		t.Errorf("%d events are left; want none", n)
	}
	j = open(t, path, Options{})
	if e := record(t, j, full); e.ID != 652 {
		t.Errorf("id = %d after everything was deleted; want 652", e.ID)
	}
	if reports := own(stored(t, path)); len(reports) > 0 {
		t.Errorf("deleting by age is reported as a loss: %+v", reports)
	}
}

func TestRetentionBySize(t *testing.T) {
	t.Parallel()
	path := place(t)
	const limit = 1 << 20
	j := open(t, path, Options{MaxSize: limit})
	detail := strings.Repeat("x", 500)
	last := int64(0)
	for round := range 4 {
		events := recordMany(t, j, 1000, func(i int) Event {
			return Event{Host: fmt.Sprintf("%d-%d.example", round, i), Detail: detail}
		})
		last = events[len(events)-1].ID
		if size := filesSize(t, path); size > 2*limit { // a batch of these takes half of it
			t.Errorf("after %d events the journal takes %d bytes; want not much more than %d", last, size, limit)
		}
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	swept(t, path, Options{MaxSize: limit, Log: nopLog})
	if size := filesSize(t, path); size > limit {
		t.Errorf("the journal takes %d bytes; want at most %d", size, limit)
	}
	got := ids(stored(t, path))
	if len(got) < 300 || got[len(got)-1] != last || got[len(got)-1]-got[0] != int64(len(got)-1) {
		t.Errorf("%d events from %d to %d are left; want the newest, without gaps", len(got), got[0], got[len(got)-1])
	}
	if n := words(t, path, kindHost); n != len(got) {
		t.Errorf("%d hosts in the dictionary; want %d", n, len(got))
	}
	consistent(t, path)
	// A smaller file needs a vacuum, too.
	before := filesSize(t, path)
	swept(t, path, Options{Retention: time.Nanosecond, Log: nopLog})
	if after := filesSize(t, path); after > before/4 {
		t.Errorf("the empty journal takes %d bytes of %d; want the room given back", after, before)
	}
}

// TestRetentionUnderLoad deletes while callers record and a reader reads.
func TestRetentionUnderLoad(t *testing.T) {
	t.Parallel()
	path := place(t)
	j := open(t, path, Options{MaxSize: 1 << 20, Retention: 90 * day})
	record(t, j, full)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		r, err := OpenReader(path)
		if err != nil {
			done <- err
			return
		}
		defer func() { _ = r.Close() }()
		last := int64(0)
		for e, err := range r.Follow(ctx, Filter{}) {
			switch {
			case err != nil:
				done <- err
				return
			case e.ID <= last:
				done <- fmt.Errorf("id %d after %d", e.ID, last)
				return
			case e.Host == "" && e.Door != DoorSystem:
				done <- fmt.Errorf("event %d lost its host", e.ID)
				return
			}
			last = e.ID
		}
		done <- nil
	}()
	recordMany(t, j, 3000, func(i int) Event {
		e := visiting(i, i/5)
		e.Detail = strings.Repeat("y", 300)
		return e
	})
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	consistent(t, path)
	if j.Lost() != 0 {
		t.Errorf("Lost() = %d; want 0", j.Lost())
	}
}

func filesSize(t *testing.T, path string) (size int64) {
	t.Helper()
	for _, suffix := range []string{"", "-wal"} {
		if info, err := os.Stat(path + suffix); err == nil {
			size += info.Size()
		}
	}
	return size
}
