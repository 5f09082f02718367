package imitation

import (
	"slices"

	"sekisho/guard/vocabulary"
)

// collect adds to found what scripts show, and returns the fields: what tells
// whether the document asks for credentials.
func (d *document) collect(found *set, fields []field) []field {
	seen := d.script.tells().seen
	found.join(&seen)
	n := len(fields)
	fields = append(fields, d.fields...)
	settle(fields[n:]) // a form ends with its document
	for _, in := range []*document{d.inside, d.shadow} {
		if in != nil {
			fields = in.collect(found, fields)
		}
	}
	return fields
}

// words adds to text what counts of the document's.
func (d *document) words(text *said) {
	d.spots.count(text, d.typed())
	quote := d.script.tells().loose
	text.quote.join(&quote)
	if d.spots.end <= shortPage {
		var script set
		d.script.words(&script)
		text.data(&script, d.typed() && d.veil.shown > shellText)
	}
	for _, in := range []*document{d.inside, d.shadow} {
		if in != nil {
			in.words(text)
		}
	}
}

// typed reports whether the document, or the one that it was unpacked from, has a
// field.
func (d *document) typed() bool {
	return d.spots.home.fields || d.outer != nil && d.outer.typed()
}

// signsIn reports whether f is for a password to sign in with. It is none in a form that
// asks for a new one too, nor by the name of one for a mail server, a network, a file.
func (f field) signsIn(fields []field) bool {
	return f.asks == oldPassword && vocabulary.Lookup([]byte(f.name)).Class != vocabulary.KeptPassword &&
		!slices.ContainsFunc(fields, func(other field) bool { return other.form == f.form && other.asks == newPassword })
}
