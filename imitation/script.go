package imitation

import (
	"bytes"
	"unicode/utf8"
)

// scriptKind is what a script element or a response of that kind holds.
type scriptKind uint8

const (
	someScript scriptKind = iota
	jsonData
	notScript // a template: markup that a script puts in place
)

// kindOfScript reads the type attribute of a script element.
func kindOfScript(t []byte) scriptKind {
	t = bytes.ToLower(t)
	switch {
	case bytes.Contains(t, []byte("json")):
		return jsonData
	case len(t) == 0, bytes.Contains(t, []byte("script")), bytes.Equal(t, []byte("module")):
		return someScript
	}
	return notScript
}

// scriptBlock is how much of a script is read at once. Blocks are cut by what
// came before them and not by how it came.
const scriptBlock = 32 << 10

// maxHeld is how much of a block may wait for the next one, being part of
// something that the cut would break.
const maxHeld = 1 << 10

// script reads scripts, style sheets and JSON: what their strings say, with
// escapes undone and strings joined that a plus sign joins.
type script struct {
	page   *document // for what is unpacked
	block  []byte
	match  row
	text   []byte // that is matched
	spots  *spots
	seen   set   // of patterns that mean something in scripts only
	state  set   // of words of the data that script elements hold
	labels []hit // in the string of data at hand
	fold   folder
	plain  []byte
	spare  []byte
	size   int // of the script, so far
	total  int // bytes searched
	all    int // bytes of all scripts of the document
	// quoted is where the last quote was. In JSON the words of a form stand at
	// the start of a string, those of an article anywhere.
	quoted  int
	brief   bool   // it is JSON
	shape   *shape // of what may be data; nil where nobody asks
	storage int    // where in the text a storage was named last; 0 for nowhere
	style   bool   // it is CSS, with escapes of its own
	mute    bool   // what is left of it is text to read
	decodes bool   // the text at hand was in percent encoding
	coded   bool   // words of Amazon's were in percent encoding
	pack    pack
	vault   vault

	bears   bool // data that the scripts of a document are is told from programs
	earlier told // by the scripts before the one at hand

	shuffled shuffled

	dean      dean
	constants *constants // nil until there is one
}

// maxLead is how many bytes of a string of JSON may precede words that count.
const maxLead = 96

func newScript(page *document) *script { return &script{page: page} }

func (s *script) write(p []byte) {
	s.size += len(p)
	s.all += len(p)
	if s.bears && s.shape == nil {
		s.shape = &shape{inScript: true}
	}
	for len(p) > 0 {
		if s.block == nil {
			s.block = make([]byte, 0, min(scriptBlock, max(len(p), 1<<10)))
		}
		n := min(len(p), scriptBlock-len(s.block))
		s.block = append(s.block, p[:n]...)
		p = p[n:]
		if len(s.block) == scriptBlock {
			s.read(false)
		}
	}
}

// end reads what is left. What follows is another script.
func (s *script) end() {
	if s.size == 0 {
		return
	}
	s.read(true)
	s.countLabels()
	s.unpack()
	s.endChain()
	room := s.page.found.packed
	if s.unlock(); s.page.found.packed < room { // nobody could read that as it came
		s.runs()
	}
	s.page.reveal(&s.fold)
	if s.shuffled.on {
		s.shuffled.end(s.page)
	}
	if s.shape != nil {
		s.shape.finish()
		s.page.found.learn(s.shape.taken())
		s.endBorne()
	}
	s.match, s.size, s.fold, s.mute, s.storage = 0, 0, folder{}, false, 0
}

// special are the bytes at which a script is looked at more closely.
var special = func() (t [256]bool) {
	for b := range 256 {
		t[b] = b >= utf8.RuneSelf || b == '\\' || b == '"' || b == '\'' || b == '`' || b == '%'
	}
	return t
}()

// read reads a block, and holds back its end when last is not set.
func (s *script) read(last bool) {
	p := s.block
	start, i, held := 0, 0, 0 // of what the shape has seen
	for i < len(p) {
		b := p[i]
		if !special[b] && (b != '{' || s.constants == nil) {
			i++
			continue
		}
		if !last && len(p)-i < maxHeld && s.waits(p[i:]) {
			break
		}
		var skip int
		switch {
		case b == '%':
			if skip = s.percent(p, start, i); skip == 0 {
				i++
				continue
			}
		case b >= utf8.RuneSelf:
			s.emit(trimBefore(p[start:i]))
			skip = s.wide(p[i:])
		case b == '\\':
			s.emit(p[start:i])
			skip = s.escape(p[i:])
		case b == '{':
			skip = s.place(p, start, i)
		default:
			if i+1 < len(p) && joins[p[i+1]] {
				if skip = joint(p[i:]); skip > 0 {
					s.emit(p[start:i])
					break
				}
			}
			if s.constants != nil {
				if skip = s.named(p, start, i); skip > 0 {
					break
				}
			}
			s.emit(p[start : i+1])
			s.endLabels(p[:i])
			s.quoted = s.total
			if b == '"' && s.shape != nil && !s.shape.program() {
				s.shape.edge(p[held:i], p[i+1:])
				held = i + 1
			}
			if s.shuffled.on {
				s.shuffled.edge(b)
			}
			s.quote(p[:i], p[i:])
			skip = 1
			s.insert(p, i)
		}
		i += skip
		start = i
	}
	s.emit(p[start:i])
	if s.shape != nil && !s.shape.quoted {
		s.shape.between(p[held:i])
	}
	if s.page != nil && s.page.level < maxLevel && s.dean.take(p[:i]) {
		s.page.room().run(s.page.take(s.dean.unpacked()))
	}
	s.block = s.block[:copy(s.block, s.block[i:])]
}

// waits reports whether what begins p may go on after its end.
func (s *script) waits(p []byte) bool {
	switch b := p[0]; {
	case b == '%':
		return len(p) < len("%E3%83%AD")
	case b >= utf8.RuneSelf, b == '\\':
		for i, c := range p {
			if c < utf8.RuneSelf && c != '\\' && (b != '\\' || i > len(`\u{10ffff}`)) {
				return false
			}
		}
		return true
	}
	if s.shape != nil && s.shape.waits(p) {
		return true
	}
	if len(p) > maxPackHead+2*maxJoint {
		return false
	}
	// A quote: space, plus and another quote may follow, or a packed text.
	for i, c := range p[1:] {
		if i >= maxPackHead && !blank(c) && c != '+' {
			return false
		}
	}
	return true
}

// emit matches plain text of the script, or adds it to what is packed.
func (s *script) emit(p []byte) {
	if len(p) == 0 {
		return
	}
	s.pack.take(p)
	if len(p) >= minScript || s.vault.list {
		s.lists(p) // before a call behind the list is looked at
	}
	s.text = p
	s.match = phrases.auto.run(s.match, p, s.hit)
	if s.shuffled.on { // which the names in p may say
		s.shuffled.take(p)
	}
	s.pack.codes(p)
	s.total += len(p)
}
