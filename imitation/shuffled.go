package imitation

import "bytes"

// shuffled reads what javascript-obfuscator makes of strings: cut in pieces, they stand
// in one list in any order, in base64 or not, and where one is used the script calls
// for it by a number: f(0x1a3)+f(0x1b0)+"…". What the number of the first of the list is
// comes out as the script turns the list until a sum is right. Here every turn is
// tried, and the one that says most of what is looked for is read.
type shuffled struct {
	on    bool // the script has names as that program gives them
	quote byte // that ends the string at hand; 0 for none
	gap   []byte
	data  []byte // strings and calls, one after the other
	items []item

	wrappers map[string]wrapper // by name
}

// item is a string that stands in the script, or a call for one.
type item struct {
	after    link
	call     bool
	number   int // of a call, when all of the script is known
	from, to int // in data
}

// link is what stands between an item and the one before.
type link uint8

const (
	apart  link = iota
	added       // a plus
	listed      // a comma
	first       // the bracket that begins a list
	keyed       // what gives a value to the name before
)

// Bounds of it, in bytes, items, and bytes of text made for all turns of a response.
const (
	maxShuffled = 64 << 10
	maxItems    = 4 << 10
	maxGapKept  = 1 << 10
	maxTurned   = 2 << 20
	maxTurn     = 128 << 10 // of one turn
	minShuffled = 5         // strings of a list worth a look
)

// take takes script, or what a string of it says; the quote that ends either is part
// of it.
func (s *shuffled) take(p []byte) {
	switch {
	case s.quote != 0:
		s.data = append(s.data, p[:min(len(p), maxShuffled-len(s.data))]...)
	default:
		if s.gap = append(s.gap, p...); len(s.gap) > maxGapKept {
			s.calls()
		}
	}
}

// edge takes note of a quote that begins or ends a string.
func (s *shuffled) edge(quote byte) {
	switch {
	case s.quote == 0:
		s.gap = bytes.TrimSuffix(s.gap, []byte{quote})
		s.calls()
		s.add(item{after: linkOf(s.gap), from: len(s.data)})
		s.gap, s.quote = s.gap[:0], quote
	case s.quote == quote:
		i := &s.items[len(s.items)-1]
		text := bytes.TrimSuffix(s.data[i.from:], []byte{quote})
		s.data, s.quote = s.data[:i.from+len(text)], 0
		i.to = len(s.data)
		_, i.call = signed(text) // in older versions the number is a string: f("0x1a3")
	}
}

func (s *shuffled) add(i item) {
	if len(s.items) == maxItems {
		s.items = s.items[:maxItems-1] // the last gives way
	}
	s.items = append(s.items, i)
}

// calls takes the calls, and the functions that they go through, out of the script
// between two strings, and leaves the end of what is none in gap.
func (s *shuffled) calls() {
	p := s.gap
	s.wrapped(p)
	for at := 0; ; {
		i := bytes.IndexByte(p[at:], '(')
		if i < 0 {
			break
		}
		at += i
		name := identBefore(p, at)
		arguments, rest, ok := cutArguments(p[at:])
		for _, a := range arguments {
			_, number := signed(a)
			ok = ok && number
		}
		if !ok || len(name) == 0 || len(s.data)+len(p)-len(rest) > maxShuffled {
			at++
			continue
		}
		call := p[at-len(name) : len(p)-len(rest)]
		s.add(item{after: linkOf(p[:at]), call: true, from: len(s.data), to: len(s.data) + len(call)})
		s.data = append(s.data, call...)
		p, at = rest, 0
	}
	s.gap = append(s.gap[:0], p[max(0, len(p)-maxGapKept/2):]...)
}

// linkOf reads what stands before an item: of a call, its name too.
func linkOf(p []byte) link {
	p = bytes.TrimSpace(bytes.TrimSuffix(bytes.TrimPrefix(p, []byte(")")), []byte("(")))
	switch {
	case len(p) == 0:
		return apart
	case p[len(p)-1] == '[':
		return first
	case string(p) == ",":
		return listed
	}
	after := apart
	for _, one := range []struct {
		sign string
		link link
	}{{"+", added}, {":", keyed}, {"]=", keyed}} {
		if rest, ok := bytes.CutPrefix(p, []byte(one.sign)); ok {
			p, after = rest, one.link
		}
	}
	for _, b := range p {
		if !inIdent(b) && !blank(b) {
			return apart
		}
	}
	return after
}

var shuffledNames = known("shuffled-names")
