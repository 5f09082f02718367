package journal

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// do has the writer run f in a transaction of its own, after all that was
// recorded before, and returns once it is durable. Unlike an event, what f
// writes is not kept when the disk fails: whoever asked is told and asks again.
// The error wraps ctx's when that ended first; f may run or not.
func (j *Journal) do(ctx context.Context, f func(context.Context, *store) error) error {
	r := &request{task: f, done: make(chan struct{})}
	select {
	case <-j.closing:
		return ErrClosed
	default:
	}
	select {
	case j.w.queue <- r:
	case <-ctx.Done():
		return ctx.Err()
	case <-j.closing:
		return ErrClosed
	}
	select {
	case <-r.done:
		return r.err
	case <-ctx.Done():
		return ctx.Err()
	case <-j.stopped:
	}
	select {
	case <-r.done: // the writer's last batch
		return r.err
	default:
		return ErrClosed
	}
}

// perform runs a task. When the disk fails, those that follow are refused for a while as
// events are: each could wait for a lock, and what is recorded meanwhile behind all of them.
func (w *writer) perform(task func(context.Context, *store) error) error {
	if w.failing != nil && time.Since(w.lastTry) < retryAfter {
		return w.failing
	}
	err := w.try(task)
	if err != nil && needsReopen(err) {
		if failed := w.reopen(err); failed != nil {
			err = failed
		} else {
			err = w.try(task)
		}
	}
	switch {
	case err == nil:
		w.works()
	case passing(err, true) || needsReopen(err):
		w.fail(err)
	}
	return err
}

func (w *writer) try(task func(context.Context, *store) error) error {
	if w.store == nil {
		return errNotOpen
	}
	if err := w.store.transact(func(ctx context.Context) error { return task(ctx, w.store) }); err != nil {
		return err
	}
	return w.store.intact()
}

// tasks takes the tasks out of batch, and returns both parts.
func tasks(batch []*request) (events, tasks []*request) {
	for _, r := range batch {
		if r.task != nil {
			tasks = append(tasks, r)
		} else {
			events = append(events, r)
		}
	}
	return events, tasks
}

// answer runs tasks and wakes those who wait for them.
func (w *writer) answer(tasks []*request) {
	for _, r := range tasks {
		r.err = w.perform(r.task)
		close(r.done)
	}
}

// asked says what was being done, and where, in an error of do.
func (j *Journal) asked(what string, err error) error {
	if err == nil || errors.Is(err, ErrClosed) {
		return err
	}
	return fmt.Errorf("%s in journal %q: %w", what, j.w.path, err)
}
