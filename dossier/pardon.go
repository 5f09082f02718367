package dossier

import (
	"maps"
	"strings"
	"time"

	"sekisho/hostname"
)

// Pardoned is when somebody said that a host may pass, and until when; a zero Until is
// without end.
type Pardoned struct{ Since, Until time.Time }

// Pardon has what was said of the sites of these hosts count as a false alarm,
// each until its end. They take the place of
// those given before, so that whoever keeps the list decides alone: nothing of
// it is kept here, nor in the file. A host, as [hostname.Name.String] has it,
// stands for itself and the names below it, and not for its neighbours on the
// same site, nor for what strangers have below it.
//
// What was seen of a site stays written down and is only left out of account:
// it counts again from the moment that a pardon ends, and what was sent there
// meanwhile does not make the site one that people sign in to. Protected sign-ins,
// protected passwords and Amazon's own fields are judged as before; they are
// not a matter of how a page looks. Passwords of a protected account that a site tried
// before Since count for nothing, and those that it tries from then on count as
// anywhere, in fields that say that they are for passwords.
func (b *Book) Pardon(hosts map[string]Pardoned) {
	p := pardons(maps.Clone(hosts))
	b.pardons.Store(&p)
}

// pardons are those of hosts. It is immutable.
type pardons map[string]Pardoned

// covers reports whether host, which belongs to site, is pardoned, and when that was
// said last.
func (p pardons) covers(host hostname.Name, site string, now time.Time) (since time.Time, ok bool) {
	if len(p) == 0 {
		return time.Time{}, false
	}
	for at, more := host.String(), true; more && len(at) >= len(site); _, at, more = strings.Cut(at, ".") {
		x, found := p[at]
		if !found || !x.Until.IsZero() && !now.Before(x.Until) {
			continue
		}
		if ok = true; x.Since.After(since) {
			since = x.Since
		}
	}
	return since, ok
}

// pardoned reports whether host, which belongs to site, is pardoned.
func (b *Book) pardoned(host hostname.Name, site string, now time.Time) bool {
	_, ok := b.pardons.Load().covers(host, site, now)
	return ok
}

// Settled reports whether a pardon lets pass now what was stopped at host by a
// judgement of this severity and technique.
func (b *Book) Settled(host hostname.Name, severity, technique string) bool {
	if technique == ProtectedPassword || severity == red && holdsCredential(technique) {
		return false
	}
	return b.pardoned(host, SiteOf(host), time.Now())
}
