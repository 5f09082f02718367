package dossier

import (
	"net/netip"
	"strings"
	"time"

	"sekisho/guard"
	"sekisho/hostname"
	"sekisho/imitation"
	"sekisho/rules"
)

// Visit notes a navigation: since when the site is known here, its
// certificate, its name, and whether a mail led to it. Of any other request
// nothing is noted. Call it before Navigate, for every host whose traffic is
// looked into.
func (b *Book) Visit(a Arrival) {
	if !a.navigates() || a.Host.IsZero() || isAmazon(a.Host) {
		return
	}
	now := time.Now()
	host := a.Host.String()
	last := b.clients.of(a.Client)
	fromMail := a.fromMail(within(hopFor, last.redirect, now), last.leads)
	if leads := a.leads(); mailKindOf(host) == redirect || fromMail && !leads.IsZero() {
		b.clients.note(a.Client, now, func(m *met) { m.redirect, m.leads = now, leads })
	}
	site := SiteOf(a.Host)
	s := b.shelfOf(site)
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.take(site)
	if d.first.IsZero() {
		d.first = now
		b.changed(saveSeen)
	}
	d.opened = now
	v := d.visitor(a.Client, now)
	v.told = a.SecFetchMode != ""
	if strings.EqualFold(a.SecFetchDest, "document") {
		v.opens() // a frame belongs to the document around it
		v.aroundAt = time.Time{}
	}
	if !a.CertNotBefore.IsZero() {
		d.cert = a.CertNotBefore
	}
	d.named(a.Name)
	if fromMail {
		d.mail = now
	}
}

// Named notes what the policy says of host, ahead of the first page that is opened
// there.
func (b *Book) Named(host hostname.Name, v rules.Verdict) {
	site := SiteOf(host)
	if site == "" || isAmazon(host) {
		return
	}
	s := b.shelfOf(site)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.take(site).named(v)
}

// named keeps the worst verdict on a site's names, until the owner allows one.
func (d *sheet) named(v rules.Verdict) {
	if v.Action >= d.name.Action || v.Ground == rules.Allowlist {
		d.name = v
	}
}

// Navigate judges a request of any kind by what the site showed before. It
// costs a look-up, and allocates nothing for a site that did not give itself
// away.
func (b *Book) Navigate(host hostname.Name, client netip.Addr) Judgement {
	site := SiteOf(host)
	s := b.shelfOf(site)
	s.mu.RLock()
	defer s.mu.RUnlock()
	d := s.look(site)
	if d == nil || d.away.IsZero() && d.guessed.IsZero() {
		return Judgement{}
	}
	now := time.Now()
	e := b.known(d, host, now)
	return d.judgement(navigate, e, client, now)
}

// Kept notes that client was kept, on its way there, from a site that [Book.Navigate]
// holds for technique: the second and the third who open a copy may have its code in
// hand as the first has.
func (b *Book) Kept(client netip.Addr, technique string) {
	if showsImitation(technique) {
		b.clients.note(client, time.Now(), func(m *met) { m.imitation = time.Now() })
	}
}

// Hints returns what helps guard to read a request to host: what the site's
// own pages say that its fields are for, whether the site has signs of Amazon or
// a sign-in was held from it, and whether nothing speaks for it. Known is left to the caller. The map is not to be changed.
func (b *Book) Hints(host hostname.Name, client netip.Addr) guard.Hints {
	site := SiteOf(host)
	s := b.shelfOf(site)
	s.mu.RLock()
	defer s.mu.RUnlock()
	d := s.look(site)
	now := time.Now()
	lately := within(codeFor, b.clients.of(client).imitation, now)
	if d == nil {
		strange := !b.settings.Load().familiar.covers(host.String(), site)
		return guard.Hints{Thorough: strange, AfterCopy: strange && lately}
	}
	held := d.heldNow(client, now)
	follows, sparing := b.follows(d, host, client, now)
	return guard.Hints{
		Purposes:   d.purposes,
		Suspicious: d.looks() && !b.pardoned(host, site, now) || held,
		Thorough:   held || b.unfamiliar(d, host, now),
		Follows:    follows,
		Sparing:    sparing,
		Prompts:    b.prompts(d, host, now),
		AfterCopy:  lately && d.newHere(now) && b.unfamiliar(d, host, now),
	}
}

// prompts reports whether the site showed a field for a password to sign in with lately, and
// nothing speaks for it.
func (b *Book) prompts(d *sheet, host hostname.Name, now time.Time) bool {
	return within(freshFor, d.prompted, now) && b.apart(d) && b.unfamiliar(d, host, now) && !b.pardoned(host, d.site, now)
}

// looks reports whether the site has signs of Amazon, in its pages, in its name or by what
// it was held for.
func (d *sheet) looks() bool {
	return d.grade != imitation.None || !d.away.IsZero() || d.imitatesByName()
}

// WellKnown reports whether the sign-in at host is a well-known one, by the list that is
// built in or the owner's.
func (b *Book) WellKnown(host hostname.Name) bool {
	return b.settings.Load().familiar.covers(host.String(), SiteOf(host))
}

// Trusted reports whether people are known to sign in at host: whether its sign-in is well
// known, or the site in use, and nothing was found against it.
func (b *Book) Trusted(host hostname.Name) bool {
	site := SiteOf(host)
	c := b.settings.Load()
	s := b.shelfOf(site)
	s.mu.RLock()
	defer s.mu.RUnlock()
	d := s.look(site)
	if d == nil {
		return site != "" && c.familiar.covers(host.String(), site)
	}
	e := b.known(d, host, time.Now())
	return d.sharing != forms && e&(wellKnown|inUse) != 0 && e&(givenAway|passedThrough|guessing) == 0
}

// newHere reports whether the site was first visited from here within the last day, if at all.
func (d *sheet) newHere(now time.Time) bool { return d.first.IsZero() || now.Sub(d.first) < newFor }

// unfamiliar reports whether nothing speaks for a site. What was let through
// without a question says nothing, and neither does a pardon: protected sign-ins
// are looked for where it holds as elsewhere.
func (b *Book) unfamiliar(d *sheet, host hostname.Name, now time.Time) bool {
	c := b.settings.Load()
	return !(d.goneOn(now) && c.ask != askProtected) && !c.familiar.covers(host.String(), d.site)
}

// imitatesByName reports whether the name of the site was warned of.
func (d *sheet) imitatesByName() bool {
	return d.name.Ground == rules.Lookalike && d.name.Action >= rules.Warn
}

// known returns what is known of a site at host, apart from what is read or
// asked at the moment. The caller holds a lock.
func (b *Book) known(d *sheet, host hostname.Name, now time.Time) evidence {
	c := b.settings.Load()
	e := c.ask
	e |= genuine.when(isAmazon(host))
	since, excused := b.pardons.Load().covers(host, d.site, now)
	e |= pardoned.when(excused)
	e |= wellKnown.when(c.familiar.covers(host.String(), d.site))
	e |= goneOn.when(d.goneOn(now))
	e |= inUse.when(d.goneOn(now) && !d.newHere(now) && !d.imitatesByName())
	e |= reuseAccepted.when(!d.accepted.IsZero())
	e |= idAccepted.when(!d.acceptedID.IsZero())
	e |= givenAway.when(within(awayFor, d.away, now))
	e |= guessing.when(within(awayFor, d.guessed, now) && (!excused || d.guessedAt.After(since)))
	e |= passedThrough.when(within(freshFor, d.relay, now))
	e |= siteCopy.when(d.grade >= imitation.Copy)
	e |= siteSuspect.when(d.grade >= imitation.Suspect)
	e |= siteTraces.when(d.grade >= imitation.Traces)
	e |= hasDocument.when(within(freshFor, d.opened, now))
	e |= nameWarned.when(d.imitatesByName())
	e |= circumstances.when(d.nothingSpeaks(host, now))
	e |= formHost.when(d.sharing == forms)
	return e
}

// nothingSpeaks reports whether the circumstances of a site are those of an
// imitation: a mail led to a place that anybody has for nothing, and it is new.
// A certificate of yesterday says little by itself: with lifetimes of 90 and of
// 47 days every site has one on some days of the month; it stands for "new" and
// for no more.
func (d *sheet) nothingSpeaks(host hostname.Name, now time.Time) bool {
	_, ip := host.Addr()
	fresh := d.first.IsZero() || now.Sub(d.first) < newFor || !d.cert.IsZero() && now.Sub(d.cert) < youngCert
	return fresh && (d.free || ip) && within(mailFor, d.mail, now)
}

// apart reports whether what is found on a page at the site may be laid to
// the whole site: not where many people have pages, and not where many people
// rightly sign in.
func (b *Book) apart(d *sheet) bool {
	return d.sharing != forms && d.sharing != pages && !b.settings.Load().familiar.sites[d.site]
}
