package dossier

import (
	"time"

	"sekisho/guard"
	"sekisho/imitation"
)

// asksForName reports whether f is the first step of a sign-in, to a site whose pages
// ask for a name as Amazon's do: letters and newsletters, which have an ID too, are sent
// every day from pages with a log-in and the word Amazon.
func (d *sheet) asksForName(f guard.Finding) bool {
	return f.Act == guard.Identify && imitation.FirstStep(d.signNames())
}

// signsIn reports whether f is a sign-in. At a site with signs of Amazon an address and a
// value of any name are taken for one, but not where those say no more than its name:
// they may be a letter, unless it has the form of a sign-in and the page asks for a password.
// What a page calls its fields excuses nothing where something speaks against the site: a
// copy has a ticked box for a new account, or a host and a port, for the asking.
func (d *sheet) signsIn(f guard.Finding, now time.Time) bool {
	return f.Act == guard.SignIn && (f.Named > 0 || f.Typed > 0 || f.Shaped || !imitation.MentionsOnly(d.signNames())) ||
		f.Excused && (d.grade >= imitation.Suspect || d.imitatesByName() || within(heldFor, d.held, now))
}

func (d *sheet) signNames() []string {
	names := make([]string, len(d.signs))
	for i, s := range d.signs {
		names[i] = s.sign
	}
	return names
}
