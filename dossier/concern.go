package dossier

import (
	"net/netip"
	"slices"
	"time"

	"sekisho/hostname"
)

// maxConcerned is how many accounts are remembered of a site, and of a client there.
const maxConcerned = 8

// Concern is whose passwords the values of a request may be, besides those of the accounts
// whose IDs are in it. What fields for passwords have, and the few values of a form, may be anybody's.
type Concern struct {
	Labels []string // of accounts
	All    bool     // every account's
}

// Concerns returns what the values that client sends to host are compared with. Whose ID
// came a step ago, be it with another's in between, and whose sign-in was held there, has his
// password looked for; where the site has signs of Amazon, or it is not known any more who
// that was, everybody has.
func (b *Book) Concerns(sender Sender, host hostname.Name, client netip.Addr) Concern {
	now := time.Now()
	var c Concern
	b.concern(&c, host, client, true, now)
	if document := sender.Document; !document.IsZero() && SiteOf(document) != SiteOf(host) {
		b.concern(&c, document, client, false, now)
	}
	if met := b.clients.of(client); sender.Hidden && within(stepFor, met.labelAt, now) {
		c.add(met.label)
	}
	return c
}

// concern adds to c what the site of host says. Of the page that sends elsewhere, only
// that it gave itself away counts like signs of Amazon.
func (b *Book) concern(c *Concern, host hostname.Name, client netip.Addr, receives bool, now time.Time) {
	site := SiteOf(host)
	s := b.shelfOf(site)
	s.mu.RLock()
	defer s.mu.RUnlock()
	d := s.look(site)
	if d == nil {
		return
	}
	signs := within(awayFor, d.away, now) || receives && d.looks()
	c.All = c.All || signs && !b.pardoned(host, site, now) || within(stepFor, d.gaveIDBefore, now)
	if within(heldFor, d.held, now) {
		c.All = c.All || len(d.heldOf) == 0
		for _, label := range d.heldOf {
			c.add(label)
		}
	}
	i := d.find(client)
	if i < 0 {
		return
	}
	v := &d.clients[i]
	c.All = c.All || within(stepFor, v.held, now)
	if within(stepFor, v.labelAt, now) {
		c.add(v.label)
		for _, label := range v.earlier {
			c.add(label)
		}
	}
}

// add adds an account; "" is one that is not known.
func (c *Concern) add(label string) {
	if label == "" {
		c.All = true
	} else if !slices.Contains(c.Labels, label) {
		c.Labels = append(c.Labels, label)
	}
}

// gives notes that v's client gave the ID of an account. Another one in between does not end the
// join with the password: a page can post anything.
func (v *visitor) gives(label string, now time.Time) {
	if !within(stepFor, v.labelAt, now) {
		v.earlier = nil
	} else if v.label != label {
		v.earlier = remembered(v.earlier, v.label)
	}
	v.label, v.labelAt = label, now
}

// gave reports whether it gave that of label within the last minutes.
func (v *visitor) gave(label string, now time.Time) bool {
	return within(stepFor, v.labelAt, now) && (v.label == label || slices.Contains(v.earlier, label))
}

// remembered returns labels with label as the latest, the first giving way. What readers
// have of labels is not changed.
func remembered(labels []string, label string) []string {
	i := slices.Index(labels, label)
	switch {
	case i >= 0 && i == len(labels)-1:
		return labels
	case i >= 0:
		return append(slices.Delete(slices.Clone(labels), i, i+1), label)
	case len(labels) == maxConcerned:
		labels = labels[1:]
	}
	return append(slices.Clone(labels), label)
}
