package dossier

import (
	"time"

	"sekisho/hostname"
)

// Passed notes that a credential went to host and was let through, or that a
// person chose to go on there: the site is familiar from now on, for the whole
// office. If the question was about a protected password, that is accepted
// too. It changes nothing for a site that gave itself away, nor where anybody
// puts up forms.
func (b *Book) Passed(host hostname.Name) {
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
	accepts := d.accepted.IsZero() && within(stepFor, d.reuse, now)
	if accepts {
		d.accepted, d.reuse = now, time.Time{}
	}
	if d.passed.IsZero() || accepts {
		b.changed(saveJudged)
	}
	d.passed = now
	for i := range d.clients {
		if v := &d.clients[i]; within(stepFor, v.asked, now) {
			v.entered = true // whoever was asked went on, as far as can be told
		}
	}
	s.sort(d)
}
