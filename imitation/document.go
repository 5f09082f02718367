package imitation

import (
	"bytes"
	"html"
)

// findings is what the parts of a response found together.
type findings struct {
	set     set
	cluster uint64 // which classes of Amazon's style sheet were seen
	packed  int    // how many more bytes may be unpacked
}

// maxUnpacked bounds what is decoded from inside of one response.
const maxUnpacked = 1 << 20

// document reads HTML. It is a [tagger].
type document struct {
	found  *findings
	nested bool // unpacked from another: nothing in it is unpacked
	lex    lexer

	fold  folder
	plain []byte
	match uint16 // state of phrases
	spots *spots

	title  []byte
	mute   []byte // name of the inline element whose text is not seen
	depth  int    // of elements of that name
	forms  int
	fields []field

	script *script
	kind   scriptKind
	inside *document // what was unpacked

	shadow   *document // content of elements that hold no markup, read as if they did
	shadowed bool      // whether the element at hand has any
}

// maxTitle is how much of a title is compared.
const maxTitle = 256

func newDocument(found *findings, nested, xml bool) *document {
	d := &document{found: found, nested: nested, spots: newSpots()}
	d.lex = lexer{to: d, xml: xml}
	d.script = newScript(d)
	return d
}

func (d *document) write(p []byte) { d.lex.write(p) }

func (d *document) close() {
	d.lex.close()
	d.script.end()
}

// text reads visible text.
func (d *document) text(p []byte) {
	if d.depth > 0 {
		return
	}
	if bytes.IndexByte(p, '&') >= 0 {
		p = []byte(html.UnescapeString(string(p)))
	}
	d.plain = d.fold.fold(d.plain[:0], p)
	d.read()
}

// read matches what was folded.
func (d *document) read() {
	s := d.spots
	d.match = phrases.auto.run(d.match, d.plain, func(n uint16, at int) {
		if p := &phrases.patterns[n]; p.where != "script" {
			s.hit(p, s.end+at)
		}
	})
	s.end += len(d.plain)
}

// block ends a block of text, and reads more as a block of its own.
func (d *document) block(more []byte) {
	d.plain = d.fold.separate(d.plain[:0])
	if len(more) > 0 {
		d.plain = d.fold.separate(d.fold.fold(d.plain, more))
	}
	d.read()
}

// inline elements are part of the text around them.
func inline(name []byte) bool {
	switch string(name) {
	case "a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "del", "em", "font", "i", "ins", "kbd", "mark", "q",
		"s", "samp", "small", "span", "strong", "sub", "sup", "tt", "u", "var", "wbr", "nobr":
		return true
	}
	return false
}

func (d *document) startTag(t *tag) {
	d.marks(t)
	switch name := string(t.name); {
	case inline(t.name):
		d.hide(t)
	case name == "br":
		d.fold.space = true
	default:
		d.block(nil)
		d.element(t, name)
	}
}

// hide begins to leave out the text of an inline element that is not seen:
// filler between the letters of a word.
func (d *document) hide(t *tag) {
	if d.depth > 0 {
		if bytes.Equal(t.name, d.mute) {
			d.depth++
		}
		return
	}
	if hidden(t) {
		d.mute, d.depth = append(d.mute[:0], t.name...), 1
	}
}

func hidden(t *tag) bool {
	if t.seen[attrHidden] {
		return true
	}
	if !t.seen[attrStyle] {
		return false
	}
	style := bytes.ToLower(bytes.ReplaceAll(t.get(attrStyle), []byte(" "), nil))
	return bytes.Contains(style, []byte("display:none")) || bytes.Contains(style, []byte("visibility:hidden")) ||
		bytes.Contains(style, []byte("font-size:0"))
}

func (d *document) endTag(name []byte) {
	if inline(name) {
		if d.depth > 0 && bytes.Equal(name, d.mute) {
			d.depth--
		}
		return
	}
	d.depth = 0 // a block ended: inline elements have too
	d.block(nil)
	if string(name) == "form" {
		d.forms++
	}
}

func (d *document) comment(p []byte) {
	if len(p) > len("sp:feature:") {
		matchGlobs(comments, plainText(string(p)), &d.found.set)
	}
}

// marks looks at the attributes that any element may have.
func (d *document) marks(t *tag) {
	found := &d.found.set
	if t.seen[attrID] {
		byID.in(t.get(attrID), found)
	}
	if t.seen[attrBuild] {
		byAttr.in([]byte("data-aui-build-date"), found)
	}
	if t.seen[attrMongoose] {
		byAttr.in([]byte("data-19ax5a9jf"), found)
	}
	if !t.seen[attrClass] {
		return
	}
	for c := range bytes.FieldsSeq(t.get(attrClass)) {
		if len(c) < 2 || c[0]|0x20 != 'a' && c[0]|0x20 != 'n' {
			continue // no class that is looked for begins otherwise
		}
		byClass.in(c, found)
		if bit, ok := clusters[string(c)]; ok {
			d.found.cluster |= 1 << bit
		}
	}
}

// judge adds what counts of the document to found, and the fields.
func (d *document) judge(found *set, fields []field) []field {
	d.spots.count(found)
	fields = append(fields, d.fields...)
	d.script.judge(found, d.spots.end <= shortPage)
	for _, in := range []*document{d.inside, d.shadow} {
		if in != nil {
			fields = in.judge(found, fields)
		}
	}
	return fields
}
