package guard

import "bytes"

// shape is what a value looks like, the likeliest to be a password first.
type shape uint8

const (
	likeMixed   shape = iota // three kinds or more of small letters, capitals, digits, marks
	likeTyped                // two of them
	likeWords                // one kind of letters, blanks, or other than ASCII
	likeMachine              // what programs make
)

// likelihood returns the shape of v.
func likelihood(v []byte) shape {
	if machineMade(v) {
		return likeMachine
	}
	var kinds [4]bool
	n := 0
	for _, c := range v {
		k := 3
		switch {
		case 'a' <= c && c <= 'z':
			k = 0
		case upper(c):
			k = 1
		case isDigit(c):
			k = 2
		case c <= ' ' || c >= 0x7f:
			return likeWords
		}
		if !kinds[k] {
			kinds[k] = true
			n++
		}
	}
	if n < 2 || len(v) > 64 {
		return likeWords
	}
	if n > 2 {
		return likeMixed
	}
	return likeTyped
}

// minToken is from how many letters and digits on a value that is mixed all
// through is a session's, not a person's. What password managers make up is
// shorter, or has marks.
const minToken = 22

// machineMade reports whether v has the form of what programs send by the
// dozen: numbers of things, times, identifiers, digests, tokens, addresses of pages.
func machineMade(v []byte) bool {
	hex, digits, dashes, dots, safe, turns := 0, 0, 0, 0, 0, 0
	last := byte(0)
	for _, c := range v {
		kind := byte('.')
		switch {
		case isDigit(c):
			digits, kind = digits+1, '0'
		case 'a' <= c && c <= 'z':
			kind = 'a'
		case upper(c):
			kind = 'A'
		case c == '-' || c == ':':
			dashes++
		case c == '.':
			dots++
		}
		if unhex(c) >= 0 {
			hex++
		}
		if kind != '.' || c == '-' || c == '_' || c == '+' || c == '/' || c == '=' || c == '.' {
			safe++
		}
		if kind != last && last != 0 {
			turns++
		}
		last = kind
	}
	n := len(v)
	switch {
	case blank(v), linked(v), bytes.HasPrefix(v, []byte("GA1.")), bytes.HasPrefix(v, []byte("eyJ")) && dots >= 1 && n > 40:
		return true
	case digits == n: // of a date with its time, of a counter
		return n < minPassword || n > 10 || n == 10 && v[0] == '1'
	case digits > 0 && digits+dots+dashes == n && n > 8, // 1.25.0, 2026-11-26, 10:30:00
		digits >= 8 && digits+dots+dashes+2 >= n && n >= 15 && dots+dashes >= 2, // …T…Z, GA1.1.…
		hex == n && n >= 16 && digits > 0,
		hex+dashes == n && n == 36,
		safe == n && n > 64:
		return true
	}
	return safe == n && n >= minToken && digits > 0 && 3*turns > n
}
