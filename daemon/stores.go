package daemon

import (
	"context"
	"errors"
	"sync"

	"go.uber.org/zap"

	"sekisho/accounts"
	"sekisho/config"
	"sekisho/console"
	"sekisho/dossier"
	"sekisho/presence"
)

// stores are what is known of sign-ins, of sites and of devices.
type stores struct {
	accounts *accounts.Store
	dossier  *dossier.Book   // nil until opened
	presence *presence.Table // nil until opened

	log *zap.Logger

	mu   sync.Mutex
	told string // the trouble with the accounts that the log has, "" for none
}

func (s *stores) open(dir Dir, root string, log *zap.Logger) (err error) {
	s.log = log
	if s.accounts, err = accounts.Open(dir.Accounts(), accounts.Options{}); err != nil {
		return err
	}
	_ = s.trouble() // which the log has from now on
	if s.dossier, err = dossier.Open(dossier.Options{Path: dir.Dossier(), Log: log}); err != nil {
		return err
	}
	if s.presence, err = presence.Open(dir.Presence(), root); err != nil {
		log.Named("presence").Warn("begun anew", zap.Error(err))
	}
	return nil
}

// keepPresence keeps which devices were seen until ctx ends.
func (d *Daemon) keepPresence(ctx context.Context) error {
	d.stores.presence.Keep(ctx, d.log)
	return nil
}

// configure puts the keys below credentials in force.
func (s *stores) configure(c config.Config) {
	s.dossier.Configure(c.Credentials.Ask, c.Credentials.Familiar)
}

func (s *stores) close() error {
	if s.dossier == nil {
		return nil
	}
	return s.dossier.Close()
}

// trouble is what keeps sign-ins from being protected as they were added. The log gets it
// when it changes.
func (s *stores) trouble() error {
	problem := s.accounts.Problem()
	text := ""
	if problem != nil {
		text = problem.Error()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if text != s.told && problem != nil {
		s.log.Named("accounts").Warn("protected sign-ins are known by their IDs alone, or not at all", zap.Error(problem))
	}
	s.told = text
	return problem
}

// health tells whether sign-ins are protected as they were added. Where files are and what
// is wrong with them is for the log: anybody may ask for the health.
func (s *stores) health() console.Part {
	state := "ok"
	switch problem := s.trouble(); {
	case errors.Is(problem, accounts.ErrNoKey):
		state = accounts.ErrNoKey.Error()
	case problem != nil:
		state = "the protected accounts cannot be read; the log says why"
	}
	return console.Part{Name: "accounts", State: state}
}
