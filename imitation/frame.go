package imitation

import "bytes"

// frame reads the document that a frame carries with it. A frame in that one is in the
// page as much.
func (d *document) frame(t *tag) {
	before := d.inside.frames()
	d.nest(t.get(attrSrcdoc))
	if d.inside.frames() > before {
		d.spots.framed(t.get(attrSrcdoc))
	}
	for _, a := range []attribute{attrSrc, attrData} {
		if v := bytes.TrimSpace(t.get(a)); begins(v, "data:") {
			d.nest(unpackDataURL(v, "html", "xml", "svg"))
		} else {
			d.source(v)
			d.spots.framed(v)
		}
	}
}

// frames returns how many frames a document has whose documents come by themselves.
func (d *document) frames() int {
	if d == nil {
		return 0
	}
	return len(d.spots.home.frames)
}

// maxFrames is how many frames of a document are remembered by where they stand.
const maxFrames = 16

// framed notes a frame at the end of the text, whose document comes by itself: it may
// hold the fields of this one.
func (s *spots) framed(address []byte) {
	if h := &s.home; len(address) > 0 && len(h.frames) < maxFrames {
		h.frames = append(h.frames, h.here(s.end-s.veiled))
	}
}

// explained is from how many sentences between its words on a page is about the sign-in.
const explained = 2

// awaits reports whether a document without fields is a whole sign-in of Amazon's
// but for them, in the signs of it and of its text, and has a frame for them where they
// belong: by words of Amazon's for a form, which no list sets apart from it. A script may
// put a frame anywhere, on a page that does not explain the words; and frames may have all but the title.
func (d *document) awaits(found, text *set) bool {
	if len(d.spots.home.frames) > 0 && d.shown <= barePage && d.inside == nil && !d.spots.seen.wording() && found.any(titleWhole, titleSeller) {
		return true
	}
	whole := *found
	whole.join(text)
	whole.add(passwordField)
	if grade, _ := whole.grade(); grade < Copy {
		return false
	}
	if d.scripted && d.spots.sentences < explained && d.spots.end-d.spots.veiled <= smallPage && text.any(newCustomer, createAccount, emailOrPhone) {
		return true
	}
	return d.besideFrame(text) || d.inside != nil && d.inside.besideFrame(text)
}

// besideFrame reports whether words of Amazon's for a form are where those of a frame's
// fields would be.
func (d *document) besideFrame(text *set) bool {
	h := &d.spots.home
	for i := text.from(0); i < maxSigns; i = text.from(i + 1) {
		if signs[i].class == "wording" && signs[i].weight >= firm && d.spots.seen.has(i) && h.besideFrame(h.of(i)) {
			return true
		}
	}
	return false
}

// besideFrame reports whether words are where those of a frame's fields would be.
func (h *home) besideFrame(words *stand) bool {
	for _, f := range h.frames {
		if words.group == f.group && words.quotes <= f.quotes && max(words.at-f.at, f.at-words.at) <= sameForm {
			return true
		}
	}
	return false
}

// framed is the sign of such a document.
var framed = known(PartFramed)

// untitle takes the titles out of what was found. Nobody sees the title of what is in a
// frame: it is the subject of a mail there as often as the remains of a page.
func (s *set) untitle() {
	for i := s.from(0); i < maxSigns; i = s.from(i + 1) {
		if signs[i].class == "title" {
			s.remove(i)
		}
	}
}

func begins(p []byte, start string) bool {
	return len(p) > len(start) && bytes.EqualFold(p[:len(start)], []byte(start))
}

// source reads the address of a script or frame, and the script in it.
func (d *document) source(v []byte) {
	switch v = bytes.TrimSpace(v); {
	case begins(v, "javascript:"):
		d.run(v)
	case begins(v, "data:"):
		d.run(unpackDataURL(v, "script"))
	default:
		urlParts.in(v, &d.found.set)
	}
}

// run reads a script that is not the content of an element.
func (d *document) run(p []byte) {
	d.scripted = true
	d.script.write(p)
	d.script.end()
}
