package imitation

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
