package dossier

import (
	"net/netip"
	"slices"

	"sekisho/hostname"
	"sekisho/imitation"
)

// Framed judges a document by the page of around, another site's, that shows it in a frame:
// where that page has all of a sign-in of Amazon's but its fields, and a frame where they
// belong, fields for a secret complete it. r is what the document was found to have;
// nothing but its fields is laid to that page, and nothing of that page to the document's site. Hold means:
// replace the document; the page's site is given away.
func (b *Book) Framed(around hostname.Name, client netip.Addr, r imitation.Result) Judgement {
	fields := r.Fields()
	if around.IsZero() || len(fields) == 0 {
		return Judgement{}
	}
	return b.read(script, sender{own: true, framed: true}, around, client, imitation.Result{Signs: fields})
}

// awaits reports whether the document that v opened last has a frame where its fields
// belong.
func (v *visitor) awaits() bool { return slices.Contains(v.load, imitation.PartFramed) }
