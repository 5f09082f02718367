package guard

import "bytes"

// everyday reports whether v is of the words that programs have for their own things, and
// send by the dozen under names that say what they are: new-checkout-v2, tab_orders,
// tanaka.t, #inbox. Letters of one case, and digits in groups of their own or behind a
// letter; what people think up has more often a mark, a capital, or its digits at the end
// of a word.
func everyday(v []byte) bool {
	if len(v) > 1 && (v[0] == '@' || v[0] == '#') {
		v = v[1:]
	}
	small, capital, digits, joined := false, false, false, false
	for _, c := range v {
		switch {
		case 'a' <= c && c <= 'z':
			small = true
		case upper(c):
			capital = true
		case isDigit(c):
			digits = true
		case c == '-' || c == '_' || c == '.':
			joined = true
		default:
			return false
		}
	}
	return small != capital && (joined || !digits)
}

// numeral reports whether v is digits and what parts them, as a postal code.
func numeral(v []byte) bool {
	return !bytes.ContainsFunc(v, func(c rune) bool { return (c < '0' || c > '9') && c != '-' && c != '.' && c != ':' })
}
