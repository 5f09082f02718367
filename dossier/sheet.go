package dossier

import (
	"container/list"
	"slices"
	"strings"
	"time"

	"sekisho/imitation"
	"sekisho/rules"
)

// How long things count, and how much of a site is kept.
const (
	// freshFor is how long a sign counts in full, and staleFor how long it
	// counts one grade less. A kit's page seen last week still matters when
	// its script comes today; one seen last month says nothing of the owner
	// of a domain that changes hands.
	freshFor = 7 * 24 * time.Hour
	staleFor = 14 * 24 * time.Hour
	// awayFor is how long a site that gave itself away stays so, after the
	// last sign: 0.2–3 % of phishing hosts are seen again a month later.
	awayFor = 30 * 24 * time.Hour
	// newFor and mailFor are how long a site counts as new here, and as
	// reached from a mail; youngCert is the age below which a certificate
	// counts.
	newFor    = 24 * time.Hour
	mailFor   = 24 * time.Hour
	youngCert = 3 * 24 * time.Hour
	// stepFor joins the steps of one sign-in, and a code to an imitation anywhere.
	stepFor = 10 * time.Minute
	// codeFor joins a code of any name to an imitation, at a site that is new: the
	// page that asks for it may be another one, and the mail with it may take its time.
	codeFor = time.Hour

	maxSigns    = 64
	maxSignLen  = 64
	maxClients  = 32
	maxPurposes = 64
	maxFieldLen = 128
)

// sheet is the dossier of one site. The lock of its shelf guards it.
type sheet struct {
	site    string
	sharing sharing
	free    bool // free hosting
	place   *list.Element
	placed  rank // the rank that place is of

	first    time.Time // first visit from here
	cert     time.Time // NotBefore of the certificate seen last
	mail     time.Time // last arrival from a mail
	opened   time.Time // last document
	relay    time.Time // last response that only Amazon's servers make
	drawn    time.Time // last field for a password, of a page or a script
	name     rules.Verdict
	signs    []seen
	purposes map[string]string // replaced as a whole, never changed: Hints hands it out
	clients  []visitor         // the latest last

	away       time.Time // last sign since it gave itself away; zero: it did not
	how        string    // by which technique
	guesses    []guess
	guessed    time.Time // when guessing was recognised, or so long before that it ends in time
	tired      time.Time // when there was last one try too many, of those that no site is taken away for
	guessedAt  time.Time // when it was recognised; of what was read from the file: guessed
	passed     time.Time // when credentials passed, last
	accepted   time.Time // when a person went on with a protected password
	acceptedID time.Time // when a person went on with a protected ID
	held       time.Time // when a request was last held red for what it carried
	heldOf     []string  // of which accounts that was since the start; "" of an unknown one
	proved     time.Time // when that was a protected password
	before     tally     // of guesses before the restart

	gaveID       time.Time // when anybody gave a protected ID, which may be the first of two steps
	gaveIDBefore time.Time // the same, before the restart: who it was is not kept

	grade     imitation.Grade // of signs, at the time of graded
	score     int
	gradeEnds time.Time       // when grade may be less; zero: there is none
	best      imitation.Grade // the worst single response
	bestAt    time.Time
}

// seen is a sign and when it was there last.
type seen struct {
	sign string
	at   time.Time
}

func newSheet(site string) *sheet {
	site = strings.Clone(site) // a substring would hold on to the whole name
	return &sheet{site: site, sharing: sharingOf(site), free: isFreeHosting(site)}
}

// rank returns how much it matters that d is not forgotten.
func (d *sheet) rank() rank {
	switch {
	case !d.away.IsZero() || !d.guessed.IsZero() || !d.proved.IsZero():
		return judged
	case !d.passed.IsZero() || !d.accepted.IsZero() || !d.acceptedID.IsZero():
		return signedIn
	}
	return merelySeen
}

// addSigns notes signs as seen now, the oldest giving way.
func (d *sheet) addSigns(signs []string, now time.Time) {
	for _, sign := range signs {
		if sign == "" || len(sign) > maxSignLen {
			continue
		}
		if i := slices.IndexFunc(d.signs, func(s seen) bool { return s.sign == sign }); i >= 0 {
			d.signs = slices.Delete(d.signs, i, i+1)
		} else if len(d.signs) == maxSigns {
			d.signs = slices.Delete(d.signs, 0, 1)
		}
		d.signs = append(d.signs, seen{strings.Clone(sign), now})
	}
	if len(signs) > 0 {
		d.regrade(now)
	}
}

// addGrade notes what one response, or one document with what it loaded, is
// worth. Lesser ones do not displace it as long as it counts in full.
func (d *sheet) addGrade(g imitation.Grade, score int, now time.Time) {
	age := now.Sub(d.bestAt)
	if g >= d.best || age >= freshFor && g+1 >= d.best || age >= staleFor {
		d.best, d.score, d.bestAt = g, score, now
	}
	d.regrade(now)
}

// regrade computes what the site is worth now: what the worst document was,
// less one grade when that is stale, or traces for signs from wherever on the
// site. Signs of different documents are not weighed together: a shop's own
// sign-in and its article on false sign-ins at Amazon make no copy.
func (d *sheet) regrade(now time.Time) {
	d.signs = slices.DeleteFunc(d.signs, func(s seen) bool { return now.Sub(s.at) >= staleFor })
	ends := now.Add(staleFor)
	var fresh []string
	for _, s := range d.signs {
		if until := s.at.Add(freshFor); until.After(now) {
			fresh = append(fresh, s.sign)
			ends = earlier(ends, until)
		}
	}
	d.grade = imitation.None
	if g, _ := imitation.Grades(fresh); g > imitation.None {
		d.grade = imitation.Traces
	}
	switch age := now.Sub(d.bestAt); {
	case d.best == imitation.None || age >= staleFor:
	case age >= freshFor:
		d.grade, ends = max(d.grade, d.best-1), earlier(ends, d.bestAt.Add(staleFor))
	default:
		d.grade, ends = max(d.grade, d.best), earlier(ends, d.bestAt.Add(freshFor))
	}
	d.gradeEnds = ends
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
