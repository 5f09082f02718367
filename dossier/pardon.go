package dossier

import (
	"maps"
	"strings"
	"time"

	"sekisho/hostname"
)

// Pardon has what was said of the sites of these hosts count as a false alarm,
// each until its time; the zero time is without end. They take the place of
// those given before, so that whoever keeps the list decides alone: nothing of
// it is kept here, nor in the file. A host, as [hostname.Name.String] has it,
// stands for itself and the names below it, and not for its neighbours on the
// same site, nor for what strangers have below it.
//
// What was seen of a site stays written down and is only left out of account:
// it counts again from the moment that a pardon ends, and what was sent there
// meanwhile does not make the site one that people sign in to. Protected sign-ins,
// protected passwords and Amazon's own fields are judged as before; they are
// not a matter of how a page looks.
func (b *Book) Pardon(hosts map[string]time.Time) {
	p := pardons(maps.Clone(hosts))
	b.pardons.Store(&p)
}

// pardons is until when a host is pardoned. It is immutable.
type pardons map[string]time.Time

// covers reports whether host, which belongs to site, is pardoned.
func (p pardons) covers(host hostname.Name, site string, now time.Time) bool {
	if len(p) == 0 {
		return false
	}
	for at := host.String(); len(at) >= len(site); {
		if until, ok := p[at]; ok && (until.IsZero() || now.Before(until)) {
			return true
		}
		var more bool
		if _, at, more = strings.Cut(at, "."); !more {
			return false
		}
	}
	return false
}

// pardoned reports whether host, which belongs to site, is pardoned.
func (b *Book) pardoned(host hostname.Name, site string, now time.Time) bool {
	return b.pardons.Load().covers(host, site, now)
}

// Settled reports whether a pardon lets pass now what was stopped at host by a
// judgement of this severity and technique.
func (b *Book) Settled(host hostname.Name, severity, technique string) bool {
	if technique == ProtectedPassword || severity == red && holdsCredential(technique) {
		return false
	}
	return b.pardoned(host, SiteOf(host), time.Now())
}
