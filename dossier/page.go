package dossier

import (
	"maps"
	"net/netip"
	"time"

	"sekisho/hostname"
	"sekisho/imitation"
)

// Page judges a document of host before it is shown, by itself and with what
// the site showed before, or as the frame of another site's page. Hold means: replace it. It is for documents only;
// what documents load goes to [Book.Script].
func (b *Book) Page(host hostname.Name, client netip.Addr, r imitation.Result) Judgement {
	return b.read(page, sender{}, host, client, r)
}

// Script judges a script, data or anything else that a document loads.
// document is the host of that document: the host of Origin or Referer, host
// itself where the request says, or may mean, that its own page made it; or
// the zero Name when another site's did that does not say whose it is. What is
// found is laid to the document's site, as far as that page is made by its
// scripts (script.go); and it gives a site away only if a document of it was
// opened. Hold means: answer with nothing, and so every later request of that
// site.
func (b *Book) Script(host, document hostname.Name, client netip.Addr, r imitation.Result) Judgement {
	if isAmazon(host) {
		return Judgement{}
	}
	from := sender{own: SiteOf(host) == SiteOf(document)}
	if document.IsZero() {
		document, from = b.documentOf(host, client)
	}
	return b.read(script, from, document, client, r)
}

// Requested notes signs in a request that a document of host made, as
// [imitation.Request] returns them. It is cheap when there are none.
func (b *Book) Requested(document hostname.Name, client netip.Addr, signs []string) {
	if len(signs) == 0 || document.IsZero() || isAmazon(document) {
		return
	}
	now := time.Now()
	site := SiteOf(document)
	s := b.shelfOf(site)
	s.mu.Lock()
	defer s.mu.Unlock()
	if d := s.take(site); b.apart(d) {
		d.weigh(d.visitor(client, now), imitation.Result{Signs: signs}, imitation.Copy, now)
	}
}

// read judges what was read for a document of host; from is who sent a script.
func (b *Book) read(a act, from sender, host hostname.Name, client netip.Addr, r imitation.Result) Judgement {
	if host.IsZero() || isAmazon(host) {
		return Judgement{}
	}
	site := SiteOf(host)
	s := b.shelfOf(site)
	now := time.Now()
	if nothing(r) && b.quiet(s, site) {
		return Judgement{}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.take(site)
	apart := b.apart(d)
	v := d.visitor(client, now)
	if from.framed && !v.awaits() {
		return Judgement{}
	}
	if a == page && !v.told {
		v.opens()
	}
	most := imitation.Copy
	if a == page {
		d.opened = now
		v.shows(r)
		b.noteShell(host, client, r, now)
	} else if most = v.most(from, r.Data); most < imitation.Copy {
		r.Relay = false // somebody else's cookies are not the page's
	}
	d.learn(r.Purposes)
	if r.Drawn && most >= imitation.Suspect {
		d.drawn = now
	}
	if apart {
		d.weigh(v, r, most, now)
		if a == page {
			b.noteAwaiting(v, host, now)
		}
	}
	e := b.known(d, host, now)
	if a == page {
		e |= pageCopy.when(r.Grade >= imitation.Copy)
		e |= pageSuspect.when(r.Grade >= imitation.Suspect)
	}
	e |= passedThrough.when(r.Relay)
	j := d.judgement(a, e, client, now)
	if j.Do == Pass {
		return j
	}
	j.Signs = merge(j.Signs, r.Signs)
	j.Score = max(j.Score, scoreOf(r.Score))
	// To be held for what it showed before is no new sign.
	if j.Do == Hold && (!e.has(givenAway) || r.Grade >= imitation.Copy || r.Relay) {
		b.recognised(d, j.Technique, client, apart, now)
		s.sort(d)
	}
	return j
}

// nothing reports whether r adds nothing to a dossier.
func nothing(r imitation.Result) bool {
	return r.Grade == imitation.None && len(r.Signs) == 0 && !r.Relay && r.Form == (imitation.Form{}) && !r.Drawn && len(r.Purposes) == 0 && r.Content == imitation.Unknown
}

// quiet reports whether the dossier of site says nothing that a page or script
// could complete. Nearly all reading ends here, with the read lock.
func (b *Book) quiet(s *shelf, site string) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	d := s.look(site)
	return d == nil || d.grade < imitation.Copy && d.away.IsZero() && d.guessed.IsZero() && d.relay.IsZero()
}

// weigh writes into d what was read, or asked for, for the document that v has
// open: its grade alone, or with what came before for the same document; and no
// more than most. What counts for less does not add up with what comes later.
func (d *sheet) weigh(v *visitor, r imitation.Result, most imitation.Grade, now time.Time) {
	if r.Relay {
		d.relay = now
	}
	grade, score := r.Grade, r.Score
	if len(r.Signs) > 0 && most == imitation.Copy {
		if g, s := imitation.Grades(v.gather(r.Signs, now)); g > grade {
			grade, score = g, s
		}
	}
	d.addSigns(r.Signs, now)
	d.addGrade(min(grade, most), score, now)
}

// learn adds what fields are for. The page read last is right about its own fields, but that
// a name which is for a new password there was one to sign in with before: who sees the
// sign-in still, in another tab or a step back, sends it as before, and a frame or a script
// may bring a form that nobody sees. When there are too many in all, its fields alone count.
func (d *sheet) learn(purposes map[string]string) {
	if len(purposes) == 0 {
		return
	}
	all := make(map[string]string, len(d.purposes)+len(purposes))
	if len(d.purposes)+len(purposes) <= maxPurposes {
		maps.Copy(all, d.purposes)
	}
	for field, purpose := range purposes {
		if len(all) < maxPurposes && len(field) <= maxFieldLen && len(purpose) <= maxFieldLen {
			all[field] = imitation.Both(d.purposes[field], purpose)
		}
	}
	if !maps.Equal(all, d.purposes) {
		d.purposes = all
	}
}

// recognised writes down that the client met an imitation at d, and, if it may
// be laid to the site, that the site gave itself away. Others who were there
// within ten minutes met it too.
func (b *Book) recognised(d *sheet, how string, client netip.Addr, lay bool, now time.Time) {
	meet := func(m *met) { m.imitation = now }
	if how == guessOracle {
		return
	}
	b.clients.note(client, now, meet)
	if !lay {
		return
	}
	if d.away.IsZero() {
		for _, v := range d.clients {
			if now.Sub(v.last) < stepFor {
				b.clients.note(v.client, now, meet)
			}
		}
	}
	d.away, d.how = now, how
	b.changed(saveJudged)
}
