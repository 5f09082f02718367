package dossier

import (
	"net/netip"
	"slices"
	"time"

	"sekisho/hostname"
	"sekisho/imitation"
)

// Framed judges a document of host by the page of by, another site's, that shows it in a
// frame: where that page has all of a sign-in of Amazon's but its fields, and a frame where
// they belong, fields for a secret complete it. What comes for a document in such a frame is
// judged so too, with that document as by: its scripts, with the zero Name as host, the
// document after it, and that of a frame in it. r is what was found. It is laid to the page if
// it has fields, of a script nothing but those, and nothing of the page to the site of host.
// Hold means: replace or hold it back; the page's site is given away.
func (b *Book) Framed(by Sender, host hostname.Name, client netip.Addr, r imitation.Result) Judgement {
	fields := r.Fields()
	if host.IsZero() && len(fields) == 0 {
		return Judgement{}
	}
	now := time.Now()
	page := b.awaiting(by, client, now)
	if !host.IsZero() {
		b.noteFrame(host, page, client, now)
	}
	if page.IsZero() || len(fields) == 0 {
		return Judgement{}
	}
	if !host.IsZero() { // the page may be nothing but a title, and the words in the frame
		fields = merge(fields, slices.DeleteFunc(slices.Clone(r.Signs), func(sign string) bool { return sign == imitation.PartFramed }))
	}
	return b.read(script, sender{own: true, framed: true}, page, client, imitation.Result{Signs: fields})
}

// awaits reports whether the document that v opened last has a frame where its fields
// belong.
func (v *visitor) awaits() bool { return slices.Contains(v.load, imitation.PartFramed) }

// awaiting returns the page that awaits its fields and that a document is, or is in a frame
// of, however deep; the zero Name if there is none. A page that forbids its browser to say
// whose frame it is is the one that the client opened a moment ago, as for scripts.
func (b *Book) awaiting(by Sender, client netip.Addr, now time.Time) hostname.Name {
	if by.Hidden {
		if m := b.clients.of(client); within(shellFor, m.awaitAt, now) {
			return m.await
		}
	}
	site := SiteOf(by.Document)
	if site == "" {
		return hostname.Name{}
	}
	s := b.shelfOf(site)
	s.mu.RLock()
	defer s.mu.RUnlock()
	d := s.look(site)
	if d == nil {
		return hostname.Name{}
	}
	i := d.find(client)
	if i < 0 {
		return hostname.Name{}
	}
	switch v := &d.clients[i]; {
	case v.awaits():
		return by.Document
	case within(stepFor, v.aroundAt, now):
		return v.around
	}
	return hostname.Name{}
}

// noteFrame notes which page that awaits its fields has a document of host in a frame, if
// one has: the last that has one is the one that its scripts are for.
func (b *Book) noteFrame(host, page hostname.Name, client netip.Addr, now time.Time) {
	site := SiteOf(host)
	if isAmazon(host) || site == SiteOf(page) {
		return
	}
	s := b.shelfOf(site)
	s.mu.Lock()
	defer s.mu.Unlock()
	if d := s.look(site); page.IsZero() && (d == nil || d.find(client) < 0) {
		return
	}
	v := s.take(site).visitor(client, now)
	v.around, v.aroundAt = page, time.Time{}
	if !page.IsZero() {
		v.aroundAt = now
	}
}

// noteAwaiting remembers a document that waits for its fields.
func (b *Book) noteAwaiting(v *visitor, host hostname.Name, now time.Time) {
	if v.awaits() {
		b.clients.note(v.client, now, func(m *met) { m.await, m.awaitAt = host, now })
	}
}
