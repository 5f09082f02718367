package sink

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"sekisho/config"
	"sekisho/journal"
	"sekisho/metrics"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// lab is a journal with sinks, which can be stopped and started again.
type lab struct {
	t        testing.TB
	dir      string
	journal  *journal.Journal
	registry *metrics.Registry
	logged   *observer.ObservedLogs
	set      *Set
	stop     func()
}

func newLab(t testing.TB, o journal.Options) *lab {
	t.Helper()
	l := &lab{t: t, dir: t.TempDir(), stop: func() {}}
	j, err := journal.Open(l.path(), o)
	if err != nil {
		t.Fatal(err)
	}
	l.journal = j
	t.Cleanup(func() {
		l.stop()
		if err := l.journal.Close(); err != nil {
			t.Error(err)
		}
	})
	return l
}

// keepAll opens the journal anew, from now on without a limit: nothing more is deleted.
func (l *lab) keepAll() {
	l.t.Helper()
	if err := l.journal.Close(); err != nil {
		l.t.Error(err)
	}
	j, err := journal.Open(l.path(), journal.Options{})
	if err != nil {
		l.t.Fatal(err)
	}
	l.journal = j
}

func (l *lab) path() string { return filepath.Join(l.dir, "journal.db") }

// sink returns a sink to target, as config reads it.
func (l *lab) sink(keys string) config.Sink {
	l.t.Helper()
	c, err := config.Parse(filepath.Join(l.dir, "sekisho.yaml"), []byte("sinks: [{name: one, from: start, "+keys+"}]\n"))
	if err != nil {
		l.t.Fatal(err)
	}
	return c.Sinks[0]
}

// start serves sinks until stop, as one life of the process.
func (l *lab) start(o Options) {
	l.t.Helper()
	core, logged := observer.New(zap.DebugLevel)
	l.registry, l.logged = metrics.New(), logged
	o.Dir, o.Path, o.Journal, o.Version = filepath.Join(l.dir, "sinks"), l.path(), l.journal, "1.2.3"
	o.Metrics, o.Log, o.wait = l.registry, zap.New(core), 5*time.Millisecond
	set, err := New(o)
	if err != nil {
		l.t.Fatal(err)
	}
	l.set = set
	ctx, cancel := context.WithCancel(context.Background()) // outlives the test's cleanup
	done := make(chan error, 1)
	go func() { done <- set.Serve(ctx) }()
	l.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			l.t.Errorf("Serve: %v", err)
		}
	})
}

// record makes n events durable, at once and so in any order, and returns them.
func (l *lab) record(n int, like journal.Event) {
	l.t.Helper()
	if like.Door == "" {
		like = journal.Event{
			Door: journal.DoorProxy, Client: "192.0.2.7", Host: "amozon.example", Action: journal.ActionBlock,
			Severity: journal.SeverityRed, Ground: "lookalike", Technique: "combosquat", Target: "amazon.co.jp", Score: 0.97,
			Detail: `a "quoted] \ detail = with | bars`, Signs: []string{"title", "sprite"}, Fields: []string{"ap_email"},
			Account: "店 1", Incident: journal.NewIncident(), Sent: new(bool),
		}
	}
	var all sync.WaitGroup
	for g := range min(n, 256) {
		all.Go(func() {
			for i := g; i < n; i += 256 {
				e := like
				e.Host = fmt.Sprintf("n%d.%s", i, like.Host)
				if _, err := l.journal.Record(l.t.Context(), e); err != nil {
					l.t.Error(err)
				}
			}
		})
	}
	all.Wait()
}

// until waits for ok, and fails the test when its time is up.
func until(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(60 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never: %s", what)
		}
	}
}

// count returns how many log lines say message.
func (l *lab) count(message string) int { return l.logged.FilterMessage(message).Len() }

// run returns the ids from first to last.
func run(first, last int64) (ids []int64) {
	for id := first; id <= last; id++ {
		ids = append(ids, id)
	}
	return ids
}
