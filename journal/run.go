package journal

import (
	"errors"
	"fmt"
	"time"
)

// ready is a channel from which a value can always be taken.
var ready = func() chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}()

// run owns the file until closing is closed. A batch comes first; between two
// batches there is at most one slice of retention.
func (w *writer) run(closing <-chan struct{}) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	w.flush(nil) // what opening had to report
	for {
		select {
		case r := <-w.queue:
			w.flush(w.gather(r))
			w.step()
			continue
		default:
		}
		var idle chan struct{}
		if w.sweep.active {
			idle = ready
		}
		var retry <-chan time.Time
		if w.waiting() {
			retry = time.After(retryAfter)
		}
		select {
		case r := <-w.queue:
			w.flush(w.gather(r))
			w.step()
		case <-idle:
			w.step()
		case <-retry:
			w.flush(nil)
		case <-tick.C:
			w.sweep.start()
		case <-closing:
			w.finish()
			return
		}
	}
}

// gather takes what else is in the queue, up to a batch.
func (w *writer) gather(first *request) []*request {
	batch := []*request{first}
	for len(batch) < batchSize {
		select {
		case r := <-w.queue:
			batch = append(batch, r)
		default:
			return batch
		}
	}
	return batch
}

// waiting reports whether there is something to write besides the queue.
func (w *writer) waiting() bool {
	return w.store == nil || w.backlog.len() > 0 || w.own.waiting() || w.refused.Load() > 0
}

// step runs one slice of retention, if it is time for any.
func (w *writer) step() {
	if !w.sweep.active {
		return
	}
	if w.failing != nil || w.store == nil {
		w.sweep.active = false // the next tick starts it again
		return
	}
	if err := w.sweep.slice(w.store); err != nil {
		w.sweep.active = false
		w.fail(fmt.Errorf("retention: %w", err))
		if needsReopen(err) {
			if err := w.reopen(err); err != nil {
				w.fail(err)
			}
		}
	}
}

// finish writes what was accepted and lets go of the file.
func (w *writer) finish() {
	for empty := false; !empty; {
		select {
		case r := <-w.queue:
			w.flush(w.gather(r))
		default:
			empty = true
		}
	}
	if w.waiting() {
		w.lastTry = time.Time{} // one last attempt, whenever the one before was
		w.flush(nil)
	}
	var errs []error
	if n := w.backlog.len(); n > 0 {
		errs = append(errs, fmt.Errorf("%d events could not be written: %w", n, w.failing))
	}
	if w.store != nil {
		errs = append(errs, w.store.close())
	}
	errs = append(errs, w.lock.Release())
	if err := errors.Join(errs...); err != nil {
		w.closeErr = fmt.Errorf("close journal %q: %w", w.path, err)
	}
}
