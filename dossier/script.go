package dossier

import (
	"net/netip"
	"time"

	"sekisho/hostname"
	"sekisho/imitation"
)

// sender is who sent a script, as the document sees it.
type sender struct {
	own     bool // the document's site
	unknown bool // nobody knows whose document asked
	framed  bool // it is a document in a frame
	guessed bool // it is for the shell that was opened last, as far as one can tell
}

// most is how much a script may count against the page that loads it. Where
// the page is a shell, or asks for credentials under Amazon's name by itself,
// what the script says is what the page says. A page of its own content that
// loads somebody else's script, an advertisement or a tool, is not to blame for
// the words in it; and an article of a site answers for its own scripts only as
// far as to be asked about: listings of code come that way. Data of a page that has
// something to read is, as often as not, more to read: files, mails. So does a site whose
// page the script is for by a guess: a page that opens another one beside it
// could have that one blocked otherwise.
func (v *visitor) most(from sender, data bool) imitation.Grade {
	switch {
	case from.unknown:
		return imitation.Traces
	case from.guessed:
		return imitation.Suspect
	case v.content == imitation.Shell, v.page >= imitation.Suspect:
		return imitation.Copy
	case !from.own && v.content != imitation.Unknown:
		return imitation.Traces
	case !from.own, v.content == imitation.Article, data && v.content == imitation.Page:
		return imitation.Suspect // as much as to be asked about
	}
	return imitation.Copy
}

// shows notes what a document, or a frame in it, has by itself.
func (v *visitor) shows(r imitation.Result) {
	if r.Content != imitation.Unknown && (v.content == imitation.Unknown || r.Content < v.content) {
		v.content = r.Content
	}
	v.page = max(v.page, r.Grade)
}

// shellFor is how long after it was opened a shell counts as the one that a
// script of unknown destination is for: its scripts come at once.
const shellFor = 15 * time.Second

// noteShell remembers a document that waits for its scripts.
func (b *Book) noteShell(host hostname.Name, client netip.Addr, r imitation.Result, now time.Time) {
	if r.Content == imitation.Shell {
		b.clients.note(client, now, func(m *met) { m.shell, m.shellAt = host, now })
	}
}

// documentOf returns the host whose document a script is for when the request
// does not say: pages can forbid their browsers to. It is that of the shell that
// the client opened a moment ago; else it is not known, and the script is laid
// to its own host, host.
func (b *Book) documentOf(host hostname.Name, client netip.Addr) (hostname.Name, sender) {
	if m := b.clients.of(client); within(shellFor, m.shellAt, time.Now()) {
		return m.shell, sender{guessed: true}
	}
	return host, sender{unknown: true}
}
