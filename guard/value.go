package guard

import (
	"bytes"
	"unicode"
	"unicode/utf8"
)

// kind is the form in which a value was written.
type kind uint8

const (
	text    kind = iota
	number       // a JSON number
	literal      // true, false, null
)

// Passwords that could be one of Amazon's: six characters are its least, 128
// bytes its most.
const (
	minPassword = 6
	maxPassword = 128
	maxValue    = 1024 // the longest value kept whatever its name
	maxID       = 254  // RFC 5321, section 4.5.3.1.3, less the brackets
)

// blank reports whether v says nothing: empty, spaces, or the word of a
// ticked box.
func blank(v []byte) bool {
	v = bytes.TrimSpace(v)
	switch string(v) {
	case "", "true", "false", "on", "off", "null", "undefined", "yes", "no", "0", "1", "[object Object]":
		return true
	}
	return false
}

// email reports whether v is a bare e-mail address.
func email(v []byte) bool {
	at := bytes.IndexByte(v, '@')
	if at < 1 || at > 64 || len(v) > maxID {
		return false
	}
	for _, c := range v[:at] {
		if !mailByte(c) {
			return false
		}
	}
	return domain(v[at+1:])
}

// domain reports whether v could follow the @ of an address.
func domain(v []byte) bool {
	dot := bytes.LastIndexByte(v, '.')
	if dot < 1 || dot > len(v)-3 {
		return false
	}
	for _, c := range v {
		if !alphanumeric(c) && c != '-' && c != '.' {
			return false
		}
	}
	return true
}

// mailByte reports whether c may stand in the local part (atext of RFC 5322,
// section 3.2.3, less what separates fields in the formats read here).
func mailByte(c byte) bool {
	return alphanumeric(c) || c == '.' || c == '_' || c == '-' || c == '+' || c == '\'' || c == '/'
}

// phone reports whether v is a telephone number, as typed.
func phone(v []byte) bool {
	digits := 0
	for i, c := range v {
		switch {
		case '0' <= c && c <= '9':
			digits++
		case c == '-', c == ' ', c == '(', c == ')', c == '+' && i == 0:
		default:
			return false
		}
	}
	return digits >= 9 && digits <= 15 && len(v) <= 24
}

// otp reports whether v is a one-time code: 4 to 8 digits, one gap allowed.
func otp(v []byte) bool {
	digits := 0
	for _, c := range bytes.TrimSpace(v) {
		switch {
		case '0' <= c && c <= '9':
			digits++
		case c != ' ' && c != '-' || digits == 0:
			return false
		}
	}
	return digits >= 4 && digits <= 8 && len(v) <= 10
}

// short reports whether v can be a code that is typed off a telephone or a list, or one of
// the longer ones that are kept for when that is lost: no words of other alphabets, no address.
func short(v []byte) bool {
	return len(v) <= 32 && !bytes.ContainsFunc(bytes.TrimSpace(v), func(c rune) bool { return c == '@' || c == '.' || c >= utf8.RuneSelf && !unicode.IsDigit(c) })
}

// numerals reports whether v is digits, of any width, with gaps or without.
func numerals(v []byte) bool {
	return !bytes.ContainsFunc(v, func(c rune) bool { return c != ' ' && c != '-' && !unicode.IsDigit(c) })
}

// sealed reports whether v is the ciphertext of a password manager, "2." and
// base64 parts between bars, which a sync sends under the name of a password.
func sealed(v []byte) bool {
	return len(v) > 40 && '0' <= v[0] && v[0] <= '9' && v[1] == '.' && bytes.Count(v, []byte{'|'}) >= 1 &&
		bytes.IndexByte(v, ' ') < 0
}

// plausible reports whether a value of any name could be a password. Left out
// is what machines send by the dozen: addresses, times, identifiers, digests,
// and bytes that are no text, as a name in base64 by chance.
func plausible(v []byte) bool {
	if len(v) < minPassword || len(v) > maxPassword || blank(v) || email(v) || !utf8.Valid(v) {
		return false
	}
	hex, digits, dashes := 0, 0, 0
	for _, c := range v {
		switch {
		case c < ' ' || c == 0x7f:
			return false
		case '0' <= c && c <= '9':
			digits++
			hex++
		case 'a' <= c && c <= 'f', 'A' <= c && c <= 'F':
			hex++
		case c == '-':
			dashes++
		}
	}
	switch {
	case hex == len(v) && (len(v) == 32 || len(v) == 40 || len(v) == 64),
		len(v) == 36 && dashes == 4 && hex == 32,
		digits == len(v) && (len(v) == 10 || len(v) == 13) && v[0] == '1',
		bytes.HasPrefix(v, []byte("http")) && linked(v),
		v[0] == 'd' && bytes.HasPrefix(v, []byte("data:")) && bytes.IndexByte(v, ',') > 0:
		return false
	}
	return true
}

// linked reports whether v has the address of a page in it. http://hunter2 is none, for
// want of a domain.
func linked(v []byte) bool {
	_, rest, ok := bytes.Cut(v, []byte("://"))
	return ok && bytes.ContainsAny(rest, "./:")
}

// printable reports whether v is text that a person could have typed, in
// ASCII or UTF-8.
func printable(v []byte) bool {
	for _, c := range v {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' || c == 0x7f {
			return false
		}
	}
	return true
}

// writable reports whether v can have been typed. A photo or an archive of some
// size has "&pw=" in it by chance, and whatever behind; it is not a sign-in.
// Text in an older charset counts where the name leaves no doubt.
func writable(v []byte, sure bool) bool {
	v = bytes.TrimSpace(v)
	if bytes.ContainsFunc(v, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return false
	}
	return sure || utf8.Valid(v)
}

// leastWeak is how short a value may be under a name that may mean something
// else: chance writes two letters often, and six printable ones behind seldom.
func leastWeak(name string) int {
	if len(name) <= 3 && name != "pin" {
		return 6
	}
	return 4
}
