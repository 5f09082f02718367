package imitation

// collect adds to found what scripts show, and returns the fields: what tells
// whether the document asks for credentials.
func (d *document) collect(found *set, fields []field) []field {
	found.join(&d.script.seen)
	fields = append(fields, d.fields...)
	for _, in := range []*document{d.inside, d.shadow} {
		if in != nil {
			fields = in.collect(found, fields)
		}
	}
	return fields
}

// words adds to found what counts of the text.
func (d *document) words(found *set) {
	d.spots.count(found)
	if d.spots.end <= shortPage {
		d.script.words(found)
	}
	for _, in := range []*document{d.inside, d.shadow} {
		if in != nil {
			in.words(found)
		}
	}
}
