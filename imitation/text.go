package imitation

import (
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
}

// maxRun bounds how many bytes are normalised at once.
const maxRun = 1 << 10

// fold appends the plain form of text to dst. A character must not be spread
// over two calls.
func (f *folder) fold(dst, text []byte) []byte {
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
	if !norm.NFKC.IsNormal(text) {
		text = norm.NFKC.Bytes(text)
	}
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		i += n
		switch r = plainRune(r); {
		case r == 0:
		case r < utf8.RuneSelf:
			dst = f.ascii(dst, byte(r))
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

// separate ends a block of text: what follows is not the same phrase.
func (f *folder) separate(dst []byte) []byte {
	f.space, f.wide = false, false
	return append(dst, '\n')
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
		return r
	case unicode.Is(unicode.Cf, r), r == 0x034f, r == 0x115f, r == 0x1160, r == 0x3164, r == 0xffa0,
		r >= 0xfe00 && r <= 0xfe0f, r >= 0xe0000 && r <= 0xe0fff, r == utf8.RuneError:
		return 0 // joiners, soft hyphens, fillers, selectors, tags, the undecodable
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
	pairs := []rune("аaеeоoрpсcхxуyіiјjѕsмmтtнhкkвbԁdһhԛqԝwӏlзzпn" + // Cyrillic
		"αaοoνvρpτtιiκkζzηnυuεeχxγyωw" + // Greek
		"օoոnսuаaհhզqցgոnմu" + // Armenian
		"ᴀaʙbᴄcᴅdᴇeꜰfɢgʜhɪiᴊjᴋkʟlᴍmɴnᴏoᴘpʀrꜱsᴛtᴜuᴠvᴡwʏyᴢz" + // small capitals
		"ɑaɡgɩiʐzɴnᥱeꓮaꓟmꓜzꓳoꓠn") // phonetic letters and Lisu
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return m
}()
