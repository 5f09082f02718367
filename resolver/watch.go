package resolver

import (
	"context"
	"slices"
	"time"

	"go.uber.org/zap"
)

const (
	// systemEvery is how often the system's name servers are read again, if
	// they are what is asked: they change with the network. Reading them costs
	// as much as seeing whether they changed.
	systemEvery = 30 * time.Second
	// systemSoon is how often while there are none, as on a machine that
	// started before its network did.
	systemSoon = 3 * time.Second
)

// watchSystem puts the system's name servers into force when they change,
// until ctx ends.
func (s *Server) watchSystem(ctx context.Context) {
	for {
		wait := systemEvery
		if set := s.settings.Load(); set.system.used && len(set.system.urls) == 0 {
			wait = systemSoon
		}
		pause(ctx, wait)
		if ctx.Err() != nil {
			return
		}
		s.readSystem()
	}
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
