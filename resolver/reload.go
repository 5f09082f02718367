package resolver

import "go.uber.org/zap"

// Reload puts o in force for the questions that come from now on, or changes
// nothing and returns why. What it listens at, TLS, Journal, Presence and Log stay as they are. What is
// in the cache is forgotten if other servers are asked or other addresses
// allowed than before.
func (s *Server) Reload(o Options) error {
	s.reloading.Lock()
	defer s.reloading.Unlock()
	o.system, o.round, o.TLS = s.options.system, s.options.round, s.options.TLS
	return s.swap(o)
}

// swap is Reload with s.reloading held.
func (s *Server) swap(o Options) error {
	set, err := newSettings(o, s.own(), s.log)
	if err != nil {
		return err
	}
	s.options = o
	s.counts.number(set)
	s.attend(set)
	old := s.settings.Swap(set)
	s.verdicts.clear()
	if !set.same(old) {
		s.cache.clear()
	}
	s.probe()
	if err := old.close(); err != nil {
		s.log.Debug("close idle connections", zap.Error(err))
	}
	return nil
}
