package journal

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/zap"

	"sekisho/journal/datafile"
)

// full is an event with every field set.
var full = Event{
	Time: time.Date(2026, 3, 4, 5, 6, 7, 123e6, time.UTC),
	Door: DoorGuard, Client: "192.0.2.1", Device: "受付PC", Host: "amozon.example", Action: ActionHold, Severity: SeverityRed,
	Ground: "lookalike", Technique: "edit", Target: "amazon.co.jp", Score: 0.75, Detail: "amozon ~ amazon",
	Signs: []string{"a", "b"}, Fields: []string{"password", "user.email"}, Account: "shop", Sent: ptr(false), Incident: "INC1",
}

func TestRecordAndReadBack(t *testing.T) {
	t.Parallel()
	path := place(t)
	j := open(t, path, Options{})
	before := time.Now().Add(-time.Millisecond)
	want := []Event{
		record(t, j, full),
		record(t, j, Event{Door: DoorDNS, Sent: ptr(true)}),
		record(t, j, Event{}),
	}
	if !slices.Equal(ids(want), []int64{1, 2, 3}) {
		t.Errorf("ids = %v; want 1, 2, 3", ids(want))
	}
	if at := want[2].Time; at.Before(before) || at.After(time.Now()) {
		t.Errorf("time = %v; want now", at)
	}
	first := full
	first.ID = 1
	if diff := cmp.Diff(first, want[0]); diff != "" {
		t.Errorf("Record (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, stored(t, path)); diff != "" {
		t.Errorf("stored (-want +got):\n%s", diff)
	}
	got, err := j.Incident(t.Context(), "INC1")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want[:1], got); diff != "" {
		t.Errorf("Incident (-want +got):\n%s", diff)
	}
	for _, id := range []string{"", "INC2", "' OR 1=1 --", "\x00"} {
		if got, err := j.Incident(t.Context(), id); len(got) > 0 || err != nil {
			t.Errorf("Incident(%q) = %v, %v; want nothing", id, got, err)
		}
	}
}

func TestInjection(t *testing.T) {
	t.Parallel()
	path := place(t)
	j := open(t, path, Options{})
	for _, s := range []string{
		"'; DROP TABLE events; --", "a\nb", "\x1b]0;x\x07", "\u202e", "=cmd()", "%s%d", strings.Repeat("a", 1<<20), "\xff", "{\"id\":1}",
	} {
		want := record(t, j, Event{Host: s, Detail: s, Signs: []string{s, s}, Incident: s})
		got := stored(t, path)
		if diff := cmp.Diff(want, got[len(got)-1]); diff != "" {
			t.Errorf("%.20q (-want +got):\n%s", s, diff)
		}
		if strings.ContainsFunc(want.Detail+want.Host, func(r rune) bool { return r < ' ' || r == '\u202e' }) {
			t.Errorf("%.20q is kept as it is: %q", s, want.Detail)
		}
	}
}

func TestIDsGoOn(t *testing.T) {
	t.Parallel()
	path := place(t)
	for run := range int64(3) {
		j := open(t, path, Options{})
		if e := record(t, j, numbered(0)); e.ID != run+1 {
			t.Errorf("run %d: id = %d; want %d", run, e.ID, run+1)
		}
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestRecordConcurrently(t *testing.T) {
	t.Parallel()
	path := place(t)
	j := open(t, path, Options{})
	want := recordMany(t, j, 3000, func(i int) Event {
		e := full
		e.Host = fmt.Sprintf("h%d.example", i%500)
		e.Incident = fmt.Sprint(i)
		return e
	})
	got := stored(t, path)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("stored (-want +got):\n%s", diff)
	}
	if got[0].ID != 1 || got[2999].ID != 3000 {
		t.Errorf("ids from %d to %d; want 1 to 3000", got[0].ID, got[2999].ID)
	}
}

// idle makes a journal whose writer does not run yet.
func idle(t *testing.T, path string) *Journal {
	t.Helper()
	w, err := newWriter(path, Options{Log: zap.NewNop()})
	if err != nil {
		t.Fatal(err)
	}
	return &Journal{w: w, closing: make(chan struct{}), unread: make(chan struct{}), stopped: make(chan struct{})}
}

func TestQueueFull(t *testing.T) {
	t.Parallel()
	path := place(t)
	j := idle(t, path)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for i := range queueSize { // there is room, although the context has ended
		if _, err := j.Record(ended, numbered(i)); !errors.Is(err, context.Canceled) {
			t.Fatalf("Record = %v; want the context's error", err)
		}
	}
	for range 3 {
		_, err := j.Record(ended, numbered(9999))
		if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "full") {
			t.Fatalf("Record = %v; want the context's error and the queue full", err)
		}
	}
	if n := j.Lost(); n != 3 {
		t.Errorf("Lost() = %d; want 3", n)
	}
	j.begin()
	record(t, j, numbered(5))
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	got := stored(t, path)
	if n := len(got); n != queueSize+2 {
		t.Errorf("%d events are stored; want %d that were accepted, the last and the report", n, queueSize)
	}
	report := own(got)
	if len(report) != 1 || report[0].Technique != TechniqueLost || !strings.HasPrefix(report[0].Detail, "3 records") {
		t.Errorf("reports = %+v; want one of 3 lost records", report)
	}
	if j.Lost() != 3 {
		t.Errorf("Lost() = %d; want 3", j.Lost())
	}
	if top := got[len(got)-1].ID; top != queueSize+1+3+1 {
		t.Errorf("highest id = %d; want %d with the gap of 3", top, queueSize+1+3+1)
	}
}

func TestClose(t *testing.T) {
	t.Parallel()
	path := place(t)
	j := idle(t, path)
	requests := make([]*request, 100)
	for i := range requests {
		requests[i] = &request{event: numbered(i), done: make(chan struct{})}
		if err := j.enqueue(t.Context(), requests[i]); err != nil {
			t.Fatal(err)
		}
	}
	j.begin()
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	for _, r := range requests {
		if <-r.done; r.err != nil {
			t.Errorf("Record = %v; want what was accepted before Close to be written", r.err)
		}
	}
	if n := len(stored(t, path)); n != 100 {
		t.Errorf("%d events are stored; want 100", n)
	}
	if _, err := j.Record(t.Context(), full); !errors.Is(err, ErrClosed) {
		t.Errorf("Record = %v; want ErrClosed", err)
	}
	if _, err := j.Incident(t.Context(), "INC1"); !errors.Is(err, ErrClosed) {
		t.Errorf("Incident = %v; want ErrClosed", err)
	}
	if err := j.Close(); err != nil {
		t.Errorf("second Close = %v", err)
	}
}

// TestCloseAfterReading: a stop leaves nothing beside the file, although the journal's own
// reader takes its time to close.
func TestCloseAfterReading(t *testing.T) {
	t.Parallel()
	path := place(t)
	j := open(t, path, Options{})
	record(t, j, full)
	if _, err := j.Exceptions(t.Context()); err != nil { // opens the reader
		t.Fatal(err)
	}
	j.mu.Lock() // as the reader's closing has it
	closed := make(chan error)
	go func() { closed <- j.Close() }()
	<-j.closing
	select {
	case <-j.stopped:
		t.Error("the writer ended before the reader was closed")
	case <-time.After(50 * time.Millisecond):
	}
	j.mu.Unlock()
	if err := <-closed; err != nil {
		t.Fatal(err)
	}
	for _, c := range []string{"-wal", "-shm"} {
		if datafile.Exists(path + c) {
			t.Errorf("%s is left", c)
		}
	}
}

func TestCloseWhileRecording(t *testing.T) {
	t.Parallel()
	for range 10 {
		path := place(t)
		j := open(t, path, Options{})
		results := make(chan []int64)
		for range 8 {
			go func() {
				var acked []int64
				for {
					e, err := j.Record(context.Background(), full)
					if errors.Is(err, ErrClosed) {
						results <- acked
						return
					}
					acked = append(acked, e.ID)
				}
			}()
		}
		record(t, j, full)
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
		have := ids(stored(t, path))
		for range 8 {
			for _, id := range <-results {
				if _, ok := slices.BinarySearch(have, id); !ok {
					t.Fatalf("event %d was acknowledged and is not stored", id)
				}
			}
		}
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		o    Options
		want string
	}{
		{Options{Retention: -time.Second}, "journal.retention"},
		{Options{MaxSize: -1}, "journal.max_size"},
		{Options{MaxSize: 4096}, "journal.max_size"},
	} {
		_, err := Open(filepath.Join(t.TempDir(), "journal.db"), tt.o)
		if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("Open(%+v) = %v; want an error that begins with %s", tt.o, err, tt.want)
		}
	}
}

func FuzzRecord(f *testing.F) {
	j, err := Open(filepath.Join(f.TempDir(), "journal.db"), Options{})
	if err != nil {
		f.Fatal(err)
	}
	defer func() { _ = j.Close() }()
	r := reader(f, j.w.path)
	f.Add("a.example", "192.0.2.1", "block", "x", int64(0), 0.5, 1)
	f.Add("", "\x00", "\n", "\u202e", int64(-1), -1.0, -1)
	f.Add("' OR ''='", "%", "_", "\xff", int64(1)<<62, 1e308, 1<<30)
	f.Fuzz(func(t *testing.T, host, client, action, other string, ms int64, score float64, limit int) {
		e := Event{
			Time: time.UnixMilli(ms), Host: host, Client: client, Action: action, Door: other, Severity: other, Technique: other,
			Detail: other, Signs: []string{other, host}, Score: score, Incident: other,
		}
		want := record(t, j, e)
		filter := Filter{
			After: want.ID - 1, Host: host, Client: client, Action: action, Door: other, Severity: other, Technique: other,
			Incident: other, Since: want.Time, Until: want.Time.Add(time.Millisecond), Limit: limit,
		}
		got := collect(t, r.Events(t.Context(), filter))
		if diff := cmp.Diff([]Event{want}, got); diff != "" {
			t.Errorf("read back (-want +got):\n%s", diff)
		}
	})
}
