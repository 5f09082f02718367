package imitation

import "bytes"

// maxAlt is the length up to which the text of an image is taken for the name
// on a logo; longer ones describe goods.
const maxAlt = 24

// alt reads the text of a picture.
func (d *document) alt(t *tag) {
	d.logo(t.get(attrAlt))
	d.aside(t.get(attrTitle))
	switch alt := t.get(attrAlt); {
	case len(alt) <= maxAlt:
		if len(alt) > 0 {
			d.block(alt)
		}
	default:
		d.aside(alt)
	}
}

// aside reads what an element is called where no text of its own says it, and
// leaves the text around it whole. Words of a form count when they are half of it
// or more, and the brand's when they are all.
func (d *document) aside(p []byte) {
	if len(p) == 0 || len(p) > maxLabel {
		return
	}
	plain := bytes.Trim([]byte(plainText(string(p))), " ")
	phrases.auto.run(0, plain, func(n uint16, _ int) {
		switch p := &phrases.patterns[n]; p.where {
		case "label", "text":
			if 2*p.size >= len(plain) {
				d.spots.note(p.sign, d.spots.end)
			}
		case "brand":
			if p.size == len(plain) {
				d.spots.note(p.sign, d.spots.end)
			}
		}
	})
}

// attributeText is the sign of a style sheet that shows data-… attributes.
var attributeText = known("attribute-text")

// turning keeps track of elements whose text is drawn from right to left,
// whatever letters it has.
type turning struct {
	name  []byte
	depth int // of elements of that name
}

func (t *turning) open(e *tag, s *sheet) {
	switch {
	case t.depth > 0:
		if bytes.Equal(e.name, t.name) {
			t.depth++
		}
	case (overrides(e) || s.effect(e)&turns != 0) && !empty[string(e.name)]:
		t.name, t.depth = append(t.name[:0], e.name...), 1
	}
}

func (t *turning) close(name []byte) {
	if t.depth > 0 && bytes.Equal(name, t.name) {
		t.depth--
	}
}

// overrides reports whether an element turns its text (HTML, section 15.3.5).
func overrides(e *tag) bool {
	if string(e.name) == "bdo" {
		return bytes.EqualFold(e.get(attrDir), []byte("rtl"))
	}
	if !e.seen[attrStyle] {
		return false
	}
	style := plainStyle(e.get(attrStyle))
	return effectOf(style)&turns != 0 || has(style, "bidi-override", "isolate-override") && bytes.EqualFold(e.get(attrDir), []byte("rtl"))
}

// plainStyle returns a style in lower case and without blanks.
func plainStyle(style []byte) []byte {
	out := make([]byte, 0, len(style))
	for _, b := range style {
		if !blank(b) {
			out = lower(out, b, len(style))
		}
	}
	return out
}
