package imitation

import (
	"bytes"
	"unicode/utf8"

	"sekisho/imitation/charset"
)

// maxLayers is how often what is packed in a string may be packed again.
const maxLayers = 5

// maxPeeled is how many strings of a response are looked at for that, each for
// one and one more a KiB.
const maxPeeled = 1 << 14

// peel undoes what scripts undo: percent, base64 and hexadecimal encoding, text
// back to front, numbers for letters, gzip, and a key, one on the other. It
// judges the document or script that comes out, and reports whether one did.
func (d *document) peel(p []byte, keys [][]rune, layers int) bool {
	p = bytes.TrimSpace(bytes.TrimPrefix(p, []byte("\ufeff")))
	if layers == 0 || len(p) < minPart || d.found.peeled <= 0 {
		return false
	}
	d.found.peeled -= 1 + len(p)>>10
	switch {
	case !isText(p):
		if plain := inflated(p, d.inflatesRaw()); plain != nil {
			return d.peel(plain, keys, layers-1)
		}
		return d.crack(units(p), keys, layers)
	case isMarkup(p):
		d.nest(p)
		return true
	case p[0] == '>' && p[len(p)-1] == '<':
		d.nest(reversed(p))
		return true
	case bytes.IndexByte(p, '%') >= 0:
		if plain := fromPercent(p); len(plain) < len(p) {
			return d.peel(plain, keys, layers-1) || isText(plain) && charset.ASCII(plain) < len(plain) && d.say(plain)
		}
	}
	return d.peelLetters(p, keys, layers)
}

// inflatesRaw reports whether a script of the document inflates without a head.
func (d *document) inflatesRaw() bool { return d.script.seen.has(rawDeflate) }

// unpack is peel for what may be nothing but text in the end.
func (d *document) unpack(p []byte, layers int) bool {
	return d.peel(p, nil, layers) || layers > 0 && len(p) >= minPart && isText(p) && d.say(p)
}

// peelLetters looks at text that is made of digits, or of letters and digits.
func (d *document) peelLetters(p []byte, keys [][]rune, layers int) bool {
	if digit(p[0]) || p[0] == '-' {
		if n := numbers(p); len(n) >= minPart {
			return d.crack(n, keys, layers)
		}
	}
	for _, b := range p {
		if !inAlphabet[b] && !blank(b) {
			return false
		}
	}
	if plain := fromHex(p); plain != nil && (d.peel(plain, keys, layers-1) || isText(plain) && d.say(plain)) {
		return true
	}
	for _, undo := range []func([]byte) []byte{bytes.Clone, swapped, reversed} {
		plain := fromBase64(undo(p))
		if d.peel(plain, keys, layers-1) || isText(plain) && d.say(plain) {
			return true
		}
	}
	return false
}

// say reads text as a script does that has it in a string, or runs it.
func (d *document) say(p []byte) bool {
	if bytes.IndexByte(p, ' ') < 0 && bytes.IndexByte(p, '(') < 0 && charset.ASCII(p) == len(p) {
		return false
	}
	if isMail(p) {
		d.quotes(p)
		return true
	}
	in := d.room()
	if bytes.IndexByte(p, '(') < 0 {
		p = append(append([]byte{'"'}, p...), '"')
	}
	in.run(d.take(p))
	return true
}

func isMarkup(p []byte) bool {
	return len(p) > 3 && p[0] == '<' && (letter(p[1]) || p[1] == '!' && (letter(p[2]) || p[2] == '-'))
}

// isText reports whether p begins with nothing that text has not.
func isText(p []byte) bool {
	p = p[:min(len(p), 256)]
	for _, b := range p {
		if b < ' ' && !blank(b) || b == 0x7f {
			return false
		}
	}
	return utf8.Valid(p[:charset.Uncut(p)])
}

// crack looks for a key that makes text of numbers: none, one of the keys, a
// number that was added to each, or one that text which begins as documents and
// scripts do gives away, as long as it repeats within that beginning.
func (d *document) crack(v []rune, keys [][]rune, layers int) bool {
	if len(v) < minPart {
		return false
	}
	if plain := unlocked(v, []rune{0}); isText(plain) && d.peel(plain, keys, layers-1) {
		return true
	}
	for _, start := range starts {
		for n := 1; n <= len(start); n++ {
			key := make([]rune, n)
			for i := range key {
				key[i] = v[i] ^ rune(start[i])
			}
			if startsWith(v, key, start) && fits(v, key) && d.unpack(unlocked(v, key), layers-1) {
				return true
			}
		}
	}
	if d.shifted(v, layers) {
		return true
	}
	for _, key := range keys {
		if fits(v, key) && d.unpack(unlocked(v, key), layers-1) {
			return true
		}
	}
	return false
}

// shifted is crack for a number that was added, or taken away.
func (d *document) shifted(v []rune, layers int) bool {
	for _, first := range "<%Pdv(" {
		by := v[0] - first
		if by == 0 || by > 255 || by < -255 {
			continue
		}
		out := make([]rune, len(v))
		for i, n := range v {
			out[i] = n - by
		}
		if none := []rune{0}; fits(out, none) && (first != '<' || isMarkup(unlocked(out[:4], none))) && d.unpack(unlocked(out, none), layers-1) {
			return true
		}
	}
	return false
}

// starts is how documents and scripts begin, as they are and in base64 or
// percent encoding.
var starts = []string{
	"<!doctype html>", "<!DOCTYPE html>", `<html lang="`, "<html lang=", "<html><head>", "<head><meta", "<meta charset=", "<meta name=",
	"<title>Amazon", `<body class="`, `<body style="`, "<body>", `<div class="`, `<div id="`, `<div style="`, "<div>", "<form method=", "<form action=",
	"<form class=", "<form id=", "<form>", "<style>", "<script>", "<section", "<main", "<center", "<table", "<iframe", "<link", "<h1", "<input", "<label", "<p",
	"document.", "window.", "var ", "const ", "let ", "function", "(function", "(()=>", "eval(", "%3C", "%u0", "PCFET0NUWVBF", "PCFkb2N0eXBl", "PGh0bWw", "PGRpdi", "PGZvcm0", "PHRpdGxl",
}

// startsWith reports whether v is all of start under key.
func startsWith(v, key []rune, start string) bool {
	for i := len(key); i < len(start); i++ {
		if v[i]^key[i%len(key)] != rune(start[i]) {
			return false
		}
	}
	return true
}

// fits reports whether v begins with text under key. Text that is not UTF-8 has
// few characters that are neither ASCII nor of the East.
func fits(v, key []rune) bool {
	v = v[:min(len(v), 256)]
	odd, wide := 0, false
	for i, n := range v {
		n ^= key[i%len(key)]
		if n < ' ' && n != '\n' && n != '\t' && n != '\r' || n == 0x7f || n > 0xffff {
			return false
		}
		wide = wide || n > 255
		if n >= 0x80 && n < 0x2000 {
			odd++
		}
	}
	plain := unlocked(v, key)
	return isText(plain) && (8*odd < len(v) || !wide && len(plain) == len(v))
}
