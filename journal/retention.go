package journal

import (
	"context"
	"time"
)

const (
	// sweepEvery is how often events that became too old are looked for.
	sweepEvery = 10 * time.Minute
	// sliceRows is how many events one slice deletes, of files that are not too large, and slicePages how many
	// pages it gives back to the disk; events wait for it. Among five million, each
	// has pages of its own in every index: 64 take some 10 to 20 ms.
	sliceRows  = 64
	slicePages = 256
	// sliceAudit is how many entries of the audit log go with it: they lie together.
	sliceAudit = 256
	// clockLeap is a step of the wall clock that nobody believes at once, and
	// clockGrace how long nothing is deleted by age after one: time for the
	// clock to be set right. A clock two years ahead would empty the journal.
	clockLeap  = 7 * 24 * time.Hour
	clockGrace = time.Hour
)

// sweeper deletes what is too old or too much, oldest first, in slices. It
// belongs to the writer's goroutine.
type sweeper struct {
	retention time.Duration
	maxSize   int64

	active    bool
	aging     bool // this pass still deletes by age
	shrinking bool // deleting because of the size
	written   int  // events since the last slice, while active
	vacuumed  bool // pages were given back
	clock     clockGuard
	begun     time.Time
}

func newSweeper(o Options) sweeper {
	s := sweeper{retention: o.Retention, maxSize: o.MaxSize, begun: time.Now()}
	s.start()
	return s
}

// start begins a pass.
func (s *sweeper) start() {
	s.active = s.retention > 0 || s.maxSize > 0
	s.aging = s.retention > 0
}

// logSize is what the write-ahead log may take: less than usual under a small
// cap, so that it leaves most of that to the file.
func (s *sweeper) logSize() int64 {
	if s.maxSize == 0 {
		return walSize
	}
	return min(walSize, s.maxSize/8)
}

// fileLimit is what the file may take so that its log has room within maxSize.
func (s *sweeper) fileLimit() int64 { return s.maxSize - 2*s.logSize() }

// grown notes that events were written, and begins a pass when the files have become too
// large with them.
func (s *sweeper) grown(size int64, events int) {
	if s.active {
		s.written += events
	}
	if s.maxSize > 0 && size > s.maxSize {
		s.active = true
	}
}

// rows is how many events the next slice deletes. While the files are too large it is more
// than were written meanwhile, however many: a flood of what is blocked would fill the disk
// otherwise.
func (s *sweeper) rows(size int64) int {
	n := sliceRows
	if s.maxSize > 0 && size > s.maxSize {
		n += min(s.written, batchSize)
	}
	s.written = 0
	return n
}

// slice does a bounded piece of the work, and ends the pass when none is left.
func (s *sweeper) slice(st *store) error {
	ctx, rows := context.Background(), s.rows(st.size)
	if s.aging {
		if !s.clock.trusts(time.Now(), time.Since(s.begun), st.newest) {
			s.aging = false
			return nil
		}
		n, err := st.dropOldest(time.Now().Add(-s.retention), rows)
		s.aging = n == rows
		return err
	}
	pages, free, pageSize, err := st.pages(ctx)
	if err != nil {
		return err
	}
	limit := s.fileLimit() / pageSize
	over := s.maxSize > 0 && pages > limit
	used := pages - free
	// Once begun, delete a tenth more than needed: otherwise every commit on a
	// full journal would begin anew.
	s.shrinking = s.maxSize > 0 && (used > limit || s.shrinking && used > limit-limit/10)
	switch {
	case s.shrinking:
		n, err := st.dropOldest(time.Time{}, rows)
		if n == 0 {
			s.shrinking, s.active = false, false // nothing left to delete
		}
		return err
	case free > 0 && over: // down to the limit; what is free below it will be used
		s.vacuumed = true
		return st.vacuum(ctx, min(pages-limit, slicePages))
	case free > pages/4:
		s.vacuumed = true
		return st.vacuum(ctx, slicePages)
	}
	s.active = false
	if s.vacuumed {
		s.vacuumed = false
		return st.checkpoint(ctx)
	}
	return nil
}

// clockGuard tells whether the wall clock is fit to delete by.
type clockGuard struct {
	last  time.Time     // what the clock showed at the last look
	until time.Duration // no trust before this much running time
}

// trusts is asked on every look. now is the wall clock, running the time since
// start by the monotonic one, newest the time of the newest event at start.
func (g *clockGuard) trusts(now time.Time, running time.Duration, newest time.Time) bool {
	if g.last.IsZero() {
		g.last = newest
	}
	if !g.last.IsZero() && now.Round(0).Sub(g.last) > clockLeap {
		g.until = running + clockGrace
	}
	g.last = now.Round(0) // the wall clock alone
	return running >= g.until
}

// expired returns how many of the oldest events, whose times are given by
// ascending id, were recorded before cutoff; all in milliseconds. The order of
// ids is the truth: the first that is young enough keeps all that follow it,
// even if the clock went back later, and one from the future, where the clock
// was wrong for a while, goes with those after it.
func expired(times []int64, cutoff, now int64) int {
	n := 0
	for i, t := range times {
		switch {
		case t > now+int64(24*time.Hour/time.Millisecond):
			continue
		case t >= cutoff:
			return n
		}
		n = i + 1
	}
	return n
}
