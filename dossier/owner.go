package dossier

import (
	"net/netip"
	"time"

	"sekisho/hostname"
)

// Passed notes that a credential went to host and was let through: the site is
// familiar from now on, for the whole office. It changes nothing for a site that
// gave itself away, nor where anybody puts up forms, nor while a pardon lets the
// site pass: fifteen minutes would become for ever.
func (b *Book) Passed(host hostname.Name) {
	if !b.pardoned(host, SiteOf(host), time.Now()) {
		b.passed(host, "")
	}
}

// Accepted is Passed for a person who chose to go on after a question by this
// technique. Past the question about a protected password, or about a protected
// ID, goes who was asked that one: what else passes there, which a page can
// arrange, answers neither.
func (b *Book) Accepted(host hostname.Name, technique string) { b.passed(host, technique) }

func (b *Book) passed(host hostname.Name, technique string) {
	site := SiteOf(host)
	if site == "" || isAmazon(host) {
		return
	}
	now := time.Now()
	s := b.shelfOf(site)
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.take(site)
	if d.sharing == forms {
		return
	}
	fresh := d.passed.IsZero()
	for of, at := range map[string]*time.Time{ProtectedPassword: &d.accepted, ProtectedID: &d.acceptedID, CrowdedSignIn: &d.acceptedID} {
		if technique == of && at.IsZero() {
			*at, fresh = now, true
		}
	}
	if fresh {
		b.changed(saveJudged)
	}
	d.passed = now
	s.sort(d)
}

// Entered notes that client sent host what was asked about before, and chosen to be sent:
// to go on alone sends nothing.
func (b *Book) Entered(host hostname.Name, client netip.Addr) {
	site := SiteOf(host)
	if site == "" || isAmazon(host) {
		return
	}
	s := b.shelfOf(site)
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.take(site)
	d.visitor(client, time.Now()).entered = true
	s.sort(d)
}
