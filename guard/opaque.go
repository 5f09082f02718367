package guard

import (
	"bytes"
	"encoding/hex"
	"errors"
	"unicode/utf8"

	"sekisho/guard/coding"
	"sekisho/guard/wire"
)

// minOpaque is the shortest text taken for base64 or hex: any word of letters
// is base64 of something.
const minOpaque = 8

// looksOpaque reports whether b is base64, base64url, hex or percent escapes of
// something that a person could have typed or of a compressed body, or is
// itself compressed. It looks at the first bytes only.
func looksOpaque(b []byte) bool {
	if coding.Sniff(b) != "" || escaped(b) {
		return true
	}
	b = bytes.TrimSpace(afterDataURL(b))
	if len(b) < minOpaque {
		return false
	}
	var buf [48]byte
	head := b[:min(len(b), 32)]
	if isHex(head) && len(b)%2 == 0 && len(b) >= 12 {
		n, err := hex.Decode(buf[:], head[:len(head)&^1])
		return err == nil && typed(buf[:n])
	}
	out := decode64(buf[:0], head)
	return len(out) >= 6 && typed(out)
}

// escaped reports whether b begins with a percent escape of ASCII.
func escaped(b []byte) bool {
	return len(b) > minOpaque && b[0] == '%' && '2' <= b[1] && b[1] <= '7' && unhex(b[2]) >= 0
}

// typed reports whether b begins like text or like compressed text.
func typed(b []byte) bool {
	return textual(b) || coding.Sniff(b) != "" || packed(b)
}

// textual reports whether b is text, its last rune perhaps cut in two.
func textual(b []byte) bool {
	for n := 0; n < utf8.UTFMax-1 && len(b) > 0 && !utf8.Valid(b); n++ {
		b = b[:len(b)-1]
	}
	return len(b) > 0 && printable(b) && utf8.Valid(b)
}

// packed reports whether b begins like a message of bytes with text in it: a
// MessagePack or CBOR container whose first item is a string, or the frame of
// gRPC. One random token in a hundred does, and is decoded for nothing.
func packed(b []byte) bool {
	if len(b) >= 12 && b[0] == 0 && b[1] == 0 && b[2] == 0 && (b[3] != 0 || b[4] != 0) && b[5] >= 8 && b[5]&7 <= 2 {
		return true // flags, four bytes of length, a tag
	}
	if !wire.LooksMsgpack(b) && !wire.LooksCBOR(b) {
		return false
	}
	b = b[1:]
	for n := 0; n < 4 && len(b) > 0; n++ { // after a count of up to four bytes, or numbers
		length, skip := 0, 1
		switch c := b[0]; {
		case c > 0xa0 && c <= 0xbf: // msgpack
			length = int(c & 0x1f)
		case c > 0x60 && c < 0x78: // CBOR
			length = int(c - 0x60)
		case (c == 0xd9 || c == 0x78) && len(b) > 1:
			length, skip = int(b[1]), 2
		}
		if rest := b[min(len(b), skip):]; length > 0 && len(rest) > 0 {
			return len(rest) >= 4 && textual(rest[:min(len(rest), length)])
		}
		b = b[1:]
	}
	return false
}

func isHex(b []byte) bool {
	for _, c := range b {
		if unhex(c) < 0 {
			return false
		}
	}
	return true
}

// afterDataURL strips "data:…;base64,".
func afterDataURL(b []byte) []byte {
	if bytes.HasPrefix(b, []byte("data:")) {
		if _, rest, ok := bytes.Cut(b[:min(len(b), 128)], []byte("base64,")); ok {
			return b[len(b[:min(len(b), 128)])-len(rest):]
		}
	}
	return b
}

// readOpaque decodes one level and reads what comes out. Plain text takes the
// name of the field that it was the value of.
func readOpaque(r *reader, p part) bool {
	b := bytes.TrimSpace(afterDataURL(p.body))
	if len(b) > MaxBody {
		b = b[:MaxBody]
	}
	if r.depth >= maxNested {
		return false
	}
	var out []byte
	switch {
	case coding.Sniff(p.body) != "":
		out = p.body
	case escaped(b):
		out = unescape(b, true)
	case isHex(b) && len(b)%2 == 0:
		out = make([]byte, len(b)/2)
		n, _ := hex.Decode(out, b)
		out = out[:n]
	default:
		out = decode64(make([]byte, 0, len(b)), b)
	}
	if label := coding.Sniff(out); label != "" {
		plain, err := coding.Inflate(label, out, max(r.work, 0))
		r.bomb = r.bomb || errors.Is(err, coding.ErrLong) && coding.Bomb(int64(len(plain))+1, int64(len(out)))
		out = plain
	}
	if len(out) == 0 {
		return false
	}
	before := r.loud
	label := p.label
	if len(label) == 0 && r.everything() {
		label = anyLabel // a value may be all there is: btoa(password)
	}
	r.within(func() {
		added := len(out) <= maxValue && len(label) > 0
		if added {
			r.add(label, out, text)
		}
		known, read := len(r.knownIDs), r.read
		r.decode(part{body: out, label: p.label})
		if added {
			r.twice += r.read - read
		}
		if r.hints.Known != nil && len(r.knownIDs) == known && bytes.IndexByte(out, '@') > 0 && textual(out) {
			r.reversedID(out, true)
		}
	})
	return r.loud > before
}
