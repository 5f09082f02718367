package imitation

import (
	"bytes"

	"golang.org/x/text/encoding"
)

// findings is what the parts of a response found together.
type findings struct {
	set     set
	cluster uint64    // which classes of Amazon's style sheet were seen
	packed  int       // how many more bytes may be unpacked
	peeled  int       // how many more strings may be looked at for what is packed in them
	turned  int       // how many more bytes may be put together out of shuffled strings
	learnt  []field   // of forms that come as data: what they call their passwords
	named   bool      // a title names Amazon, in whatever other words
	seller  bool      // a title is Seller Central's name and no more, as no subject of a mail is
	bare    bareTitle // a title has Amazon's names and no others
}

// maxUnpacked bounds what is decoded from inside of one response.
const maxUnpacked = 1 << 20

// document reads HTML. It is a [tagger].
type document struct {
	found *findings
	level int // how many documents this one was unpacked from
	lex   lexer

	fold  folder
	plain []byte
	spare []byte
	match row // the state of phrases
	spots *spots

	title  []byte
	titled bool   // in XML, where a title is an element like others
	mute   []byte // name of the inline element whose text is not seen
	depth  int    // of elements of that name
	forms  int
	fields []field

	script *script
	kind   scriptKind
	inside *document // what was unpacked
	outer  *document // what this one was unpacked from

	declared func(encoding.Encoding) // told of a meta element that names one; nil inside of others

	shadow   *document // content of elements that hold no markup, read as if they did
	shadowed bool      // whether the element at hand has any
	foreign  int       // elements of SVG and MathML that are open, or more
	bare     bool      // a text area that is not seen: a place to keep markup in

	calls
	veil
	turning  turning
	spelled  spelled
	xslt     *xslt   // nil in what is no XML
	scripted bool    // it has a script
	wrap     wrapped // what an element holds
	apart    bool    // a script gets it and nobody is shown it: CDATA in it may be markup
	fed      bool    // and it is a feed: what is called a title there is one of many
}

// maxLevel is how deep in one another documents are unpacked.
const maxLevel = 2

// maxTitle is how much of a title is compared.
const maxTitle = 256

func newDocument(found *findings, level int, xml bool) *document {
	d := &document{found: found, level: level, spots: newSpots()}
	if d.lex = (lexer{to: d, xml: xml}); xml {
		d.xslt = &xslt{}
	}
	d.script = newScript(d)
	return d
}

func (d *document) write(p []byte) { d.lex.write(p) }

func (d *document) close() {
	d.lex.close()
	d.wrap.end()
	d.script.end()
	d.endSpelled()
	d.block(nil)
	d.reveal(&d.fold)
}

// text reads visible text.
func (d *document) text(p []byte) {
	if d.depth > 0 || d.veil.depth > 0 { // what is seen is shown as it is
		d.wrap.write(d, p)
	}
	if d.apart && d.lex.state == inCDATA {
		d.asMarkup(p)
	}
	if d.depth > 0 {
		return
	}
	if d.xslt != nil {
		d.xslt.take(p)
	}
	if d.titled {
		d.title = append(d.title, p[:min(len(p), maxTitle-len(d.title))]...)
		return
	}
	if bytes.IndexByte(p, '&') >= 0 {
		d.spare = resolved(d.spare[:0], p)
		p = d.spare
	}
	switch {
	case d.turning.depth > 0:
		p = reversed(p)
	case bytes.Contains(p, []byte(turn)):
		p = turned(p)
	}
	d.plain = d.fold.fold(d.plain[:0], p)
	d.veil.text(len(d.plain))
	d.spell(d.plain)
	d.read()
}

// read matches what was folded.
func (d *document) read() {
	s := d.spots
	s.dim = d.veil.depth > 0
	d.match = phrases.auto.run(d.match, d.plain, func(n uint16, at int) {
		p := &phrases.patterns[n]
		if p.where == "script" || p.where == "key" {
			return
		}
		s.hit(p, s.end+at)
		if p.where == "brand" && d.fold.swapped(at-p.size+1, at+1) {
			s.note(disguised, s.end+at)
		}
	})
	d.keep(d.plain)
	s.pass(len(d.plain))
	if n := len(d.plain); n > 0 && d.plain[n-1] != '\n' {
		s.stop = d.plain[n-1] == '.' || bytes.HasSuffix(d.plain, []byte("。"))
	}
}

// block ends a block of text, and reads more as a block of its own.
func (d *document) block(more []byte) {
	d.endNamed()
	d.spots.block()
	d.plain = d.fold.separate(d.plain[:0])
	d.read()
	if len(more) > 0 {
		d.spots.block()
		d.plain = d.fold.separate(d.fold.fold(d.plain[:0], more))
		d.read()
		d.spots.block()
	}
}

func (d *document) startTag(t *tag) {
	d.wrap.end()
	d.marks(t)
	if d.xslt != nil {
		if text := d.xslt.start(t); text != "" {
			d.text([]byte(text))
		}
	}
	for _, a := range []attribute{attrOnload, attrOnerror} {
		if t.seen[a] {
			d.run(t.get(a))
		}
	}
	switch own := t.get(attrOwn); {
	case len(own) >= minOwn:
		d.own(bytes.TrimSpace(own))
	case len(own) > 0 && len(own) <= maxLabel && d.script.seen.has(attributeText):
		d.block(own)
	}
	if t.seen[attrAriaLabel] && string(t.name) != "input" {
		d.aside(t.get(attrAriaLabel))
	}
	d.spots.home.slots = d.spots.home.slots || t.seen[attrSlot]
	if t.seen[attrEditable] {
		d.editable(t)
	}
	d.turning.open(t, &d.veil.sheet)
	d.veil.open(t)
	switch name := string(t.name); {
	case inline(t.name):
		d.hide(t)
		d.fed = d.fed || d.apart && (name == "item" || name == "entry")
		d.spots.link = d.spots.link || name == "a"
		if name == "label" {
			d.spots.open(name)
		}
	case name == "br":
		d.fold.space = true
	default:
		d.block(nil)
		d.spots.open(name)
		d.element(t, name)
	}
}

func (d *document) endTag(name []byte) {
	d.wrap.end()
	d.turning.close(name)
	if d.xslt != nil {
		d.xslt.end(name)
	}
	if inline(name) {
		d.veil.close(name)
		if d.depth > 0 && bytes.Equal(name, d.mute) {
			d.depth--
		}
		switch string(name) {
		case "a":
			d.spots.link = false
		case "label":
			d.spots.close("label")
		}
		return
	}
	d.depth = 0 // a block ended: inline elements have too
	d.block(nil)
	d.endNames(string(name))
	d.spots.close(string(name))
	d.veil.close(name)
	switch string(name) {
	case "form":
		d.endSpelled()
		d.forms++
	case "title":
		if d.titled {
			d.titled = false
			d.endTitle()
		}
	case "svg", "math":
		d.foreign = max(0, d.foreign-1)
	}
}

func (d *document) comment(p []byte) {
	d.keeps(p)
	if p = p[:min(len(p), maxComment)]; len(p) > len("sp:feature:") {
		matchGlobs(comments, plainText(string(p)), &d.found.set)
	}
}
