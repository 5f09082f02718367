package dossier

import (
	"net/netip"
	"time"

	"sekisho/accounts"
	"sekisho/guard"
	"sekisho/hostname"
)

// Sender is the page that makes a request.
type Sender struct {
	// Document is its host, by Origin or Referer; the zero Name if neither tells.
	Document hostname.Name
	// Hidden says that the browser calls it another site's, and that it forbade
	// to say which.
	Hidden bool
}

// follows reports whether a request of client to host comes within ten minutes
// after the client gave the site a protected ID, as the second step of a sign-in
// does; sparing is whether somebody went on there before, whose browser sends the address
// with much else. Not at well-known sites: a page of theirs is no thief's.
func (b *Book) follows(d *sheet, host hostname.Name, client netip.Addr, now time.Time) (follows, sparing bool) {
	i := d.find(client)
	gave := i >= 0 && within(stepFor, d.clients[i].labelAt, now) || within(stepFor, d.gaveIDBefore, now)
	return gave, gave && !b.unfamiliar(d, host, now)
}

// followsAt is follows for the site of a document.
func (b *Book) followsAt(document hostname.Name, client netip.Addr) (follows, sparing bool) {
	site := SiteOf(document)
	s := b.shelfOf(site)
	s.mu.RLock()
	defer s.mu.RUnlock()
	d := s.look(site)
	if d == nil {
		return false, false
	}
	return b.follows(d, document, client, time.Now())
}

// noteID notes that client gave the site of d, which nothing speaks for, a protected ID:
// there, for what comes next, and of the client, so that a page which does not say where
// it is cannot send the rest elsewhere unseen.
func (b *Book) noteID(d *sheet, client netip.Addr, label string, now time.Time) {
	b.noteIDOf(client, label, now)
	if now.Sub(d.gaveID) >= stepFor/10 { // not for each event of a page's statistics
		b.changed(saveJudged)
		d.gaveID = now
	}
}

// noteIDOf notes that client gave an ID whose password may follow wherever a page that hides
// sends it.
func (b *Book) noteIDOf(client netip.Addr, label string, now time.Time) {
	b.clients.note(client, now, func(m *met) {
		if m.label != label && within(stepFor, m.labelAt, now) {
			label = "" // one of several
		}
		m.label, m.labelAt = label, now
	})
}

// Lately reports whether client gave a protected ID to a site that nothing speaks for,
// or on a page that hides, within the last ten minutes, or was kept from sending one with its password: whether
// it matters which page makes a request. It is cheap.
func (b *Book) Lately(client netip.Addr) bool {
	m, now := b.clients.of(client), time.Now()
	return within(stepFor, m.labelAt, now) || within(stepFor, m.held, now)
}

// gaveFrom notes at the site of a document that it gave a protected ID to another one:
// the password may come home, or go to a third. It is the page that counts, not who
// receives: kits post to the webhooks of well-known messengers.
func (b *Book) gaveFrom(document hostname.Name, client netip.Addr, label string, now time.Time) {
	if isAmazon(document) {
		return
	}
	site := SiteOf(document)
	s := b.shelfOf(site)
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.take(site)
	d.visitor(client, now).gives(label, now)
	if b.unfamiliar(d, document, now) {
		b.noteID(d, client, label, now)
	}
}

// strangeAfterCopy reports whether client met a copy within ten minutes, and the site of
// document is new here and nothing speaks for it: whether a code that its page sends to
// a messenger is the copy's.
func (b *Book) strangeAfterCopy(document hostname.Name, client netip.Addr, now time.Time) bool {
	if !within(stepFor, b.clients.of(client).imitation, now) || isAmazon(document) {
		return false
	}
	site := SiteOf(document)
	s := b.shelfOf(site)
	s.mu.RLock()
	defer s.mu.RUnlock()
	d := s.look(site)
	if d == nil {
		return !b.settings.Load().familiar.covers(document.String(), site) && !b.pardoned(document, site, now)
	}
	return d.newHere(now) && b.unfamiliar(d, document, now) && !b.pardoned(document, site, now)
}

// idBefore reports whether the ID that belongs to a protected password was given a step
// ago by the same client: to the site of the page that sends it or, where
// nothing but its value tells what it is, to whatever site. A password in a field for
// one is not joined so: people use one in many places. What may hide the password
// is joined with whatever ID its page gave.
func (b *Book) idBefore(sender Sender, client netip.Addr, f guard.Finding, m accounts.Match, now time.Time) bool {
	if !m.Password && !f.Hidden || m.ID {
		return false
	}
	if sender.Document.IsZero() {
		last := b.clients.of(client)
		return sender.Hidden && f.Typed == 0 && (last.label == m.Label || last.label == "" || !m.Password) && within(stepFor, last.labelAt, now)
	}
	site := SiteOf(sender.Document)
	s := b.shelfOf(site)
	s.mu.RLock()
	defer s.mu.RUnlock()
	d := s.look(site)
	if d == nil {
		return false
	}
	i := d.find(client)
	return within(stepFor, d.gaveIDBefore, now) ||
		i >= 0 && (d.clients[i].gave(m.Label, now) || !m.Password && within(stepFor, d.clients[i].labelAt, now))
}
