package dossier

import (
	"hash/maphash"
	"net/netip"
	"slices"
	"time"

	"sekisho/guard"
	"sekisho/hostname"
)

// rationFor is for how long at least a page has its ration, and rationMany how many
// different values of each place it is.
const (
	rationFor  = guessFor
	rationMany = 64
)

// ration is what was compared for one client of a page that sends values without the ID,
// or beside it under names that say what else they are. Names of pictures, numbers of
// articles and orders, prices and what people look for come so by the hundred, and are no
// guesses that a site could be held for. A page that does guess with them would learn from
// what is stopped; so they are compared up to a bound. What then comes where a password
// could, beside the ID or alone in a body after it, is asked about: a page that sends so
// many on purpose must not get a password out behind them.
type ration struct {
	since time.Time
	had   [said + 1][]uint64 // by place
}

// said stands, beside the places, for what guard marks with [guard.TrySaid].
const said = guard.Places

// Ration takes out of f, which client is about to send to host, what is not to be
// compared any more, and says so in f.Hidden where that is to be asked about. Of fields for
// passwords, tries that count as guesses, lone values and those beside the ID where no question is asked
// or where the site's name imitates Amazon, and in bodies without it where the page's site has
// signs of Amazon or was held before, all are compared however many they are.
func (b *Book) Ration(sender Sender, host hostname.Name, client netip.Addr, f *guard.Finding) {
	if len(f.Passwords) <= f.Typed || f.WithID && !slices.Contains(f.Tries, guard.TrySaid) {
		return
	}
	now := time.Now()
	asked := b.asksForID(host, now)
	site := SiteOf(host)
	if !sender.Document.IsZero() {
		site = SiteOf(sender.Document)
	}
	s := b.shelfOf(site)
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.take(site)
	strange := d.looks() || d.heldNow(client, now)
	v := d.visitor(client, now)
	if !within(rationFor, v.ration.since, now) {
		v.ration = ration{since: now}
	}
	f.Keep(func(p guard.Secret, try uint64) bool {
		place := p.Place()
		switch {
		case f.WithID && (try != guard.TrySaid || d.imitatesByName()), !f.WithID && strange && place == guard.InBody, try > guard.TrySaid, try == guard.TryLone, try == guard.TrySaid && !asked:
			return true
		case try == guard.TrySaid:
			place = said
		}
		if v.ration.take(place, maphash.Bytes(b.seed, p.Bytes())) {
			return true
		}
		f.Hidden = f.Hidden || place == said && asked
		return false
	})
}

// asksForID reports whether somebody is asked before a protected ID goes to host in a
// request that may hide its password: nobody said that it belongs there. At a form builder
// that is said for a device and a time alone, which is not known here.
func (b *Book) asksForID(host hostname.Name, now time.Time) bool {
	site := SiteOf(host)
	s := b.shelfOf(site)
	s.mu.RLock()
	defer s.mu.RUnlock()
	d := s.look(site)
	if d == nil {
		d = &sheet{site: site, sharing: sharingOf(site)}
	}
	return b.settings.Load().ask != askProtected && d.sharing != forms && b.unfamiliar(d, host, now) && d.acceptedID.IsZero() && !b.pardoned(host, site, now)
}

// take reports whether the value that tag stands for may be compared.
func (r *ration) take(place guard.Place, tag uint64) bool {
	had := &r.had[place]
	if slices.Contains(*had, tag) {
		return true
	}
	if len(*had) >= rationMany {
		return false
	}
	*had = append(*had, tag)
	return true
}
