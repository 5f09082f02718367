package imitation

import (
	"bytes"
	"unicode/utf8"
)

// maxPackHead is how much after a quote tells what the string holds.
const maxPackHead = 12

// pack collects a string of a script that holds a document.
type pack struct {
	quote byte // that ends it; 0 for none
	how   packing
	data  []byte
	from  int // where in the text at hand the numbers begin
	ended bool
	// A document that is written in pieces: strings of markup and what follows
	// them at once.
	chain  bool
	closed int // where the last piece ended
}

// maxGap is how much of a script stands between the pieces of a document:
// "," in a list, ");document.write(" and the like.
const maxGap = 48

func (k *pack) begin(quote byte, how packing) {
	k.quote, k.how, k.data, k.ended = quote, how, k.data[:0], false
}

// codes collects numbers up to the bracket.
func (k *pack) codes(p []byte) {
	if k.quote == 0 || k.how != inCodes || k.ended {
		return
	}
	p = p[min(k.from, len(p)):]
	k.from = 0
	if i := bytes.IndexByte(p, ')'); i >= 0 {
		p, k.ended = p[:i], true
	}
	k.data = append(k.data, p[:min(len(p), maxPacked-len(k.data))]...)
}

type packing uint8

const (
	plainMarkup packing = iota
	inBase64
	inPercent
	inDataURL
	inCodes // numbers in the call of String.fromCharCode
	inHex
	reversedMarkup
	inScript
	reversedWords // in a script that turns strings
	opaque        // nobody can tell yet
)

// take keeps p when a string is being collected.
func (k *pack) take(p []byte) {
	if k.quote != 0 && k.how != inCodes {
		k.data = append(k.data, p[:min(len(p), maxPacked-len(k.data))]...)
	}
}

// quote looks at a quote that joins nothing: it ends a string or begins one.
// The quote itself is part of neither. A string that is run is script itself, or data,
// with escapes of its own; before is the script in front of it.
func (s *script) quote(before, p []byte) {
	k := &s.pack
	if k.ended {
		s.unpack()
	}
	if k.quote == p[0] {
		k.data = bytes.TrimSuffix(k.data, p[:1])
		s.unpack()
		return
	}
	if k.quote != 0 || s.mute || s.page == nil || s.page.level == maxLevel {
		return
	}
	if len(p) > 1 && !mayBegin[p[1]] && !k.chain { // the end of a string, as a rule
		if reparsed(before) {
			k.begin(p[0], inScript)
		}
		return
	}
	how, ok := plainMarkup, false
	if len(p) >= 4 && mayPack[p[1]] {
		how, ok = packed(bytes.TrimLeft(p[1:], " \t\r\n"))
	}
	goesOn := k.chain && s.total-k.closed <= maxGap && (!ok || how == reversedMarkup || how == plainMarkup && s.page.goesOn())
	switch {
	case goesOn:
		k.begin(p[0], plainMarkup)
	case ok:
		s.endChain()
		k.begin(p[0], how)
	case s.seen.has(turnedBack) && len(p) > 1 && p[1] >= utf8.RuneSelf && !s.style:
		k.begin(p[0], reversedWords)
	case s.means(p[1:]):
		k.begin(p[0], opaque)
	case reparsed(before):
		k.begin(p[0], inScript)
	}
}

// reparsed reports whether a string that begins behind p is run, or parsed, or what a
// function makes of it is.
func reparsed(p []byte) bool {
	if len(p) == 0 || p[len(p)-1] != '(' && p[len(p)-1] != ',' {
		return false
	}
	for n := 0; n < maxCalls && len(p) > 1 && p[len(p)-1] == '('; n++ {
		p = p[:len(p)-1]
		if bytes.HasSuffix(p, []byte("eval")) || bytes.HasSuffix(p, []byte("Function")) || bytes.HasSuffix(p, []byte("JSON.parse")) {
			return true
		}
		for len(p) > 0 && (inIdent(p[len(p)-1]) || p[len(p)-1] == '.') {
			p = p[:len(p)-1]
		}
	}
	return bytes.HasSuffix(p, []byte(".push([1,"))
}

// maxCalls is how many calls inside of one another a string may be the argument of.
const maxCalls = 4

// endChain ends a document that was written in pieces.
func (s *script) endChain() {
	if s.pack.chain {
		s.pack.chain = false
		s.page.inside.restart()
	}
}

// mayPack are the bytes that may begin such a string: white space, and what
// packed looks for.
var mayPack = func() (t [256]bool) {
	for _, b := range []byte(" \t\r\n<>\\P7CDIJ%dD") {
		t[b] = true
	}
	return t
}()

// mayBegin are the bytes that may begin any string that is collected for what it is.
var mayBegin = func() (t [256]bool) {
	for b := range 256 {
		t[b] = mayPack[b] || inAlphabet[b] || b >= utf8.RuneSelf
	}
	return t
}()

// packed tells from the start of a string whether a document may be in it. In
// base64 "<" and a letter are "P" and one of "E" to "H".
func packed(p []byte) (packing, bool) {
	if len(p) < 4 {
		return 0, false
	}
	switch {
	case p[0] == '<' && (letter(p[1]) || p[1] == '!'), p[0] == '\\' && bytes.EqualFold(p[:4], []byte(`\x3c`)),
		len(p) >= 6 && bytes.EqualFold(p[:6], []byte(`\u003c`)):
		return plainMarkup, true
	case p[0] == '>' && (letter(p[1]) || digit(p[1]) || p[1] == '"' || p[1] == '\\'):
		return reversedMarkup, true
	case base64Markup[string(p[:3])], p[0] == 'P' && (p[1] >= 'E' && p[1] <= 'H'):
		return inBase64, true
	case bytes.EqualFold(p[:3], []byte("%3c")), bytes.EqualFold(p[:3], []byte("%u0")):
		return inPercent, true
	case bytes.EqualFold(p[:4], []byte("data")) && len(p) > 4 && p[4] == ':':
		return inDataURL, true
	}
	return 0, false
}

// base64Markup is how documents begin in base64 besides "<" and a letter: with
// "<!", a byte order mark, the end of a line, or "%3", percent encoding within.
var base64Markup = map[string]bool{"PCE": true, "PCF": true, "77u": true, "Cjw": true, "DQo": true, "Cgo": true, "CiA": true, "ICA": true, "JTN": true}

// unpack judges the string that was collected.
func (s *script) unpack() {
	k := &s.pack
	if k.quote == 0 {
		return
	}
	k.quote, k.ended = 0, false
	if k.how == plainMarkup && len(k.data) > 0 {
		k.chain, k.closed = true, s.total
		s.page.room().write(s.page.take(k.data))
		return
	}
	if k.how == opaque || k.how == inBase64 {
		s.store(k.data, k.how == inBase64)
	}
	if len(k.data) < 16 {
		return
	}
	switch k.how {
	case reversedMarkup:
		if k.data[len(k.data)-1] == '<' {
			s.page.nest(reversed(k.data))
		}
	case inBase64:
		p := fromBase64(k.data)
		if bytes.HasPrefix(p, []byte("%3")) {
			p = fromPercent(p)
		}
		s.page.nest(p)
	case inPercent:
		s.page.nest(fromPercent(k.data))
	case inDataURL:
		s.page.nest(unpackDataURL(k.data, "html", "xml", "svg"))
	case inCodes:
		s.page.nest(fromCodes(k.data))
	case reversedWords:
		s.page.say(reversed(k.data))
	case inScript:
		s.runs()
		s.page.room().run(s.page.take(k.data))
	}
}

// turnedBack is the sign of a script that turns strings back to front, and rawDeflate of
// one that inflates without a head to tell by.
var charCodes, turnedBack, rawDeflate = known("char-codes"), known("turned-back"), known("raw-deflate")
