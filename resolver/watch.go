package resolver

import (
	"context"
	"slices"
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

// changed says what happened between old and m that connections do not
// survive, or nothing.
func (m moment) changed(old moment) string {
	steady := m.steady - old.steady
	if drift := m.wall.Sub(old.wall) - steady; drift > clockJump || drift < -clockJump {
		return "the clock jumped"
	}
	switch {
	case steady > longPause:
		return "the machine slept"
	case m.routes != old.routes:
		return "the network changed"
	}
	return ""
}

// watch drops connections to upstreams when the clock or the routes changed,
// and puts the system's name servers into force when they did, until ctx ends.
func (s *Server) watch(ctx context.Context) {
	last, read := thisMoment(), time.Now()
	for {
		pause(ctx, watchEvery)
		if ctx.Err() != nil {
			return
		}
		now := thisMoment()
		woken := s.look(last, now)
		last = now
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
// happened between them. It reports whether it did.
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
