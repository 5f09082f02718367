package imitation

import "bytes"

// own reads the document that a data-… attribute carries for a script to show, as
// markup, or packed in one of the ways of peel.
func (d *document) own(v []byte) {
	switch how, ok := packed(v); {
	case !ok:
		d.peel(v, nil, maxLayers)
	case how == plainMarkup:
		d.nest(v)
	case how == inBase64:
		d.nest(inUTF8(fromBase64(v), ""))
	case how == inPercent:
		d.nest(fromPercent(v))
	}
}

// asMarkup reads p, which is no markup where it stands, as markup all the same.
func (d *document) asMarkup(p []byte) {
	if d.level == maxLevel {
		return
	}
	if d.shadow == nil {
		d.shadow = newDocument(d.found, d.level+1, false)
		d.shadow.outer = d
	}
	d.shadow.write(d.take(p))
}

// keeps reads a document in base64 or percent encoding that a value or a comment
// keeps for a script.
func (d *document) keeps(v []byte) {
	if len(v) >= minOwn && holdsPacked(v) {
		d.own(bytes.TrimSpace(v))
	}
}

// holdsPacked reports whether v begins as a document in base64 or percent encoding.
func holdsPacked(v []byte) bool {
	how, ok := packed(bytes.TrimLeft(v[:min(len(v), 64)], " \t\r\n"))
	return ok && (how == inBase64 || how == inPercent)
}
