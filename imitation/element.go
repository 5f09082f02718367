package imitation

import (
	"bytes"
	"slices"
	"strings"
)

// element looks at elements of one kind.
func (d *document) element(t *tag, name string) {
	found := &d.found.set
	d.names(t, name)
	switch name {
	case "form":
		d.endSpelled()
		d.forms++
		byForm.in(t.get(attrName), found)
		byForm.in(t.get(attrID), found)
		for c := range bytes.FieldsSeq(t.get(attrClass)) {
			byForm.in(c, found)
		}
		actionParts.in(t.get(attrAction), found)
	case "title":
		d.titled = d.lex.xml && !d.fed
	case "svg", "math":
		d.foreign++
	case "textarea":
		d.bare = hidden(t)
	case "div", "section":
		// Some builds have the class of the form on the element around it.
		byForm.in(t.get(attrID), found)
	case "input":
		d.input(t)
	case "button":
		actionParts.in(t.get(attrFormAction), found)
	case "img":
		d.alt(t)
	case "meta":
		d.keeps(t.get(attrContent))
		d.meta(t)
	case "link":
		urlParts.in(t.get(attrHref), found)
	case "script":
		d.scripted = true
		d.source(t.get(attrSrc))
		d.kind = kindOfScript(t.get(attrType))
	case "iframe", "frame", "embed", "object":
		d.frame(t)
	}
}

// input looks at a field.
func (d *document) input(t *tag) {
	d.endSpelled()
	found := &d.found.set
	byName.in(t.get(attrName), found)
	byValue.in(t.get(attrValue), found)
	d.keeps(t.get(attrValue))
	actionParts.in(t.get(attrFormAction), found)
	d.block(t.get(attrPlaceholder))
	d.block(t.get(attrAriaLabel))
	f := fieldOf(t, d.forms)
	if f.asks == nothing {
		if open(t) {
			found.add(openField)
			d.spots.typed()
		}
		switch string(bytes.ToLower(t.get(attrType))) {
		case "submit", "button":
			d.spots.home.labels++
			d.block(t.get(attrValue))
			d.spots.home.labels--
		case "image":
			d.alt(t)
		}
		return
	}
	if len(d.fields) < maxFields {
		d.fields = append(d.fields, f)
	}
	d.veil.field()
	d.spots.typed()
	if f.asks != username {
		d.spots.credential()
	}
}

// editable looks at an element that is typed into as a field is.
func (d *document) editable(t *tag) {
	d.block(nil)
	f := field{form: d.forms, asks: password}
	if !t.seen[attrStyle] || !bytes.Contains(plainStyle(t.get(attrStyle)), []byte("text-security")) {
		d.found.set.add(openField)
		d.spots.typed()
		return
	}
	if len(d.fields) < maxFields {
		d.fields = append(d.fields, f)
	}
	d.spots.typed()
	d.spots.credential()
}

// rawText reads the content of elements that hold no markup. Where browsers
// may take it for markup all the same, as inside of svg, and where a script
// will, it is judged as markup too.
func (d *document) rawText(name, p []byte) {
	switch string(name) {
	case "script":
		if d.kind != notScript {
			d.script.write(p)
			return
		}
	case "title":
		d.title = append(d.title, p[:min(len(p), maxTitle-len(d.title))]...)
	case "style":
		d.script.style = true
		d.script.write(p)
		d.veil.sheet.write(p)
	}
	if d.bare || d.veil.depth > 0 || string(name) == "script" {
		d.wrap.write(d, p)
	}
	// The lexer begins a piece at each "<".
	mark := len(p) > 0 && p[0] == '<' && (d.foreign > 0 || d.bare || string(name) == "noscript")
	d.shadowed = d.shadowed || mark || string(name) == "script"
	if d.shadowed {
		d.asMarkup(p)
	}
}

func (d *document) rawEnd(name []byte) {
	d.wrap.end()
	switch string(name) {
	case "title":
		d.endTitle()
	case "script", "style":
		if d.kind == jsonData {
			d.spots.skip(d.script.size)
		}
		d.script.end()
		d.script.style = false
		d.veil.sheet.end()
	}
	d.kind, d.bare = someScript, false
	if d.shadowed && d.shadow != nil {
		d.shadow.restart()
	}
	d.shadowed = false
}

// endTitle compares the title and counts it as text.
func (d *document) endTitle() {
	text := unescape(d.title)
	d.title = d.title[:0]
	var f folder
	plain := f.fold(nil, []byte(text))
	phrases.auto.run(0, plain, func(n uint16, at int) {
		if p := &phrases.patterns[n]; p.where == "brand" && f.swapped(at-p.size+1, at+1) {
			d.found.set.add(disguised)
		}
	})
	if plain := strings.Trim(string(plain), " |-:"); plain != "" {
		d.readTitle(plain)
	}
}

// readTitle leaves out what merely resembles a title of Amazon's when all that
// it says of the brand is excused ("Amazon Pay でログイン").
func (d *document) readTitle(plain string) {
	var s set
	matchGlobs(titles, plain, &s)
	if s.has(titleSeller) && slices.ContainsFunc(titles, func(l line) bool { return l.sign == titleSeller && l.pattern == plain }) {
		d.found.seller = true
	}
	if t := bareOf(plain); t != (bareTitle{}) {
		d.found.bare = t
	}
	own := newSpots()
	phrases.auto.run(0, []byte(plain), func(n uint16, at int) {
		if p := &phrases.patterns[n]; p.where == "brand" || p.where == "excuse" {
			own.hit(p, at)
		}
	})
	if own.brand < 0 && own.seen == (set{}) && own.excuse >= 0 { // nothing else was said
		s.remove(titleAbout)
		s.remove(titleBrand)
	}
	// A title that says whose sign-in the page is claims to be Amazon as much as
	// the page's text does, which may have a picture in place of the name.
	own.settle()
	d.found.named = d.found.named || own.seen.branded()
	if s.has(titleWhole) || s.has(titleAbout) || s.has(titleSeller) || s.has(titleBrand) {
		s.join(&own.seen)
	}
	d.found.set.join(&s)
}

var titleWhole, titleAbout, titleBrand, titleSeller = known("title"), known("title-about"), known("title-brand"), known("title-seller")

// nest judges p as a document inside of this one.
func (d *document) nest(p []byte) {
	if d.level == maxLevel || len(p) == 0 {
		return
	}
	in := d.room()
	in.write(d.take(p))
	in.restart()
}

// goesOn reports whether what is unpacked is at a place where markup may begin.
func (d *document) goesOn() bool { return d.inside != nil && d.inside.lex.state == inData }

// take charges p to what may be unpacked.
func (d *document) take(p []byte) []byte {
	p = p[:min(len(p), d.found.packed)]
	d.found.packed -= len(p)
	return p
}

// room returns the document for what is unpacked: one for all of it.
func (d *document) room() *document {
	if d.inside == nil {
		d.inside = newDocument(d.found, d.level+1, false)
		d.inside.outer, d.inside.script.brief = d, d.script.brief
	}
	return d.inside
}

// restart makes a document ready for another text.
func (d *document) restart() {
	d.lex.close()
	d.wrap.end()
	d.script.end()
	d.endSpelled()
	d.reveal(&d.fold)
	d.lex = lexer{to: d, buf: d.lex.buf[:0]}
	d.depth, d.forms, d.turning.depth, d.veil.depth = 0, d.forms+1, 0, 0
	d.block(nil)
}
