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
	data  []byte // strings, one after the other
	items []item
}

// item is a string that stands in the script, or a call for one.
type item struct {
	after    link
	call     bool
	number   int // of a call
	from, to int // of a string: data[from:to]
}

// link is what stands between an item and the one before.
type link uint8

const (
	apart  link = iota
	added       // a plus
	listed      // a comma
	first       // the bracket that begins a list
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
	case len(s.gap)+len(p) > maxGapKept:
		s.calls()
		s.gap = append(s.gap[:0], p[max(0, len(p)-maxGapKept):]...)
	default:
		s.gap = append(s.gap, p...)
	}
}

// edge takes note of a quote that begins or ends a string.
func (s *shuffled) edge(quote byte) {
	switch {
	case s.quote == 0:
		s.gap = bytes.TrimSuffix(s.gap, []byte{quote})
		after := s.calls()
		s.add(item{after: after, from: len(s.data)})
		s.quote = quote
	case s.quote == quote:
		s.data = bytes.TrimSuffix(s.data, []byte{quote})
		i := &s.items[len(s.items)-1]
		i.to, s.quote = len(s.data), 0
		// In older versions the number is a string: f("0x1a3").
		if digits, ok := bytes.CutPrefix(s.data[i.from:], []byte("0x")); ok && len(digits) <= 6 {
			if number := hexRune(digits); number >= 0 {
				i.call, i.number = true, int(number)
			}
		}
	}
}

func (s *shuffled) add(i item) {
	if len(s.items) == maxItems {
		s.items = s.items[:maxItems-1] // the last gives way
	}
	s.items = append(s.items, i)
}

// calls takes the calls out of the script between two strings, and returns what is
// left before the second.
func (s *shuffled) calls() link {
	p := s.gap
	for {
		head, rest, ok := bytes.Cut(p, []byte("(0x"))
		n := 0
		for n < len(rest) && hex(rest[n]) >= 0 {
			n++
		}
		if !ok || n == len(rest) {
			break
		}
		if number := hexRune(rest[:n]); number >= 0 && rest[n] == ')' {
			s.add(item{after: linkOf(head), call: true, number: int(number)})
			n++
		}
		p = rest[n:]
	}
	s.gap = s.gap[:0]
	return linkOf(p)
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
	case p[0] != '+':
		return apart
	}
	for _, b := range p[1:] {
		if !inIdent(b) && !blank(b) {
			return apart
		}
	}
	return added
}

// end reads what was kept into d.
func (s *shuffled) end(d *document) {
	s.calls()
	words := s.list()
	if len(words) >= minShuffled && d.level < maxLevel {
		best, most := []byte(nil), 1
		for turn := 0; turn < len(words) && d.found.turned > 0; turn++ {
			text := s.turn(words, turn)
			d.found.turned -= len(text) + len(s.items)
			if n := meaning(text); n > most {
				best, most = text, n
			}
		}
		if best != nil {
			d.room().run(d.take(best))
		}
	}
	*s = shuffled{gap: s.gap[:0], data: s.data[:0], items: s.items[:0]}
}

// list returns the strings of the longest list.
func (s *shuffled) list() (words [][]byte) {
	from, to := 0, 0
	for i := 0; i < len(s.items); i++ {
		start := i
		for i+1 < len(s.items) && s.items[start].after == first && s.items[i+1].after == listed && !s.items[i+1].call {
			i++
		}
		if i-start > to-from {
			from, to = start, i
		}
	}
	for _, i := range s.items[from:min(to+1, len(s.items))] {
		words = append(words, s.data[i.from:max(i.from, i.to)])
	}
	for _, undo := range []func([]byte) []byte{swapped, bytes.Clone} {
		if plain := allOf(words, undo); plain != nil {
			return plain
		}
	}
	return words
}

// allOf undoes base64 in words; nil when one is in none.
func allOf(words [][]byte, undo func([]byte) []byte) (plain [][]byte) {
	for _, w := range words {
		for _, b := range w {
			if !inAlphabet[b] {
				return nil
			}
		}
		p := fromBase64(undo(w))
		if len(p) == 0 || !isText(p) {
			return nil
		}
		plain = append(plain, p)
	}
	return plain
}

// turn writes what the script puts together if the call for number n is for the word
// n+turn of the list, going round: a string of script each.
func (s *shuffled) turn(words [][]byte, turn int) (text []byte) {
	for i := 0; i < len(s.items) && len(text) < maxTurn; {
		end, calls := i, 0
		for end == i || end < len(s.items) && s.items[end].after == added {
			if s.items[end].call {
				calls++
			}
			end++
		}
		if calls > 0 {
			text = append(text, '`')
			for _, one := range s.items[i:end] {
				word := s.data[one.from:max(one.from, one.to)]
				if one.call {
					word = words[(one.number+turn)%len(words)]
				}
				text = append(text, bytes.ReplaceAll(word[:min(len(word), max(0, maxTurn-len(text)))], []byte{'`'}, nil)...)
			}
			text = append(text, "`;"...)
		}
		i = end
	}
	return text
}

// meaning counts the signs in the strings of a script.
func meaning(text []byte) (n int) {
	var f folder
	var seen set
	phrases.auto.run(0, f.fold(nil, text), func(i uint16, _ int) {
		p := &phrases.patterns[i]
		if p.where != "quote" && p.where != "unquote" && !seen.has(p.sign) {
			seen.add(p.sign)
			n++
		}
	})
	return n
}

var shuffledNames = known("shuffled-names")
