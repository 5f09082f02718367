package imitation

import "bytes"

// end reads what was kept into d.
func (s *shuffled) end(d *document) {
	s.calls()
	for i := range s.items {
		if one := &s.items[i]; one.call {
			one.number, one.call = s.number(s.data[one.from:one.to])
		}
	}
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
			// Where else it puts that word is no more to be told.
			if bytes.Contains(best, []byte("`password`")) {
				d.found.set.add(scriptPassword)
			}
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
// n+turn of the list, going round: a string of script each, with the name that it is
// the value of.
func (s *shuffled) turn(words [][]byte, turn int) (text []byte) {
	word := func(i item) []byte {
		w := s.data[i.from:max(i.from, i.to)]
		if i.call {
			w = words[((i.number+turn)%len(words)+len(words))%len(words)]
		}
		return bytes.ReplaceAll(w[:min(len(w), max(0, maxTurn-len(text)))], []byte{'`'}, nil)
	}
	for i := 0; i < len(s.items) && len(text) < maxTurn; {
		end, calls := i, 0
		for end == i || end < len(s.items) && s.items[end].after == added {
			if s.items[end].call {
				calls++
			}
			end++
		}
		named := i > 0 && s.items[i].after == keyed
		if calls > 0 || named && s.items[i-1].call {
			if named {
				text = append(append(append(text, '`'), word(s.items[i-1])...), "`:"...)
			}
			text = append(text, '`')
			for _, one := range s.items[i:end] {
				text = append(text, word(one)...)
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
		if p.where != "quote" && p.where != "unquote" && p.sign != otherOwner && !seen.has(p.sign) {
			seen.add(p.sign)
			n++
		}
	})
	return n
}

var scriptPassword = known("script-password")
