package imitation

import (
	"bytes"
	"slices"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// folder makes text plain, so that what looks the same compares the same:
// NFKC (full width, half-width kana, letters of mathematics), invisible
// characters gone, lower case, accents off Latin letters, letters of other
// scripts that look Latin made Latin, white space of any kind and length one
// space, and none beside Japanese or Chinese characters.
//
// The zero value starts a text; the state lasts over calls.
type folder struct {
	space bool // white space was seen and not written yet
	wide  bool // the last character was a wide one
	// swaps is where in dst the last call put a Latin letter for one of another
	// script that looks the same.
	swaps []int
	spare []byte
	bits  *bitText // nil until there is some
}

// maxRun bounds how many bytes are normalised at once.
const maxRun = 1 << 10

// fold appends the plain form of text to dst. A character must not be spread
// over two calls.
func (f *folder) fold(dst, text []byte) []byte {
	f.swaps = f.swaps[:0]
	for i := 0; i < len(text); {
		b := text[i]
		if b < utf8.RuneSelf {
			dst = f.ascii(dst, b)
			i++
			continue
		}
		end := i + 1
		for end < len(text) && text[end] >= utf8.RuneSelf && end-i < maxRun {
			end++
		}
		for end < len(text) && end > i+1 && !utf8.RuneStart(text[end]) {
			end-- // maxRun cut a character
		}
		dst = f.run(dst, text[i:end])
		i = end
	}
	return dst
}

func (f *folder) ascii(dst []byte, b byte) []byte {
	switch {
	case b == ' ' || '\t' <= b && b <= '\r':
		f.space = true
		return dst
	case b < ' ' || b == 0x7f:
		return dst // browsers drop them, NUL among them
	}
	if f.space {
		f.space = false
		if !f.wide {
			dst = append(dst, ' ')
		}
	}
	f.wide = false
	return append(dst, foldByte(b))
}

// run handles characters that are not ASCII.
func (f *folder) run(dst, text []byte) []byte {
	if plain, odd := plainWide(text); plain {
		f.space, f.wide = false, true
		dst = append(dst, text...)
		if odd {
			alike(dst[len(dst)-len(text):])
		}
		return dst
	}
	if (f.bits != nil || len(text) >= 2*minUnseen) && bitsIn(text) {
		if f.bits == nil {
			f.bits = &bitText{}
		}
		f.bits.take(text)
	}
	var ok bool
	if f.spare, ok = eachNFKC(f.spare[:0], text); ok {
		text = f.spare
	} else if !norm.NFKC.IsNormal(text) {
		text = norm.NFKC.Bytes(text)
	}
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		i += n
		from := unicode.ToLower(r)
		switch r = plainRune(r); {
		case r == 0:
		case r < utf8.RuneSelf:
			dst = f.ascii(dst, byte(r))
			if from >= firstOther && looksLike[from] != 0 && len(f.swaps) < maxRun {
				f.swaps = append(f.swaps, len(dst)-1)
			}
		default:
			wide := r >= 0x2e80
			if f.space && !f.wide && !wide {
				dst = append(dst, ' ')
			}
			f.space, f.wide = false, wide
			dst = utf8.AppendRune(dst, r)
		}
	}
	return dst
}

// plainWide reports whether text is kana and Chinese characters that are as
// they are compared: most of Japanese, and not worth a closer look. With odd, some
// may look like others.
func plainWide(text []byte) (plain, odd bool) {
	for i := 0; i < len(text); i += 3 {
		if i+3 > len(text) || text[i+1]&0xc0 != 0x80 || text[i+2]&0xc0 != 0x80 {
			return false, false
		}
		switch b := text[i]; {
		case b >= 0xe4 && b <= 0xe9: // U+4000 to U+9FFF
			odd = odd || mayBeAlike[uint16(b)<<6&0x3ff|uint16(text[i+1]&0x3f)]
		case b != 0xe3 || text[i+1] < 0x81 || text[i+1] > 0x83: // U+3040 to U+30FF
			return false, false
		case text[i+1] == 0x82 && text[i+2] >= 0x99 && text[i+2] <= 0x9f, text[i+1] == 0x83 && text[i+2] == 0xbf:
			return false, false // marks that combine, and ligatures
		}
	}
	return true, odd
}

// separate ends a block of text: what follows is not the same phrase.
func (f *folder) separate(dst []byte) []byte {
	f.space, f.wide = false, false
	return append(dst, '\n')
}

// turn is U+202E, which has what follows read from right to left, up to the end
// of the block or one of the characters that end it (UAX #9, section 2).
const turn = "\u202e"

// turned puts what stands back to front in p as it is read.
func turned(p []byte) []byte {
	before, rest, ok := bytes.Cut(p, []byte(turn))
	out := slices.Clone(before)
	for ok {
		var part []byte
		part, rest, ok = bytes.Cut(rest, []byte(turn))
		end := bytes.IndexAny(part, "\u202c\u2069\n")
		if end < 0 {
			end = len(part)
		}
		out = append(append(out, reversed(part[:end])...), part[end:]...)
	}
	return out
}

// plainText is fold for a text of its own.
func plainText(s string) string {
	var f folder
	return string(f.fold(nil, []byte(s)))
}

// plainRune returns what r is compared as, or 0 when it is not seen.
func plainRune(r rune) rune {
	switch {
	case r < utf8.RuneSelf:
		return r
	case r >= 0x3040 && r < 0xa000: // kana and Chinese characters
		if mayBeAlike[r>>6&0x3ff] {
			if same, ok := sameInEast[r]; ok {
				return same
			}
		}
		return r
	case unicode.Is(unicode.Cf, r), r == 0x034f, r == 0x0640, r == 0x115f, r == 0x1160, r == 0x3164, r == 0xffa0,
		r >= 0xfe00 && r <= 0xfe0f, r >= 0xe0000 && r <= 0xe0fff, r == utf8.RuneError:
		return 0 // joiners, soft hyphens, stretches of Arabic, fillers, selectors, tags, the undecodable
	case unicode.IsSpace(r):
		return ' '
	}
	r = unicode.ToLower(r)
	if p, ok := looksLike[r]; ok {
		return p
	}
	if unicode.Is(unicode.Mn, r) && r < 0x3000 {
		return 0 // an accent on its own
	}
	return r
}

// firstOther is where the letters of other scripts begin; before it are
// accented Latin ones.
const firstOther = 0x370

// swapped reports whether one of the swaps lies in dst[from:to].
func (f *folder) swapped(from, to int) bool {
	for _, at := range f.swaps {
		if at >= from && at < to {
			return true
		}
	}
	return false
}

// looksLike maps letters to the Latin ones that they are taken for. Accented
// letters lose the accent, since pages made by hand leave it out as often as
// not. The rest is a choice from UTS #39 (confusables.txt) by what spells a
// brand in Latin letters.
var looksLike = func() map[rune]rune {
	m := map[rune]rune{
		'ı': 'i', 'ł': 'l', 'ø': 'o', 'đ': 'd', 'ß': 's', '’': '"', '‘': '"', '“': '"', '”': '"',
		'–': '-', '—': '-', '‐': '-', '‑': '-', '−': '-', '─': '-', '…': '.',
	}
	for r := rune(0xc0); r < 0x250; r++ {
		if d := []rune(norm.NFD.String(string(r))); len(d) > 1 && d[0] < utf8.RuneSelf {
			m[unicode.ToLower(r)] = unicode.ToLower(d[0])
		}
	}
	pairs := []rune("аaеeоoрpсcхxуyіiјjѕsмmтtнhкkвbԁdһhԛqԝwӏlзzпnгrьbҽe" + // Cyrillic
		"αaοoνvρpτtιiκkζzηnυuεeχxγyωwςc" + // Greek
		"օoոnսuаaհhզqցgոnմu" + // Armenian
		"ᴀaʙbᴄcᴅdᴇeꜰfɢgʜhɪiᴊjᴋkʟlᴍmɴnᴏoᴘpʀrꜱsᴛtᴜuᴠvᴡwʏyᴢz" + // small capitals
		"ɑaɡgɩiʐzɴnᥱeꓮaꓟmꓜzꓳoꓠn" + // phonetic letters and Lisu
		"أاإاآاىيةهیيکك") // Arabic letters that are left for one another
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return m
}()

// disguised is the brand's word with letters of another script in it: nobody
// writes it so by accident.
var disguised = known("brand-disguised")
