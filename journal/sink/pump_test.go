package sink

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sekisho/config"
	"sekisho/journal"
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
	l.keepAll()
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

// TestGapBeforeFirst: what is deleted before a sink got anything is reported to it as
// well; but a sink that is new begins with what there is, and has missed nothing.
func TestGapBeforeFirst(t *testing.T) {
	t.Parallel()
	l := newLab(t, journal.Options{MaxSize: 1 << 20})
	s, dir := l.sink("to: events.jsonl, severity: red"), filepath.Join(l.dir, "sinks")
	l.start(Options{Sinks: []config.Sink{s}})
	until(t, "the place is kept", func() bool { _, err := readCursor(dir, s.Name); return err == nil })
	l.stop()
	l.record(6000, journal.Event{Door: "proxy", Severity: "red", Detail: strings.Repeat("x", 900), Host: "host.example"})
	until(t, "the oldest are deleted", func() bool {
		page, err := (&source{path: l.path()}).once(t, 0)
		return err == nil && page > 1
	})
	l.keepAll()
	for _, began := range []bool{false, true} {
		l.start(Options{Sinks: []config.Sink{s}})
		until(t, "the rest", func() bool { return l.set.Status()[0].Behind == 0 })
		l.stop()
		ids := lines(t, string(s.To))
		data, err := os.ReadFile(string(s.To))
		if err != nil {
			t.Fatal(err)
		}
		gaps, missed := strings.Count(string(data), `"technique":"sink-gap"`), l.set.pumps[0].counts.missed.Get()
		switch {
		case ids[0] == 1 || !slices.Equal(ids, run(ids[0], 6000)):
			t.Fatalf("%v…; want all from one that is left on", ids[:3])
		case began && (gaps != 0 || missed != 0), !began && (gaps != 1 || missed != uint64(ids[0])):
			t.Errorf("new: %t, from %d: %d reports of %d missing", began, ids[0], gaps, missed)
		}
		if err := errors.Join(os.Remove(string(s.To)), os.Remove(cursorPath(dir, s.Name))); err != nil {
			t.Fatal(err)
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
