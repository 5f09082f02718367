package journal

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"
)

// childVar makes this test binary act as another process: its value names the
// part to play, childPathVar the journal.
const (
	childVar     = "SEKISHO_JOURNAL_TEST_CHILD"
	childPathVar = "SEKISHO_JOURNAL_TEST_PATH"
)

// children are the parts that another process can play. Each returns when its
// standard input ends, unless it is killed.
var children = map[string]func(path string) error{
	"hold":   childHold,
	"record": childRecord,
}

func TestMain(m *testing.M) {
	if part := os.Getenv(childVar); part != "" {
		if err := children[part](os.Getenv(childPathVar)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	budget, mostSkipped = testBudget, testSkipped
	goleak.VerifyTestMain(m)
}

// The bounds of a search in tests: a few thousand events exceed them.
const (
	testBudget  = 2000
	testSkipped = 500
)

// place returns a path for a journal in a directory of its own.
func place(t testing.TB) string {
	t.Helper()
	return filepath.Join(t.TempDir(), "data", "journal.db")
}

// open opens the journal at path and closes it with the test.
func open(t testing.TB, path string, o Options) *Journal {
	t.Helper()
	j, err := Open(path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.Close() })
	return j
}

// record stores e and fails the test if that fails.
func record(t testing.TB, j *Journal, e Event) Event {
	t.Helper()
	got, err := j.Record(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// recordMany stores n events made by make, from 64 callers at once, and returns
// them in ascending id.
func recordMany(t testing.TB, j *Journal, n int, make func(i int) Event) []Event {
	t.Helper()
	var (
		mu  sync.Mutex
		out []Event
		wg  sync.WaitGroup
	)
	next := 0
	for range 64 {
		wg.Go(func() {
			for {
				mu.Lock()
				i := next
				next++
				mu.Unlock()
				if i >= n {
					return
				}
				e, err := j.Record(context.Background(), make(i))
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				out = append(out, e)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	slices.SortFunc(out, func(a, b Event) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

// numbered makes plain events that differ.
func numbered(i int) Event {
	return Event{Door: DoorProxy, Action: ActionBlock, Host: fmt.Sprintf("h%d.example", i), Client: "192.0.2.7"}
}

// visiting is numbered with an incident, a name and a severity.
func visiting(i, incident int) Event {
	e := numbered(i)
	e.Incident, e.Device = fmt.Sprintf("INC%d", incident), fmt.Sprintf("pc%d", incident%3)
	e.Severity = []string{SeverityInfo, SeverityAmber, SeverityRed, ""}[i%4]
	return e
}

// reader opens the journal at path for reading and closes it with the test.
func reader(t testing.TB, path string) *Reader {
	t.Helper()
	r, err := OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	return r
}

// collect gathers what seq yields and fails the test on an error.
func collect(t testing.TB, seq iter.Seq2[Event, error]) []Event {
	t.Helper()
	var out []Event
	for e, err := range seq {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, e)
	}
	return out
}

// stored reads everything that is in the journal at path.
func stored(t testing.TB, path string) []Event {
	t.Helper()
	r, err := OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	return collect(t, r.Events(t.Context(), Filter{}))
}

func ids(events []Event) []int64 {
	out := make([]int64, len(events))
	for i, e := range events {
		out[i] = e.ID
	}
	return out
}

// await follows the journal until an event satisfies want.
func await(t testing.TB, path string, want func(Event) bool) Event {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	r, err := OpenReader(path)
	for errors.Is(err, ErrNoJournal) && ctx.Err() == nil {
		time.Sleep(retryAfter / 10) // the writer has not made it yet
		r, err = OpenReader(path)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	for e, err := range r.Follow(ctx, Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		if want(e) {
			return e
		}
	}
	t.Fatal("the event awaited did not come")
	return Event{}
}

// own returns the journal's own events among events.
func own(events []Event) (out []Event) {
	for _, e := range events {
		if e.Door == DoorSystem {
			out = append(out, e)
		}
	}
	return out
}

// observed returns a logger and what it logged.
func observed() (*zap.Logger, *observer.ObservedLogs) {
	core, logs := observer.New(zap.DebugLevel)
	return zap.New(core), logs
}

// nopLog is for tests that go below Open.
var nopLog = zap.NewNop()

func ptr[T any](v T) *T { return &v }
