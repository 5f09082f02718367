package sink

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.uber.org/zap"

	"sekisho/config"
	"sekisho/journal"
	"sekisho/metrics"
)

// TestFilter sends what is asked for and moves on past the rest.
func TestFilter(t *testing.T) {
	t.Parallel()
	l := newLab(t, journal.Options{})
	s := l.sink("to: events.jsonl, severity: amber, actions: [block, hold]")
	for _, e := range []journal.Event{
		{Door: "proxy", Severity: "info", Action: "block"},
		{Door: "proxy", Severity: "amber", Action: "block"},
		{Door: "proxy", Severity: "red", Action: "warn"},
		{Door: "guard", Severity: "red", Action: "hold"},
		{Door: "system", Severity: "amber"},
	} {
		l.record(1, e)
	}
	l.start(Options{Sinks: []config.Sink{s}})
	until(t, "everything looked at", func() bool { return l.set.Status()[0].Behind == 0 })
	if got := lines(t, string(s.To)); !slices.Equal(got, []int64{2, 4}) {
		t.Errorf("sent %v; want 2 and 4", got)
	}
}

func TestNowAndStart(t *testing.T) {
	t.Parallel()
	l := newLab(t, journal.Options{})
	l.record(5, journal.Event{})
	s := l.sink("to: events.jsonl")
	s.From = "now"
	l.start(Options{Sinks: []config.Sink{s}})
	l.stop() // a cursor is there from the first moment
	l.record(2, journal.Event{})
	l.start(Options{Sinks: []config.Sink{s}})
	until(t, "the new ones", func() bool { return slices.Equal(lines(t, string(s.To)), []int64{6, 7}) })
}

// TestCrash takes a process away that has delivered and not noted it: events come
// again, and none is missing.
func TestCrash(t *testing.T) {
	t.Parallel()
	l := newLab(t, journal.Options{})
	s := l.sink("to: events.jsonl")
	l.record(10, journal.Event{})
	l.start(Options{Sinks: []config.Sink{s}})
	until(t, "ten", func() bool { return len(lines(t, string(s.To))) == 10 })
	l.stop()
	at := cursorPath(filepath.Join(l.dir, "sinks"), "one")
	old, err := os.ReadFile(at)
	if err != nil || !strings.Contains(string(old), `"id":10`) {
		t.Fatalf("cursor %s, %v", old, err)
	}
	for _, test := range []struct {
		name, cursor string
		want         []int64
		warned       bool
	}{
		{"an older cursor", strings.Replace(string(old), `"id":10`, `"id":4`, 1), run(5, 10), false},
		{"no cursor that can be read", "{", run(1, 10), true},
		{"a cursor of another journal", strings.Replace(string(old), `"id":10`, `"id":400`, 1), run(1, 10), true},
	} {
		if err := os.WriteFile(at, []byte(test.cursor), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(string(s.To)); err != nil {
			t.Fatal(err)
		}
		l.start(Options{Sinks: []config.Sink{s}})
		until(t, test.name, func() bool { return l.set.Status()[0].Behind == 0 })
		l.stop()
		if got := lines(t, string(s.To)); !slices.Equal(got, test.want) {
			t.Errorf("%s: sent %v; want %v", test.name, got, test.want)
		}
		if n := l.count("sink begins at the start of the journal"); n > 0 != test.warned {
			t.Errorf("%s: %d warnings", test.name, n)
		}
	}
}

// TestGap has retention overtake a sink.
func TestGap(t *testing.T) {
	t.Parallel()
	l := newLab(t, journal.Options{MaxSize: 1 << 20})
	s := l.sink("to: events.jsonl, severity: red")
	l.record(10, journal.Event{})
	l.start(Options{Sinks: []config.Sink{s}})
	until(t, "ten", func() bool { return len(lines(t, string(s.To))) == 10 })
	l.stop()
	l.record(6000, journal.Event{Door: "proxy", Severity: "red", Detail: strings.Repeat("x", 900), Host: "host.example"})
	until(t, "the oldest are deleted", func() bool {
		page, err := (&source{path: l.path()}).once(t, 10)
		return err == nil && page > 11
	})
	l.start(Options{Sinks: []config.Sink{s}})
	until(t, "the rest", func() bool { return l.set.Status()[0].Behind == 0 })
	l.stop()
	ids := lines(t, string(s.To))
	gap := ids[10]
	if gap < 12 || !slices.Equal(ids[10:], run(gap, 6010)) {
		t.Fatalf("after the gap: %v…; want the report and all that follows", ids[10:13])
	}
	data, _ := os.ReadFile(string(s.To))
	if n := strings.Count(string(data), `"technique":"sink-gap"`); n != 1 {
		t.Errorf("%d reports of the gap; want 1", n)
	}
	if got := l.set.pumps[0].counts.missed.Get(); got != uint64(gap-10) {
		t.Errorf("missed counts %d; want %d", got, gap-10)
	}
	if n := l.count("events are gone that a sink had not got yet"); n != 1 {
		t.Errorf("%d lines about the gap; want 1", n)
	}
}

// TestNewSinkHasNoGap: a sink that begins at the start of a journal whose oldest events
// were deleted has missed nothing of them; one that had some before has.
func TestNewSinkHasNoGap(t *testing.T) {
	t.Parallel()
	for at, want := range map[int64][]int64{0: {5, 6, 9}, 3: {4, 5, 6, 9}, 4: {5, 6, 9}} {
		p := &pump{at: cursor{ID: at}, log: zap.NewNop()}
		p.counts = newCounts(metrics.New(), p)
		var got []int64
		for _, e := range p.wanted([]journal.Event{{ID: 5}, {ID: 6}, {ID: 9, Technique: "edit"}}) {
			if got = append(got, e.ID); e.Technique == TechniqueGap && e.ID != 4 && e.ID != 8 {
				t.Errorf("from %d: a gap up to %d", at, e.ID)
			}
		}
		want = slices.Insert(want, len(want)-1, 8) // there is one for whoever begins
		if !slices.Equal(got, want) {
			t.Errorf("from %d: %v; want %v", at, got, want)
		}
	}
}

// once returns the first id behind after, with a reader of its own.
func (s *source) once(t *testing.T, after int64) (int64, error) {
	defer s.close()
	page, err := s.page(t.Context(), after)
	if len(page) == 0 {
		return 0, err
	}
	return page[0].ID, err
}
