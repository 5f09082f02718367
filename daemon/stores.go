package daemon

import (
	"context"
	"fmt"

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
}

func (s *stores) open(dir Dir, root string, log *zap.Logger) (err error) {
	if s.accounts, err = accounts.Open(dir.Accounts(), accounts.Options{}); err != nil {
		return err
	}
	if problem := s.accounts.Problem(); problem != nil {
		log.Named("accounts").Warn("protected sign-ins are known by their IDs alone", zap.Error(problem))
	}
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

// health tells how many sign-ins are protected, or why fewer are than were added.
func (s *stores) health() console.Part {
	state := "ok"
	if problem := s.accounts.Problem(); problem != nil {
		state = fmt.Sprint(problem)
	}
	return console.Part{Name: "accounts", State: state}
}
