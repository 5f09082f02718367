package dossier

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"sekisho/hostname"
	"sekisho/imitation"
)

// framedFor is how long after a frame was opened its document counts as the one that is
// shown in it.
const framedFor = 15 * time.Second

// noteFrame notes whose page a document of another site is opened in.
func (b *Book) noteFrame(a Arrival, now time.Time) {
	switch strings.ToLower(a.SecFetchDest) {
	case "iframe", "frame", "object", "embed":
	default:
		return
	}
	outer, err := hostname.Parse(refererHost(a.Referer))
	if err != nil || SiteOf(outer) == SiteOf(a.Host) {
		return
	}
	b.clients.note(a.Client, now, func(m *met) { m.framed, m.around, m.framedAt = a.Host, outer, now })
}

// framed judges the fields of a document of host by the page of another site that shows it
// in a frame, if that page has all of a sign-in of Amazon's but for them: a copy whose
// fields come from elsewhere is a copy. Of the document itself nothing else is laid to
// that page, and what is shown there is not laid to host.
func (b *Book) framed(host hostname.Name, client netip.Addr, form imitation.Form) Judgement {
	fields := form.Signs()
	m := b.clients.of(client)
	if len(fields) == 0 || m.framed != host || !within(framedFor, m.framedAt, time.Now()) {
		return Judgement{}
	}
	return b.read(script, sender{own: true, framed: true}, m.around, client, imitation.Result{Signs: fields})
}

// awaits reports whether the document that v opened last has a frame where its fields
// belong.
func (v *visitor) awaits() bool { return slices.Contains(v.load, imitation.PartFramed) }
