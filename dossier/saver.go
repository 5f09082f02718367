package dossier

import (
	"sync"
	"time"

	"go.uber.org/zap"
)

// How long a change may wait for the next, so that a busy minute is one write:
// shortly for what was judged, longer for since when a site is known.
const (
	saveJudged = 2 * time.Second
	saveSeen   = 5 * time.Minute
	keepEvery  = time.Second // see Options.KeepEvery
)

// saver calls write some time after a change, in a goroutine of its own.
type saver struct {
	write func() error
	every time.Duration // between two writings of keep, at least
	log   *zap.Logger
	wake  chan struct{} // holds one
	stop  chan struct{}
	done  chan struct{}

	writing sync.Mutex // one write at a time

	mu    sync.Mutex
	due   time.Time // zero: nothing to write
	wrote time.Time
}

func newSaver(write func() error, every time.Duration, log *zap.Logger) *saver {
	s := &saver{write: write, every: every, log: log, wake: make(chan struct{}, 1), stop: make(chan struct{}), done: make(chan struct{})}
	go s.run()
	return s
}

// changed has the book written within d from now.
func (b *Book) changed(d time.Duration) {
	if b.saver != nil {
		b.saver.within(d)
	}
}

func (s *saver) within(d time.Duration) {
	due := time.Now().Add(d)
	s.mu.Lock()
	sooner := s.due.IsZero() || due.Before(s.due)
	if sooner {
		s.due = due
	}
	s.mu.Unlock()
	if sooner {
		select {
		case s.wake <- struct{}{}:
		default: // it will look at due anyway
		}
	}
}

// Keep writes what was judged until now, so that it outlives a crash from now
// on. Within [Options.KeepEvery] of the last writing it waits for that to be over.
// It is for callers that are about to tell somebody.
func (b *Book) Keep() {
	if b.saver == nil {
		return
	}
	if err := b.saver.keep(); err != nil {
		b.log.Error("what was judged of a site could not be kept", zap.Error(err))
		b.saver.within(saveSeen)
	}
}

func (s *saver) keep() error {
	for {
		s.mu.Lock()
		judged := !s.due.IsZero() && time.Until(s.due) <= saveJudged
		wait := s.every - time.Since(s.wrote)
		if judged && wait <= 0 {
			s.due = time.Time{}
		}
		s.mu.Unlock()
		switch {
		case !judged: // written, or being written just now
			s.writing.Lock()
			defer s.writing.Unlock()
			return nil
		case wait <= 0:
			return s.put()
		}
		time.Sleep(wait)
	}
}

// put writes.
func (s *saver) put() error {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.mu.Lock()
	s.wrote = time.Now()
	s.mu.Unlock()
	return s.write()
}

// run writes when it is due, until close.
func (s *saver) run() {
	defer close(s.done)
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-s.stop:
			return
		case <-s.wake:
		case <-timer.C:
		}
		s.mu.Lock()
		due := s.due
		ready := !due.IsZero() && !time.Now().Before(due)
		if ready {
			s.due = time.Time{} // a change during the write is written next time
		}
		s.mu.Unlock()
		switch {
		case ready:
			if err := s.put(); err != nil {
				s.log.Error("what is known of sites could not be kept", zap.Error(err))
				s.within(saveSeen)
			}
		case !due.IsZero():
			timer.Reset(time.Until(due))
		}
	}
}

// close ends the goroutine and writes what is left.
func (s *saver) close() error {
	close(s.stop)
	<-s.done
	s.mu.Lock()
	due := s.due
	s.due = time.Time{}
	s.mu.Unlock() // write takes the shelves' locks, whose holders may want this one
	if due.IsZero() {
		return nil
	}
	return s.put()
}
