package lookalike

import "strings"

// context is what a name says beside its brand.
type context struct {
	account  int  // words of sign-in, up to maxWords
	own      int  // those of the registrable label
	prime    int  // those of these that fans of what is shown there say too
	signin   bool // one of these is about nothing else
	common   int  // words that such pages share with others, up to maxWords
	seller   bool // words of trade on Amazon
	place    bool // words for Japan and other places
	foreign  bool // the registrable label speaks of other trade, or of nature
	trade    bool // it speaks of other trade
	problem  bool // it tells of trouble with an account
	registry bool // a registry's labels stand where no registry is
	cheap    bool // the public suffix costs next to nothing
	known    bool // an operator names the hosts here
	again    bool // the brand is there more than once
	web      bool // www stands before a label with a hit
	number   bool // a part is a number of five digits or more

	words  [maxWords]span // the first words that count, for people
	nwords int
}

// span is a piece of the text of a view.
type span struct {
	from, to uint16
	label    uint8
}

// maxWords is how many words of a class count, and how many are shown.
const maxWords = 3

// begin gathers what the whole name says, of whatever labels.
func (v *view) begin() {
	own := v.host[:max(0, len(v.host)-len(v.suffix)-len("."))]
	own = v.host[strings.LastIndexByte(own, '.')+1:]
	v.ctx.cheap = lex.cheap[v.suffix[strings.LastIndexByte(v.suffix, '.')+1:]] || lex.free[own]
	v.ctx.known = v.operated() || v.service()
}

// readLabel adds to the context what the last label says, whose parts begin
// with part first.
func (v *view) readLabel(first int) {
	c := &v.ctx
	for i := first; i < v.nparts; i++ {
		v.readPart(i)
		if v.registryAt(i) {
			c.registry = true
		}
	}
	for i := range v.nhits {
		h := &v.hits[i]
		c.again = c.again || i > 0 && h.how < far
		c.web = c.web || v.webBefore(h)
	}
}

// readPart counts the words of part i. Short words are believed only when
// words, digits and brands fill what they stand in; the longer ones anywhere
// beside a brand, and at both ends of a part without one.
func (v *view) readPart(i int) {
	p := v.parts[i]
	branded, full := v.filled(i)
	least := 2
	if !full || !branded && syllables(v.bytes(p)) {
		least = minStray
	}
	foreign, trading, beside, digits := false, false, false, 0
	for at := int(p.from); at < int(p.to); {
		if n := v.brandAt(at); n > 0 {
			at += n
			continue
		}
		if c := v.text[at]; c >= '0' && c <= '9' {
			digits++
			at++
			continue
		}
		c, n := lex.front(v.text[at:p.to])
		if n < least {
			if !branded {
				v.readBack(at, p)
				return
			}
			at++
			continue
		}
		if c == seller && n == len("sc") && v.brandAt(at+n) > 0 {
			at += n // scamazon says scam
			continue
		}
		if c == trade || c == nature {
			foreign, trading = true, trading || c == trade
			// Beside the brand a word is believed whatever else there is.
			beside = beside || n >= minStray && (v.brandAt(at+n) > 0 || at > int(p.from) && v.brandAt(at-1) > 0)
		}
		v.note(c, at, at+n, p.label)
		at += n
	}
	if (foreign && full || beside) && p.label == 0 {
		v.ctx.foreign, v.ctx.trade = true, v.ctx.trade || trading
	}
	v.ctx.number = v.ctx.number || digits >= 5 && digits == int(p.to-p.from)
}

// syllables reports whether s, all known words, is several of three letters
// at most: somebody's name rather than words, cocolog.
func syllables(s []byte) bool {
	n := 0
	for len(s) > 0 {
		_, k := lex.front(s)
		if k > 3 {
			return false
		}
		s = s[max(k, 1):]
		if k > 0 {
			n++
		}
	}
	return n > 2
}

// minStray is the length of words that are believed among other letters.
const minStray = 5

// filled reports whether a hit lies in part i, and whether words, digits and
// hits are all there is in it.
func (v *view) filled(i int) (branded, full bool) {
	full = true
	for k := range v.nhits {
		if h := &v.hits[k]; int(h.part) == i {
			branded = true
			full = full && h.left <= worded && h.right <= worded
		}
	}
	if !branded {
		s := v.bytes(v.parts[i])
		_, n := lex.front(s)
		full = n == len(s) || describe(s) <= worded
	}
	return branded, full
}

// readBack counts the last word of what begins at at and does not begin with
// a word.
func (v *view) readBack(at int, p part) {
	if c, n := lex.back(v.text[at:p.to]); n >= minStray {
		v.note(c, int(p.to)-n, int(p.to), p.label)
	}
}

// brandAt returns how much of a hit there is at pos.
func (v *view) brandAt(pos int) int {
	for i := range v.nhits {
		if h := &v.hits[i]; int(h.from) <= pos && pos < int(h.to) {
			return int(h.to) - pos
		}
	}
	return 0
}

func (v *view) note(cl class, from, to int, label uint8) {
	c := &v.ctx
	if label == 0 && lex.problem[string(v.text[from:to])] {
		c.problem = true
	}
	switch cl {
	case account:
		c.account = min(c.account+1, maxWords)
		if label == 0 {
			c.own = min(c.own+1, maxWords)
			if string(v.text[from:to]) == "prime" {
				c.prime++
			}
			c.signin = c.signin || lex.signin[string(v.text[from:to])]
		}
	case common:
		c.common = min(c.common+1, maxWords)
	case seller:
		c.seller = true
	case place:
		c.place = true
	default:
		return
	}
	if c.nwords < maxWords {
		c.words[c.nwords] = span{uint16(from), uint16(to), label}
		c.nwords++
	}
}

// webBefore reports whether h is in a subdomain that has www before it.
func (v *view) webBefore(h *hit) bool {
	label := v.parts[h.part].label
	if label == 0 {
		return false
	}
	for _, p := range v.parts[:v.nparts] {
		if p.label == label+1 {
			s := v.bytes(p)
			return len(s) >= 3 && len(s) <= 5 && string(s[:3]) == "www"
		}
	}
	return false
}

// accompanied reports whether words that count share the label of h, and
// nothing unknown its part.
func (v *view) accompanied(h *hit) bool {
	if h.left == other || h.right == other {
		return false
	}
	for _, w := range v.ctx.words[:v.ctx.nwords] {
		if w.label == v.parts[h.part].label {
			return true
		}
	}
	return false
}

// misspeltBelow reports whether h, a misspelling, is a whole label of a
// subdomain. Nobody names a host of theirs so by chance.
func (v *view) misspeltBelow(h *hit) bool {
	return v.parts[h.part].label > 0 && h.how > exact && h.how < remote && v.fills(h) && !h.similar
}

// misspeltBeside reports whether h is a misspelling registered beside the
// original: under .co.jp or .jp, or, if it is hard to tell apart, under .com.
func (v *view) misspeltBeside(h *hit) bool {
	switch v.suffix {
	case "jp", "co.jp":
		return h.how > exact
	case "com":
		return h.how > exact && h.how <= visual && v.fills(h)
	}
	return false
}
