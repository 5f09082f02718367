package trust

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"sekisho/hostname"
)

const (
	// givenUpSites is how many sites a stack that accepted our leaves has to refuse, with
	// none accepted in between, to count as one that trusts us no longer.
	givenUpSites = 3
	// givenUpAfter is how long it has to have accepted none for that. Another program may have
	// the same fingerprint, and a browser that is open accepts something now and then.
	givenUpAfter = time.Hour
	// pinAlerts is how many refusals of one site within a day, by a stack that is not
	// tunnelled for them, make a pinned application of it: one may be a
	// program that was started before the CA was trusted.
	pinAlerts = 3
)

// denial is a stack's refusals of our certificates.
type denial struct {
	last time.Time
	late string // the registrable domain of the last one
	site string // that of the first
	many bool   // whether there was another: it is not pinning
}

// pin counts what one client refused of one site.
type pin struct {
	client netip.Addr
	host   hostname.Name
}

type pinCount struct {
	since  time.Time
	alerts int
}

// Refused notes a handshake with a leaf for host that ended with an alert about our
// certificate; unknownCA says that it was the one about the authority (RFC 8446, section
// 6.2). What comes of that:
//
//	the stack                          what it refused             then it is
//	accepted nothing for a week        an ordinary name, or with   tunnelled
//	                                   unknown_ca
//	accepted nothing for a week        another, such as an         intercepted
//	                                   address
//	accepted a leaf within a week      whatever it is              intercepted
//	... but none for an hour, and has  an ordinary name, or with   tunnelled, and known
//	refused two other sites since      unknown_ca                  no longer
//
// Any page can have a browser ask for a leaf under a name of the page's choice. If a single
// refusal were enough, a name whose leaf no browser takes would switch interception off for one
// that trusts us, and what is typed next would leave unread. The alert does not tell one case
// from the other: Chromium says certificate_unknown to a wrong name and to an unknown authority alike.
// OpenSSL and NSS say unknown_ca to the latter alone.
//
// Its news is [NewsPinned] at the third refusal of a host by whoever is not tunnelled for
// it, and otherwise [NewsStranger], or [NewsProgram] where others on the client accept.
func (l *Ledger) Refused(client netip.Addr, p Fingerprint, host hostname.Name, unknownCA bool) News {
	l.mu.Lock()
	defer l.mu.Unlock()
	k, now := stack{client, p}, l.now()
	denied := (unknownCA || ordinary(host)) && l.disbelieves(k, registrable(host), now)
	if denied {
		if several := l.deny(k, registrable(host), now); several || !l.trustingLocked(client) {
			return l.tell(told{news: NewsStranger, client: client}, now)
		}
	}
	c, _ := l.pins.Get(pin{client, host})
	if now.Sub(c.since) > tellEvery {
		c = pinCount{since: now}
	}
	c.alerts++
	l.pins.Put(pin{client, host}, c)
	if denied { // otherwise nothing is let past
		if n := l.tell(told{news: NewsProgram, client: client}, now); n != NewsNone {
			return n
		}
	}
	if c.alerts < pinAlerts {
		return NewsNone
	}
	return l.tell(told{news: NewsPinned, host: host}, now)
}

// disbelieves reports whether a stack that refused a leaf for site has to be taken for one
// that does not trust us, with mu held.
func (l *Ledger) disbelieves(k stack, site string, now time.Time) bool {
	t, known := l.accepted.Get(k)
	if !known || now.Sub(t.last) >= proofFor {
		return true
	}
	if len(t.refused) < givenUpSites && !slices.Contains(t.refused, site) {
		t.refused = append(t.refused, site)
	}
	if len(t.refused) < givenUpSites || now.Sub(t.last) < givenUpAfter {
		return false
	}
	l.accepted.Delete(k)
	l.changed = true
	for _, earlier := range t.refused {
		l.deny(k, earlier, now)
	}
	return true
}

// deny has a stack tunnelled from now on, and reports whether it refused more than one
// site, with mu held.
func (l *Ledger) deny(k stack, site string, now time.Time) (several bool) {
	d, again := l.denied.Get(k)
	if !again {
		d.site = site
	}
	d.last, d.late, d.many = now, site, d.many || d.site != site
	l.denied.Put(k, d)
	return d.many
}

// clicked reports whether a stack that accepts a leaf for site refused one for it before,
// and none of another site's was accepted since, with mu held. Somebody may have clicked past a
// browser's warning, which is trust in one certificate alone.
func (l *Ledger) clicked(k stack, site string, now time.Time) bool {
	if d, ok := l.denied.Get(k); ok {
		return d.late == site && now.Sub(d.last) < distrustFor
	}
	t, known := l.accepted.Get(k)
	return known && slices.Contains(t.refused, site)
}

// registrable is the site that n belongs to.
func registrable(n hostname.Name) string {
	if r := n.Registrable(); r != "" {
		return r
	}
	return n.String()
}

// ordinary reports whether n is such that every client which trusts us takes a leaf for it:
// letters, digits and single hyphens within labels, below a public suffix. An
// address is none, nor is a name with an underscore, nor one in another script.
func ordinary(n hostname.Name) bool {
	if _, isIP := n.Addr(); isIP || n.Registrable() == "" {
		return false
	}
	for label := range strings.SplitSeq(n.String(), ".") {
		for part := range strings.SplitSeq(label, "-") {
			if part == "" || strings.ContainsFunc(part, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') }) {
				return false
			}
		}
	}
	return true
}
