package guard

import "bytes"

// Texts that scripts make of bytes, besides base64 and hex: base32 (RFC 4648,
// section 6) in either case, with or without padding, and base 85 in the three
// alphabets that are in use. What comes out has to be text: of a thousand random
// words a few do, and are looked at for nothing.
const (
	min85 = 8 // letters for six bytes; base32 has ten

	maxArmour = 4 << 10
)

// alphabets85 are those of Ascii85, of RFC 1924, and of Z85 (ZeroMQ RFC 32), in the
// order of their values.
var alphabets85 = [...]string{
	"!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstu",
	"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~",
	"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#",
}

// values32 and values85 are the values of the letters of each alphabet, and one more;
// 0 for what is none.
var (
	values32 = valuesOf("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
	values85 = func() (t [len(alphabets85)][256]uint8) {
		for i, a := range alphabets85 {
			t[i] = valuesOf(a)
		}
		return t
	}()
)

func valuesOf(alphabet string) (t [256]uint8) {
	for i := range len(alphabet) {
		t[alphabet[i]] = uint8(i + 1)
	}
	return t
}

// armoured reports whether b begins like base32 or base 85 of text. It does not
// allocate.
func armoured(b []byte) bool {
	if len(b) < min85 || len(b) > maxArmour {
		return false
	}
	var room [48]byte
	b = unframed(b)
	if len(b) < min85 {
		return false
	}
	head := b[:min(len(b), 40)]
	if out := decode32(room[:0], head); readable(out) {
		return true
	}
	if !marked(head) {
		return false
	}
	for i := range values85 {
		if out := decode85(room[:0], head, &values85[i]); readable(out) {
			return true
		}
	}
	return false
}

// readArmour reads what comes out under the name that the armour had.
func readArmour(r *reader, p part) bool {
	b := unframed(p.body)
	if len(b) > maxArmour || r.depth >= maxNested {
		return false
	}
	before := r.loud
	take := func(out []byte) {
		if !readable(out) {
			return
		}
		r.within(func() {
			r.add(p.label, out, text)
			if len(p.label) == 0 {
				r.decode(part{body: out})
			}
		})
	}
	take(decode32(nil, b))
	if marked(b) {
		for i := range values85 {
			take(decode85(nil, b, &values85[i]))
		}
	}
	return r.loud > before
}

// unframed strips blanks, and the brackets that Adobe puts around Ascii85.
func unframed(b []byte) []byte {
	if c := b[0]; c > ' ' && c != '<' && b[len(b)-1] > ' ' {
		return b
	}
	return bytes.TrimSuffix(bytes.TrimPrefix(bytes.TrimSpace(b), []byte("<~")), []byte("~>"))
}

// readable reports whether b is six bytes of text at least.
func readable(b []byte) bool { return len(b) >= minPassword && textual(b) }

// marked reports whether b is one word with a mark that base64 and addresses
// have not, as nearly all of base 85 has.
func marked(b []byte) bool {
	found := false
	for _, c := range b {
		if c <= ' ' || c >= 0x7f {
			return false
		}
		found = found || marks85[c]
	}
	return found
}

var marks85 = func() (t [256]bool) {
	for _, c := range []byte("!\"#$%&'()*;<>?@[\\]^`{|}~") {
		t[c] = true
	}
	return t
}()

// decode32 appends to dst what b says; nil if it is not base32.
func decode32(dst, b []byte) []byte {
	bits, n := uint32(0), 0
	for _, c := range bytes.TrimRight(b, "=") {
		if 'a' <= c && c <= 'z' {
			c -= 'a' - 'A'
		}
		v := values32[c]
		if v == 0 {
			return nil
		}
		bits = bits<<5 | uint32(v-1)
		if n += 5; n >= 8 {
			n -= 8
			out := byte(bits >> n)
			if out < ' ' && out != '\n' && out != '\r' && out != '\t' { // no text: the end of most words that are none
				return nil
			}
			dst = append(dst, out)
		}
	}
	return dst
}

// decode85 is decode32 for base 85 with these values. An incomplete group is
// filled up with the last letter.
func decode85(dst, b []byte, values *[256]uint8) []byte {
	for len(b) > 0 {
		group := b[:min(len(b), 5)]
		b = b[len(group):]
		sum := uint64(0)
		for i := range 5 {
			v := uint8(85)
			if i < len(group) {
				if v = values[group[i]]; v == 0 {
					return nil
				}
			}
			sum = sum*85 + uint64(v-1)
		}
		if len(group) == 1 || sum > 1<<32-1 {
			return nil
		}
		for i := range len(group) - 1 {
			dst = append(dst, byte(sum>>(24-8*i)))
		}
	}
	return dst
}
