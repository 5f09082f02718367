package daemon

import (
	"fmt"

	"go.uber.org/zap"

	"sekisho/accounts"
	"sekisho/config"
	"sekisho/console"
	"sekisho/dossier"
)

// stores are what the proxy knows of sign-ins and of sites.
type stores struct {
	accounts *accounts.Store
	dossier  *dossier.Book // nil until opened
}

func (s *stores) open(dir Dir, log *zap.Logger) (err error) {
	if s.accounts, err = accounts.Open(dir.Accounts(), accounts.Options{}); err != nil {
		return err
	}
	if problem := s.accounts.Problem(); problem != nil {
		log.Named("accounts").Warn("protected sign-ins are known by their IDs alone", zap.Error(problem))
	}
	s.dossier, err = dossier.Open(dossier.Options{Path: dir.Dossier(), Log: log})
	return err
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
