package dossier

import (
	"maps"
	"net/netip"
	"time"

	"sekisho/guard"
	"sekisho/hostname"
)

// heldFor is how long a site counts as one that a sign-in was held from, after
// the last. A page that was refused the password asks for it again and sends it
// under another name; by the next day its visitors have left, or know.
const heldFor = 24 * time.Hour

// hold writes down that a request was held red for what it carried, of the account of
// label: with proved, for a protected password itself. It is laid to the site where one
// owner holds it, to the client alone where many people have pages, and to
// nothing where everybody rightly signs in.
func (b *Book) hold(d *sheet, v *visitor, label string, proved bool, now time.Time) {
	switch {
	case b.settings.Load().familiar.sites[d.site]:
	case d.sharing == forms || d.sharing == pages:
		v.held = now
	case b.apart(d):
		// Whoever is held waits for the file, so that it is not written for
		// each try of the same page.
		if proved && now.Sub(d.proved) >= heldFor/24 {
			b.changed(saveJudged)
		} else if now.Sub(d.held) >= heldFor/24 {
			b.changed(saveSeen)
		}
		if !within(heldFor, d.held, now) {
			d.heldOf = nil
		} else if len(d.heldOf) == 0 {
			d.heldOf = []string{""} // before the start
		}
		d.held, d.heldOf = now, remembered(d.heldOf, label)
		if proved {
			d.proved = now
		}
	}
}

// heldNow reports whether a request to the site was held lately, by a client
// that matters to this one.
func (d *sheet) heldNow(client netip.Addr, now time.Time) bool {
	if within(heldFor, d.held, now) {
		return true
	}
	i := d.find(client)
	return i >= 0 && within(stepFor, d.clients[i].held, now)
}

// holdsCredential reports whether a judgement by this technique is for what the
// request carried, which a page that tries again carries again.
func holdsCredential(technique string) bool {
	return technique == ProtectedSignIn || technique == CrowdedSignIn || technique == ProtectedPassword || technique == amazonFields
}

// goneOn reports whether a credential passed there. Whoever went on before the
// site asked for a protected password has not said that it may.
func (d *sheet) goneOn(now time.Time) bool {
	return !d.passed.IsZero() && (d.passed.After(d.proved) || !within(heldFor, d.proved, now))
}

// Insisted notes that a protected sign-in went to host because a person chose
// so against a red hold. There is nothing left then to look for under other
// names.
func (b *Book) Insisted(host hostname.Name, client netip.Addr) {
	site := SiteOf(host)
	if site == "" || isAmazon(host) {
		return
	}
	s := b.shelfOf(site)
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.take(site)
	d.held, d.proved = time.Time{}, time.Time{}
	if i := d.find(client); i >= 0 {
		d.clients[i].held = time.Time{}
	}
	s.sort(d)
	b.changed(saveJudged)
}

// HintsFrom is Hints for a request that a page makes, which may send elsewhere
// what its own site was refused, or is still to be given.
func (b *Book) HintsFrom(from Sender, host hostname.Name, client netip.Addr) guard.Hints {
	x := b.Hints(host, client)
	site := SiteOf(from.Document)
	switch {
	case site == "":
		if from.Hidden && within(stepFor, b.clients.of(client).labelAt, time.Now()) {
			// Who receives it has a good name, and the page may be a mail's attachment.
			x.Follows, x.Sparing = true, !x.Thorough
		}
	case site == SiteOf(host):
		return x
	case b.condemned(from.Document, site, client):
		x.Suspicious, x.Thorough = true, true
	default:
		if follows, sparing := b.followsAt(from.Document, client); follows {
			x.Follows, x.Sparing = true, sparing && (x.Sparing || !x.Follows)
		}
	}
	if site != "" && x.Thorough {
		b.addForms(from.Document, site, &x)
	}
	x.AfterCopy = x.AfterCopy || site != "" && b.strangeAfterCopy(from.Document, client, time.Now())
	return x
}

// addForms adds to x what is known of the forms that pages of another site have.
func (b *Book) addForms(document hostname.Name, site string, x *guard.Hints) {
	s := b.shelfOf(site)
	s.mu.RLock()
	defer s.mu.RUnlock()
	d := s.look(site)
	if d == nil {
		return
	}
	x.Prompts = x.Prompts || b.prompts(d, document, time.Now())
	switch {
	case len(d.purposes) == 0:
	case len(x.Purposes) == 0:
		x.Purposes, x.Elsewhere = d.purposes, true
	default:
		x.Purposes = maps.Clone(x.Purposes)
		maps.Copy(x.Purposes, d.purposes)
	}
}

// condemned reports whether the site of document gave itself away, or a sign-in was held
// from it.
func (b *Book) condemned(document hostname.Name, site string, client netip.Addr) bool {
	s := b.shelfOf(site)
	s.mu.RLock()
	defer s.mu.RUnlock()
	d := s.look(site)
	now := time.Now()
	return d != nil && (within(awayFor, d.away, now) && !b.pardoned(document, site, now) || d.heldNow(client, now))
}
