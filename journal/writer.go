package journal

import (
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"sekisho/journal/datafile"
)

const (
	// batchSize bounds the events of one transaction, so that the first of a
	// flood does not wait for all of it: some 10 ms of inserting.
	batchSize = 512
	// retryAfter is how long a failing disk is left alone. Events that arrive
	// meanwhile go to the backlog at once, so that block pages are not held up.
	retryAfter = 500 * time.Millisecond
)

// errNotOpen says that there is no file to write to.
var errNotOpen = errors.New("the journal file is not open")

// writer turns requests into rows. Everything but the fields said to be shared
// belongs to the goroutine of run.
type writer struct {
	path string
	log  *zap.Logger
	told upgrading

	lock      *datafile.Lock
	store     *store // nil while the file cannot be opened
	next      int64  // id of the next event
	committed int64  // highest id known to be durable

	failing  error     // why the last write failed, nil when it worked
	lastTry  time.Time // when that was
	own      ownEvents
	sweep    sweeper
	counts   counts
	closeErr error         // for Close, set before it is woken
	anew     bool          // the file was replaced, and this is not said on replaced yet
	legacy   legacy        // of the file that was moved aside, until it is in the fresh one
	replaced chan struct{} // shared

	queue   chan *request
	backlog backlog       // shared
	refused atomic.Int64  // shared; events that found no room in the queue
	lost    atomic.Uint64 // shared; events that are nowhere
	moved   atomic.Value  // shared; string, the last file moved aside
	durable atomic.Int64  // shared; committed, for those who follow
	damaged atomic.Bool   // shared; reading met damage
	gaveUp  atomic.Int64  // shared; highest id that fell out of the backlog

	names atomic.Pointer[map[string]string] // shared; of clients, nil until they were read
}

// newWriter takes the lock and opens the file. It returns the errors that Open
// documents; with trouble that may pass it starts out failing.
func newWriter(path string, o Options) (*writer, error) {
	w := &writer{
		path:     path,
		log:      o.Log,
		told:     o.Upgrading,
		queue:    make(chan *request, queueSize),
		replaced: make(chan struct{}, 1),
		sweep:    newSweeper(o),
		counts:   newCounts(o.Metrics),
	}
	there := datafile.Exists(path)
	if _, err := datafile.Make(path); err != nil && !passing(err, there) {
		return nil, fmt.Errorf("open journal %q: %w", path, err)
	}
	lock, noted, err := datafile.Acquire(path + ".lock")
	if err != nil {
		return nil, fmt.Errorf("open journal %q: %w", path, err)
	}
	w.lock, w.next, w.committed = lock, noted+1, noted
	w.durable.Store(noted)
	if err := w.open(nil); err != nil {
		if !passing(err, there) {
			_ = lock.Release()
			return nil, fmt.Errorf("open journal %q: %w", path, err)
		}
		w.fail(err)
	}
	return w, nil
}

// flush numbers the events of batch, writes them with everything that waits,
// and answers the callers. An empty batch writes what waits. Tasks follow.
func (w *writer) flush(batch []*request) {
	batch, after := tasks(batch)
	defer w.answer(after)
	w.countRefused()
	events := make([]Event, len(batch))
	for i, r := range batch {
		r.event.ID = w.next
		w.next++
		events[i] = r.event
		w.counts.event(&r.event)
	}
	err := w.failing
	if err == nil || time.Since(w.lastTry) >= retryAfter {
		events, err = w.write(events)
	}
	if err != nil {
		w.keep(events)
	}
	w.lock.Note(w.next - 1)
	for _, r := range batch {
		if err != nil {
			r.err = fmt.Errorf("journal %q: event %d is kept in memory: %w", w.path, r.event.ID, err)
		}
		close(r.done)
	}
}

// countRefused leaves a gap for the events that found no room.
func (w *writer) countRefused() {
	if n := w.refused.Load(); n > 0 {
		w.lost.Add(uint64(n))
		w.refused.Add(-n)
		w.own.gap.add(w.next, w.next+n-1)
		w.next += n
	}
}

// write stores events after the backlog. On an error it returns what is to be
// kept: events, and perhaps some of the journal's own.
func (w *writer) write(events []Event) ([]Event, error) {
	events, err := w.attempt(events)
	if err != nil && needsReopen(err) {
		if failed := w.reopen(err); failed != nil {
			err = failed
		} else {
			events, err = w.attempt(events)
		}
	}
	if err != nil {
		w.fail(err)
		return events, err
	}
	w.works()
	return nil, nil
}

func (w *writer) attempt(events []Event) ([]Event, error) {
	if w.store == nil {
		return events, errNotOpen
	}
	for {
		waiting := w.backlog.oldest(batchSize)
		if len(waiting) == 0 {
			break
		}
		if err := w.commit(waiting); err != nil {
			return events, err
		}
		w.backlog.written(len(waiting))
		w.durable.Store(waiting[len(waiting)-1].ID)
		w.sweep.grown(w.store.size, len(waiting))
	}
	// Only now, so that a long failure does not fill the backlog with reports.
	for _, e := range w.own.take() {
		e.ID = w.next
		w.next++
		w.counts.event(&e)
		events = append(events, e)
	}
	if len(events) == 0 {
		return nil, nil
	}
	if err := w.commit(events); err != nil {
		return events, err
	}
	w.committed = events[len(events)-1].ID
	w.durable.Store(w.committed)
	w.sweep.grown(w.store.size, len(events))
	return nil, nil
}

// keep puts events into the backlog and counts what that pushes out.
func (w *writer) keep(events []Event) {
	for _, e := range w.backlog.add(events) {
		w.own.gap.add(e.ID, e.ID)
		w.lost.Add(1)
		w.gaveUp.Store(e.ID)
	}
}

// fail notes that writing does not work, and says so the first time.
func (w *writer) fail(err error) {
	if w.failing == nil {
		w.log.Error("journal cannot be written, events are kept in memory",
			zap.String("path", w.path), zap.Error(err))
	}
	w.failing, w.lastTry = err, time.Now()
}

// works notes that writing works, and says so when it did not before.
func (w *writer) works() {
	if w.failing != nil {
		w.log.Info("journal is written again", zap.String("path", w.path), zap.Uint64("lost", w.lost.Load()))
		w.failing = nil
	}
}
