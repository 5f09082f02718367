package dossier

import (
	"hash/maphash"
	"slices"
	"time"
	"unicode/utf8"

	"sekisho/accounts"
	"sekisho/guard"
	"sekisho/hostname"
	"sekisho/imitation"
)

// A host that tries this many passwords of a protected account within this
// time is guessing: by what is stopped it would learn which one is right.
const (
	guessMany = 10
	guessFor  = time.Hour

	// Values under names that say nothing are words looked for and drafts as
	// well, so that it takes more of them, and the site is taken away for a shorter time, or not.
	// A request that holds nothing besides the ID and one or two values is what
	// a form for signing in is, whatever it calls its fields: there, as many as by name are
	// enough. What comes after the ID, without it, or beside it under a name that says what
	// else it is, has no such bound, but that of ration.
	triedMany = 20
	triedFor  = 24 * time.Hour

	// otherID stands for the fields for passwords beside another ID, after a protected one.
	otherID = 1

	// shortest is the least that Amazon takes for a password: what a person types to
	// have a page printed, or to open a parcel box, is no guess at one.
	shortest = 6

	// maxGuesses bounds what is kept of a site: as many as the tries of all
	// fields of ten requests, the oldest giving way.
	maxGuesses = 320
)

// guess is a wrong password, by a tag that means nothing outside this process.
type guess struct {
	tag   uint64
	field uint64 // the field of any name that it stood in, of one account; 0: one for passwords
	at    time.Time
}

// guessed counts passwords that are wrong for a protected account, writes down
// whether the site is now known to guess, and returns what the request itself has
// against it. Those by name, and under a host's name that
// imitates Amazon all others, count together; elsewhere a value under a
// name that says nothing counts with others of the same name. A place where
// everybody signs in is not taken for one that guesses. At a host that somebody has let
// pass, only what a field for passwords has counts, and from then on.
func (b *Book) guessed(d *sheet, v *visitor, host hostname.Name, f guard.Finding, m accounts.Match, now time.Time) (e evidence) {
	if m.Password || !b.apart(d) {
		return 0
	}
	since, excused := b.pardons.Load().covers(host, d.site, now)
	d.guesses = slices.DeleteFunc(d.guesses, func(g guess) bool { return excused && g.at.Before(since) })
	imitates := d.imitatesByName()
	follows := within(stepFor, v.labelAt, now) || within(stepFor, d.gaveIDBefore, now)
	at := now
	guesses := false
	switch {
	case f.More: // held whatever is in it, which tells the site nothing
		guesses = b.count(d, guess{b.tagOf(f), 0, now}, guessMany)
	case f.Typed > 0 && (m.ID || follows && len(f.IDs) == 0):
		guesses = b.typed(d, f, now)
	case f.Named > 0 && !m.ID && follows && len(f.IDs) > 0:
		// Somebody else's sign-in, of ten users that are set up; or a guess in its form.
		e = trying.when(b.count(d, guess{b.tagOf(f), otherID, now}, guessMany))
	case f.Named > 0:
		guesses = b.count(d, guess{b.guessTag(follows, f, m), 0, now}, guessMany)
	case excused:
	case (m.ID || f.Followed && follows) && (imitates || b.unfamiliar(d, host, now)):
		label := m.Label
		if !m.ID {
			label = v.label
		}
		if guesses, e = b.tried(d, f, label, now); !imitates {
			at = now.Add(triedFor - awayFor) // ends sooner
		}
	}
	if !guesses {
		return e
	}
	d.guessedAt = now
	if at.After(d.guessed) {
		d.guessed = at
		b.changed(saveJudged)
	}
	return e
}

// typed counts each value of a field for passwords, whatever the form is for: a
// second field, or one for a new password, makes a registration of a guess. A
// person who registers with the protected ID tries once or twice. Digests of what
// was typed are no further guess, nor are bytes that guard took out of it, as letters
// that happen to be base64 hold some, and nor is what is shorter than any password.
func (b *Book) typed(d *sheet, f guard.Finding, now time.Time) (guesses bool) {
	for _, p := range f.Passwords[:min(f.Typed, len(f.Passwords))] {
		if v := p.Bytes(); len(v) >= shortest && !digest(v) && utf8.Valid(v) {
			guesses = b.count(d, guess{max(maphash.Bytes(b.seed, v), 1), 0, now}, guessMany) || guesses
		}
	}
	return guesses
}

// digest reports whether v is MD5 or one of the SHA family in hexadecimal.
func digest(v []byte) bool {
	switch len(v) {
	case 32, 40, 56, 64, 96, 128:
	default:
		return false
	}
	for _, c := range v {
		if (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'f') {
			return false
		}
	}
	return true
}

// tried counts the values of any name that guard takes for tries: many others
// under the same name, while the ID stays, are no token and no message. Several
// of one name in a request are one. Where people sign in and go on, they send
// their address with much else, and tries are not looked for. They may as well be coupons,
// or what an application saves or reports of its user: no site is taken away for them, and
// it is such requests that are too many, sooner where they hold no more than a form for
// signing in has. But for that the site is taken away where it has a form under Amazon's name.
func (b *Book) tried(d *sheet, f guard.Finding, label string, now time.Time) (guesses bool, e evidence) {
	imitates := d.imitatesByName()
	pair := f.Pair && oneField(f.Tries)
	for i, field := range f.Tries {
		few, many := imitates || pair || f.Followed, triedMany
		if field == guard.TrySaid && !imitates { // see ration
			continue
		}
		if few {
			many = guessMany
		}
		if field == 0 || slices.Contains(f.Tries[:i], field) {
			continue
		}
		var h maphash.Hash
		h.SetSeed(b.seed)
		_, _ = h.WriteString(label)
		of := max(field^h.Sum64(), 1)
		if imitates {
			of = 0 // with what has the name of a password
		}
		for k := i; k < len(f.Tries) && k < len(f.Passwords); k++ {
			if f.Tries[k] == field {
				_, _ = h.Write(f.Passwords[k].Bytes())
				_ = h.WriteByte(0)
			}
		}
		switch tooMany := b.count(d, guess{max(h.Sum64(), 1), of, now}, many); {
		case tooMany && few && (imitates || d.grade >= imitation.Suspect):
			guesses = true
		case tooMany:
			d.tired, e = now, trying
		default:
			e |= trying.when(within(triedFor, d.tired, now))
		}
	}
	return guesses, e
}

// oneField reports whether tries are of one field: two or three are a nickname and what
// somebody says of himself, saved again and again.
func oneField(tries []uint64) bool {
	var of uint64
	for _, field := range tries {
		if field != 0 && of != 0 && field != of {
			return false
		}
		of = max(of, field)
	}
	return true
}

// count adds a guess, and reports whether its field now has many. The same one
// again does not count.
func (b *Book) count(d *sheet, g guess, many int) bool {
	if g.tag == 0 {
		return false
	}
	d.guesses = slices.DeleteFunc(d.guesses, func(have guess) bool {
		return have.tag == g.tag && have.field == g.field || g.at.Sub(have.at) >= guessFor
	})
	if len(d.guesses) >= maxGuesses {
		d.guesses = slices.Delete(d.guesses, 0, 1)
	}
	d.guesses = append(d.guesses, g)
	if g.field == 0 {
		b.changed(saveJudged)
	} else {
		b.changed(saveTried)
	}
	n := d.before.of(g)
	for _, have := range d.guesses {
		if have.field == g.field {
			n++
		}
	}
	return n >= many
}

// guessTag stands for what fields for passwords have, elsewhere than beside the ID or
// right after it: all of them, where they follow the ID, or else the first.
func (b *Book) guessTag(follows bool, f guard.Finding, m accounts.Match) uint64 {
	if m.ID && f.Named > 1 || !m.ID && follows {
		return b.tagOf(f)
	}
	return m.Other
}

// tagOf stands for the passwords that are so by name, or else for the likeliest.
// Together they are one guess: a form that sends a password and its digest
// guesses once, and one with the same decoy in front guesses all the same.
func (b *Book) tagOf(f guard.Finding) uint64 {
	if len(f.Passwords) == 0 {
		return 0
	}
	var h maphash.Hash
	h.SetSeed(b.seed)
	for _, p := range f.Passwords[:min(max(f.Named, 1), len(f.Passwords))] {
		_, _ = h.Write(p.Bytes())
		_ = h.WriteByte(0)
	}
	return max(h.Sum64(), 1)
}
