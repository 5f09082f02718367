package dossier

import (
	"net/netip"
	"slices"
	"time"

	"sekisho/accounts"
	"sekisho/guard"
	"sekisho/hostname"
	"sekisho/rules"
)

// SubmitFrom judges a request with credentials, before a byte of its body
// leaves. A copied page may post to a third
// party that shows nothing itself, so the worse of the two sites decides. And
// a page may post to somebody else's site to have that condemned, so what the
// request gives away is laid to the page's site. f is not kept; m is what
// accounts said of it.
func (b *Book) SubmitFrom(sender Sender, host hostname.Name, client netip.Addr, f guard.Finding, m accounts.Match) Judgement {
	document := sender.Document
	if host.IsZero() || isAmazon(host) || carriesNothing(f, m) {
		return Judgement{}
	}
	now := time.Now()
	var from evidence
	across := !document.IsZero() && SiteOf(document) != SiteOf(host)
	if across {
		from = b.against(document, client, f, m, now)
	}
	if document.IsZero() || across {
		from |= ourID.when(b.idBefore(sender, client, f, m, now))
	}
	if across && m.ID {
		b.gaveFrom(document, client, m.Label, now)
	}
	hidden := document.IsZero() && sender.Hidden
	if hidden {
		if m.ID {
			b.noteIDOf(client, m.Label, now)
		}
		from |= b.guessedUnseen(client, f, m, now)
	}
	var void evidence
	if across && f.Act == guard.Code && b.strangeAfterCopy(document, client, now) {
		void = wellKnown | inUse // people who have a copy get its codes by messengers
	}
	j, known := b.submitted(host, client, f, m, from, void, across || hidden, now)
	if j.Do == Hold && holdsCredential(j.Technique) {
		b.clients.note(client, now, func(met *met) { met.held = now })
		if across {
			b.holdAt(document, client, j.Account, m.Password, now)
		}
	}
	if j.Do != Hold || !showsImitation(j.Technique) {
		return j
	}
	b.clients.note(client, now, func(m *met) { m.imitation = now })
	if !document.IsZero() && (!known || f.Amazon) {
		b.lay(document, client, j.Technique, now)
	}
	return j
}

// submitted judges the request at the site of host, and writes down there what
// the client did. from is what its page has against it, and void what does not speak for
// the site. others is whether the page is another
// site's, and known whether one of the sites was given away already.
func (b *Book) submitted(host hostname.Name, client netip.Addr, f guard.Finding, m accounts.Match, from, void evidence, others bool, now time.Time) (j Judgement, known bool) {
	site := SiteOf(host)
	met := b.clients.of(client)
	s := b.shelfOf(site)
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.take(site)
	if !now.Before(d.gradeEnds) {
		d.regrade(now)
	}
	v := d.visitor(client, now)
	e := b.carried(d, v, f, m, now) | ourID.when((m.Password || f.More || f.Hidden) && within(stepFor, d.gaveIDBefore, now))
	if m.ID && b.unfamiliar(d, host, now) {
		b.noteID(d, client, m.Label, now)
	}
	if !others {
		e |= b.guessed(d, v, host, f, m, now)
		s.sort(d)
	}
	e |= b.known(d, host, now)&^void | firstStep.when(d.asksForName(f)) | from
	e |= metImitation.when(within(stepFor, met.imitation, now))
	e |= metLately.when(within(codeFor, met.imitation, now) && d.newHere(now))
	e |= heldHere.when(d.heldNow(client, now))
	j = d.judgement(submit, e, client, now)
	if j.Do == Pass {
		v.entered = v.entered || d.signsIn(f, now) || f.Act == guard.Code
		return j, false
	}
	if e.has(ourPassword) {
		// What passed was compared with it. In two steps the ID is at the site since the first.
		j.EnteredEarlier, j.IDEarlier = false, e.has(ourID) && !m.ID
	}
	j.Fields = slices.Clone(f.Fields)
	j.Account = accountOf(v, m)
	j.Signs = merge(j.Signs, f.Signs)
	if j.Do == Hold && holdsCredential(j.Technique) {
		b.hold(d, v, j.Account, m.Password, now)
		s.sort(d)
	}
	return j, e.has(givenAway)
}

// lay writes down that the site of a document gave itself away by a request.
func (b *Book) lay(document hostname.Name, client netip.Addr, how string, now time.Time) {
	if isAmazon(document) {
		return
	}
	site := SiteOf(document)
	s := b.shelfOf(site)
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.take(site)
	b.recognised(d, how, client, b.apart(d), now)
	s.sort(d)
}

// carriesNothing reports whether there is nothing to judge.
func carriesNothing(f guard.Finding, m accounts.Match) bool {
	return f.Act == guard.Nothing && !f.Amazon && !f.Undecoded && !f.Bomb && !f.Followed && !m.ID && !m.Password
}

// showsImitation reports whether a held request says what the site is. A
// protected sign-in alone does not: people use one password in many places.
func showsImitation(technique string) bool {
	return technique == signInCopy || technique == signInRelay || technique == amazonFields
}

// holdAt is hold at the site of a document, which may try again itself.
func (b *Book) holdAt(document hostname.Name, client netip.Addr, label string, proved bool, now time.Time) {
	if isAmazon(document) {
		return
	}
	site := SiteOf(document)
	s := b.shelfOf(site)
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.take(site)
	b.hold(d, d.visitor(client, now), label, proved, now)
	s.sort(d)
}

// isAmazon reports whether n is never judged.
func isAmazon(n hostname.Name) bool { return rules.IsGenuine(n) || rules.MayReceiveCredentials(n) }

// against returns what the site of a document has against it, with what it
// tries now: whoever guesses passwords is the page, not where it sends them.
func (b *Book) against(document hostname.Name, client netip.Addr, f guard.Finding, m accounts.Match, now time.Time) evidence {
	if isAmazon(document) {
		return 0
	}
	site := SiteOf(document)
	s := b.shelfOf(site)
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.take(site)
	if !now.Before(d.gradeEnds) {
		d.regrade(now)
	}
	e := b.guessed(d, d.visitor(client, now), document, f, m, now)
	s.sort(d)
	e |= b.known(d, document, now) | heldHere.when(d.heldNow(client, now)) | firstStep.when(d.asksForName(f))
	if e&(pardoned|wellKnown) != 0 {
		return 0
	}
	return e & (givenAway | passedThrough | guessing | trying | siteCopy | siteSuspect | siteTraces | nameWarned | heldHere | firstStep)
}

// carried returns what the request carries, joined with the step before, and
// remembers a first step: the label of the account alone.
func (b *Book) carried(d *sheet, v *visitor, f guard.Finding, m accounts.Match, now time.Time) evidence {
	e := credential.when(f.Act != guard.Nothing || m.ID || m.Password || f.Amazon)
	// A protected password in a field of no meaning is one all the same.
	e |= signIn.when(d.signsIn(f, now) || m.Password && (f.Act == guard.Nothing || f.Act == guard.Identify))
	e |= code.when(f.Act == guard.Code || f.Act == guard.SignIn && len(f.Codes) > 0)
	e |= opaque.when(f.Undecoded)
	e |= bomb.when(f.Bomb)
	e |= ownFields.when(f.Amazon)
	e |= ourID.when(m.ID)
	e |= ourPassword.when(m.Password)
	e |= crowded.when(f.More && !m.Password)
	e |= hiding.when(f.Hidden && !m.Password)
	if m.ID {
		v.gives(m.Label, now)
	} else if m.Password && v.gave(m.Label, now) || (f.More || f.Hidden) && within(stepFor, v.labelAt, now) {
		e |= ourID
	}
	return e
}

// accountOf returns the label to be shown.
func accountOf(v *visitor, m accounts.Match) string {
	if m.Label != "" || !m.ID && !m.Password {
		return m.Label
	}
	return v.label
}
