package resolver

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"go.uber.org/zap"
)

const (
	// watchEvery is how often clock and routes are looked at: a machine that
	// woke up, or is on another network, holds connections that lead nowhere.
	watchEvery = 3 * time.Second
	// clockJump is how far the wall clock may run from the one that does not
	// jump: setting it by a server of time moves it by less. A machine that
	// slept differs by as long as it slept, where that other clock stands still
	// meanwhile (Linux, macOS); where it does not (Windows), the pause is seen.
	clockJump = 2 * time.Second
	// longPause is how late a look may be without anybody having slept.
	longPause = 20 * time.Second
	// systemEvery is how often the system's name servers are read again, if
	// they are what is asked: they change with the network. Reading them costs
	// as much as seeing whether they changed.
	systemEvery = 30 * time.Second
	// systemSoon is how often while there are none, as on a machine that
	// started before its network did.
	systemSoon = 3 * time.Second
)

// A moment is what is compared to see that the world has changed.
type moment struct {
	// wall has no monotonic reading, steady is since any fixed time.
	wall   time.Time
	steady time.Duration
	// routes tells the addresses of this machine and those from which it reaches
	// others.
	routes string
}

// programStart is the fixed time of moments.
var programStart = time.Now()

func thisMoment() moment {
	now := time.Now()
	return moment{wall: now.Round(0), steady: now.Sub(programStart), routes: routes()}
}

// ahead is how far the wall clock has run from the steady one since old: by how long the
// machine slept, where that one stands still meanwhile.
func (m moment) ahead(old moment) time.Duration {
	return m.wall.Sub(old.wall) - (m.steady - old.steady)
}

// changed says what happened between old and m that connections do not
// survive, or nothing.
func (m moment) changed(old moment) string {
	if drift := m.ahead(old); drift > clockJump || drift < -clockJump {
		return "the clock jumped"
	}
	switch {
	case m.steady-old.steady > longPause:
		return "the machine slept"
	case m.routes != old.routes:
		return "the network changed"
	}
	return ""
}

// A lookout is when the world was looked at, and what came of it.
type lookout struct {
	mu   sync.Mutex
	last moment
	// overdue is when the next look has been due for long, by the wall clock in Unix
	// seconds; 0 before the first.
	overdue atomic.Int64
	// woken tells that something happened that watch has not seen to.
	woken atomic.Bool
}

// at notes a look. o.mu is held.
func (o *lookout) at(now moment) {
	o.last = now
	o.overdue.Store(now.wall.Add(2 * watchEvery).Unix())
}

// missed reports whether there should have been a look before now.
func (o *lookout) missed(now time.Time) bool {
	overdue := o.overdue.Load()
	return overdue != 0 && now.Unix() > overdue
}

// lookAgain looks what has happened since the last look.
func (s *Server) lookAgain() {
	o := &s.lookout
	o.mu.Lock()
	defer o.mu.Unlock()
	now := thisMoment()
	if s.look(o.last, now) {
		o.woken.Store(true)
	}
	o.at(now)
}

// wake looks whether the machine slept if nobody has come to that, as is so of the
// first question after it: that must not be answered by what was known before.
func (s *Server) wake(now time.Time) {
	if s.lookout.missed(now) {
		s.lookAgain()
	}
}

// watch drops connections to upstreams when the clock or the routes changed,
// and puts the system's name servers into force when they did, until ctx ends.
func (s *Server) watch(ctx context.Context) {
	s.lookout.mu.Lock()
	s.lookout.at(thisMoment())
	s.lookout.mu.Unlock()
	read := time.Now()
	for {
		pause(ctx, watchEvery)
		if ctx.Err() != nil {
			return
		}
		s.lookAgain()
		woken := s.lookout.woken.Swap(false)
		every := systemEvery
		if set := s.settings.Load(); set.system.used && len(set.system.urls) == 0 {
			every = systemSoon
		}
		if woken || time.Since(read) >= every {
			s.readSystem()
			read = time.Now()
		}
	}
}

// look compares two moments and begins anew with the upstreams if something
// happened between them. What the cache holds has aged while the machine slept. It
// reports whether there was something.
func (s *Server) look(last, now moment) bool {
	what := now.changed(last)
	if what == "" {
		return false
	}
	s.log.Info("connections to upstreams dropped", zap.String("reason", what))
	set := s.settings.Load()
	if err := set.close(); err != nil {
		s.log.Debug("close idle connections", zap.Error(err))
	}
	for g := range set.groups {
		for _, server := range g.servers {
			server.forgive()
		}
	}
	s.cache.forgive()
	if slept := now.ahead(last); slept > clockJump {
		s.cache.elapse(slept)
	}
	return true
}

// readSystem reads the system's name servers and puts them into force if they
// are used and others than before. That there are none, as between two
// networks, is no reason to give up those there were.
func (s *Server) readSystem() {
	s.reloading.Lock()
	defer s.reloading.Unlock()
	set := s.settings.Load()
	if !set.system.used {
		return
	}
	urls, err := s.options.system()
	if err != nil || len(urls) == 0 || slices.Equal(urls, set.system.urls) {
		return
	}
	s.log.Info("the system's name servers changed", zap.Strings("upstreams", urls))
	if err := s.swap(s.options); err != nil {
		s.log.Error("the system's name servers are not used", zap.Error(err))
	}
}
