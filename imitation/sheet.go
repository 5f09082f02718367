package imitation

import "bytes"

// Bounds of what is remembered of style sheets.
const (
	maxSheet    = 32 << 10 // bytes of the page's own that are looked at
	maxUnseen   = 128      // names
	maxSelector = 64
)

// sheet knows by which classes and ids the page's own style sheets hide elements, or
// draw their text back to front. It reads rules whose selector is one class, id or name
// of an element, which is what hides filler; what it misses, or takes for hidden in the
// wrong place, is judged as if it were not there.
type sheet struct {
	text  []byte // of the style element at hand
	read  int    // bytes, of all of them
	names map[string]effect
}

// effect is what a style does to a text, bit by bit.
type effect uint8

const (
	hides effect = 1 << iota
	turns
)

// effectOf reads a style, in lower case and without blanks.
func effectOf(style []byte) (e effect) {
	if unseen(style) {
		e = hides
	}
	if has(style, "bidi-override", "isolate-override") && has(style, "direction:rtl") {
		e |= turns
	}
	return e
}

func (s *sheet) write(p []byte) {
	p = p[:min(len(p), maxSheet-s.read)]
	s.text, s.read = append(s.text, p...), s.read+len(p)
}

// end reads the rules of an element that ended.
func (s *sheet) end() {
	rest := s.text
	for len(rest) > 0 {
		selector, after, ok := bytes.Cut(rest, []byte("{"))
		if !ok {
			break
		}
		if i := bytes.LastIndexAny(selector, "};/"); i >= 0 {
			selector = selector[i+1:]
		}
		end := bytes.IndexAny(after, "{}")
		if end < 0 {
			end = len(after)
		}
		rest = after[end:]
		if bytes.Contains(selector, []byte("@")) {
			continue // for paper, for other windows
		}
		if end == len(after) || after[end] != '}' {
			continue
		}
		if e := effectOf(plainStyle(after[:end])); e != 0 {
			s.keep(selector, e)
		}
	}
	s.text = nil
}

func (s *sheet) keep(selector []byte, e effect) {
	for one := range bytes.SplitSeq(selector, []byte(",")) {
		one = bytes.TrimSpace(one)
		if i := bytes.LastIndexAny(one, ".#"); i > 0 {
			one = one[i:] // "div.x"
		}
		if len(one) < 2 || len(one) > maxSelector || len(s.names) >= maxUnseen || bytes.ContainsAny(one, " >+~:[]*") {
			continue
		}
		if s.names == nil {
			s.names = map[string]effect{}
		}
		s.names[string(one)] |= e
	}
}

// effect returns what the rules do to an element.
func (s *sheet) effect(t *tag) (e effect) {
	if len(s.names) == 0 {
		return 0
	}
	if t.seen[attrID] {
		e = s.named('#', t.get(attrID))
	}
	for c := range bytes.FieldsSeq(t.get(attrClass)) {
		e |= s.named('.', c)
	}
	return e | s.names[string(t.name)]
}

func (s *sheet) named(mark byte, name []byte) effect {
	var room [maxSelector]byte
	if len(name) >= maxSelector {
		return 0
	}
	return s.names[string(append(append(room[:0], mark), name...))]
}
